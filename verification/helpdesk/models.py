"""What the help desk keeps: requests that a second officer confirms, notes, and why a picture was looked at."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from enrollment.models import Application, Holder, Institution, PersonnelRecord
from enrollment.scoping import Scoped
from tte_portal.fields import SealedTextField
from tte_portal.models import Account


class About(models.Model):
    """A row about a person: tied to their record and account, or to their application where there is neither. Who is
    erased takes these rows along."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    record = models.ForeignKey(PersonnelRecord, models.SET_NULL, null=True, related_name="+")
    holder = models.ForeignKey(Holder, models.CASCADE, null=True, related_name="+")
    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="+")

    objects = Scoped("institution")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def person_id(self) -> uuid.UUID | None:
        """By what the person's page is named now."""
        return self.record_id or self.holder_id or self.application_id


class ChangeRequest(About):
    """Something that one officer asks for and another confirms: it takes effect only then."""

    class Kind(models.TextChoices):
        MAILBOX = "mailbox", "Ganti surel dinas"
        PHONE = "phone", "Ganti nomor telepon"
        SECOND_FACTOR = "second-factor", "Atur ulang faktor kedua"

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu persetujuan kedua"
        CONFIRMED = "confirmed", "disetujui dan berlaku"
        REFUSED = "refused", "ditolak"
        OBJECTED = "objected", "dihentikan pemilik alamat lama"
        WITHDRAWN = "withdrawn", "dibatalkan"
        EXPIRED = "expired", "kedaluwarsa"

    kind = models.CharField(max_length=16, choices=Kind)
    # The person's row that names them when it is asked for: one request of a kind at a time.
    subject = models.UUIDField()
    old = SealedTextField()
    new = SealedTextField()
    # Where the person is told: the mailbox of before.
    told = models.EmailField(blank=True)
    reason = SealedTextField()
    evidence = SealedTextField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = SealedTextField()
    # The person said at the old address that it was not their wish, in time or afterwards.
    objected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "kind"], condition=Q(state="waiting"), name="helpdesk_one_waiting"
            ),
            # Four eyes also where a program forgets them.
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("asked_by")), name="helpdesk_two_officers"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "asked_at", "id"], condition=Q(state="waiting"), name="helpdesk_queue"),
            models.Index(
                fields=["institution", "objected_at"],
                condition=Q(objected_at__isnull=False),
                name="helpdesk_objections",
            ),
        ]


class Note(About):
    """What an officer writes down about a person for colleagues. Added, never changed."""

    text = SealedTextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-at"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)


class Look(About):
    """Why an officer looks at one picture or paper: asked before it is shown, good for a few minutes."""

    # A picture's field of the application, or the id of a paper.
    what = models.CharField(max_length=40)
    reason = models.CharField(max_length=20)
    words = SealedTextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
