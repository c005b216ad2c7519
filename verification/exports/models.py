"""An export: what was asked for, how far it came, and whether it was fetched; and which months were mailed."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Institution
from tte_portal.fields import SealedTextField
from tte_portal.models import Account, Job


class OwnManager(models.Manager["Export"]):
    def for_officer(self, account: Account | AnonymousUser) -> models.QuerySet["Export"]:
        """An export is its owner's alone."""
        return self.filter(owner=account) if isinstance(account, Account) else self.none()


class Export(models.Model):
    """One list of people. Its content lies in a sealed stream; the job in ``tte_portal.Job`` with its id as subject."""

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    class State(models.TextChoices):
        MAKING = "making", "sedang dibuat"
        READY = "ready", "siap diunduh"
        FETCHED = "fetched", "sudah diunduh"
        EXPIRED = "expired", "kedaluwarsa"
        STOPPED = "stopped", "dihentikan"
        # The officer's role ended before the list was fetched.
        NOT_ALLOWED = "not-allowed", "dihentikan karena peran berubah"
        TOO_LARGE = "too-large", "terlalu besar untuk XLSX"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Account, models.CASCADE, related_name="exports")
    # Names the content in the store of sealed streams, and the data key it is sealed with.
    stream = models.UUIDField(default=uuid.uuid4, editable=False)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+")
    form = models.CharField(max_length=4, choices=Form)
    # NIK, NIP and phone stand in it: for administrators, who say why.
    with_numbers = models.BooleanField(default=False)
    reason = SealedTextField()
    institutions = models.JSONField()
    opd = models.BigIntegerField(null=True)
    statuses = models.JSONField(default=list)
    first = models.DateField()
    last = models.DateField()
    zone = models.CharField(max_length=40)
    place = models.CharField(max_length=500)
    # Of everything that makes two exports the same.
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.MAKING)
    rows = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[OwnManager] = OwnManager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            # Asked for twice, even at the same moment: the one that is being made is shown.
            models.UniqueConstraint(fields=["owner", "digest"], condition=Q(state="making"), name="export_made_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner", "-asked_at"], name="exports_of_owner"),
            models.Index(fields=["asked_at"], condition=Q(erased_at=None), name="exports_to_erase"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.id}"

    @property
    def filename(self) -> str:
        return f"pengajuan-{self.first:%Y%m%d}-{self.last:%Y%m%d}.{self.form}"


class MonthlySending(models.Model):
    """That an institution's monthly report was mailed: once, however many schedulers there are."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    # Its first day.
    month = models.DateField()
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "month"], name="month_sent_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month}"
