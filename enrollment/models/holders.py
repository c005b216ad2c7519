"""Holders: people with an account of their own, their profile, and what they ask to change in it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models.institutions import Institution
from enrollment.models.personnel import PersonnelRecord
from enrollment.scoping import Scoped
from tte_portal.encryption import blind_index
from tte_portal.fields import SealedTextField
from tte_portal.models import Account


class Holder(models.Model):
    """A person's account at an institution, and the profile from which they register. What stands here is in force:
    proven by mail, or agreed to by the HR officer where the procedure asks that."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, models.CASCADE, related_name="holder")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="holders")
    record = models.OneToOneField(PersonnelRecord, models.SET_NULL, null=True, related_name="holder")
    mailbox = models.EmailField("surel dinas", blank=True)
    mailbox_proven_at = models.DateTimeField(null=True)
    # Typed and not proven yet: the mailed link proves it.
    mailbox_asked = models.EmailField(blank=True)
    nik = SealedTextField("NIK")
    nik_index = models.BinaryField(max_length=32, null=True, editable=False)
    phone = SealedTextField("nomor telepon")
    whatsapp = SealedTextField("nomor WhatsApp")
    private_mailbox = SealedTextField("surel pribadi")
    created_at = models.DateTimeField(db_default=Now())

    objects = Scoped("institution")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox"], name="holders_by_mailbox"),
            models.Index(fields=["nik_index"], name="holders_by_nik"),
        ]

    def __str__(self) -> str:
        return str(self.account)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nik_index = blind_index("nik", self.nik) if self.nik else None
        if (named := kwargs.get("update_fields")) and "nik" in named:
            kwargs["update_fields"] = [*named, "nik_index"]
        super().save(*args, **kwargs)


class Identity(models.Model):
    """How an account is known to a provider of single sign-on."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="identities")
    issuer = models.URLField()
    subject = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.pk}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost second factor; only its hash is kept, and it works once."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class ProfileChange(models.Model):
    """A change of one's own profile that the HR officer decides: old and new value, and the evidence for it."""

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu persetujuan"
        APPROVED = "approved", "disetujui"
        REFUSED = "refused", "ditolak"
        WITHDRAWN = "withdrawn", "dibatalkan"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="changes")
    # A field of the holder, or a kind of paper: then the new value is the paper's id.
    field = models.CharField(max_length=40)
    old = SealedTextField()
    new = SealedTextField()
    evidence = models.ForeignKey("enrollment.Paper", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    # The HR officer's words, as the person reads them.
    reason = SealedTextField()

    objects = Scoped("holder__institution")

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holder", "field"], condition=Q(state="waiting"), name="one_waiting_change_a_field"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="profile_changes_queue")
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.state}"
