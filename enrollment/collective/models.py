"""A collective request: the OPD's letter, its people, the mailboxes they get, and how first passwords were given."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Institution, Opd, PersonnelRecord, Role
from enrollment.scoping import Row, Scoped, in_force, institutions_of
from tte_portal.fields import SealedTextField
from tte_portal.models import Account, SealedFile

OPERATOR, ADMINISTRATOR = Role.Kind.OPD_OPERATOR.value, Role.Kind.ADMINISTRATOR.value


class OfOpd(Scoped[Row]):
    """Rows of an OPD: its own operators see all of them, the institution's administrators what was handed in."""

    def __init__(self, request_path: str = "") -> None:
        super().__init__(f"{request_path}institution")
        self.request_path = request_path

    def for_officer(self, account: Account | AnonymousUser, *kinds: str) -> models.QuerySet[Row]:
        if not isinstance(account, Account):
            return self.none()
        path, sees = self.request_path, Q(pk__in=[])
        if not kinds or OPERATOR in kinds:
            own = account.roles.filter(in_force(), kind=OPERATOR).values("opd_id")
            sees |= Q(**{f"{path}opd__in": own})
        if not kinds or ADMINISTRATOR in kinds:
            of_institution = Q(**{f"{path}institution__in": institutions_of(account, ADMINISTRATOR)})
            sees |= of_institution & ~Q(**{f"{path}state": CollectiveRequest.State.DRAFT})
        return self.filter(sees)


class CollectiveRequest(models.Model):
    """One OPD's request for mailboxes: a draft of its operators, then a case of the institution's administrators."""

    class State(models.TextChoices):
        DRAFT = "draft", "draf"
        SUBMITTED = "submitted", "menunggu keputusan"
        DECIDED = "decided", "sudah diputuskan"
        WITHDRAWN = "withdrawn", "ditarik"

    class Decree(models.TextChoices):
        """How "SK Pangkat dan Jabatan Terakhir" comes."""

        ONE = "one", "Satu berkas untuk semua orang"
        EACH = "each", "Satu berkas untuk setiap orang"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    receipt = models.CharField(max_length=20, unique=True)
    decree = models.CharField(max_length=4, choices=Decree, blank=True)
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=Now())
    saved_at = models.DateTimeField(db_default=Now())
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = OfOpd["CollectiveRequest"]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opd", "-saved_at"], name="collective_of_opd"),
            models.Index(fields=["institution", "state", "submitted_at"], name="collective_of_institution"),
        ]

    def __str__(self) -> str:
        return self.receipt


class RequestedPerson(models.Model):
    """One line of the list, as it was typed, and what becomes of it."""

    class State(models.TextChoices):
        LISTED = "listed", "menunggu keputusan"
        REFUSED = "refused", "ditolak"
        KNOWN = "known", "sudah punya surel dinas"
        ACCEPTED = "accepted", "surel sedang dibuat"
        MADE = "made", "surel sudah dibuat"

    class Verdict(models.TextChoices):
        """What the administrator means to decide; it counts once the whole request is decided."""

        ACCEPT = "accept", "terima"
        REFUSE = "refuse", "tolak"

    class Task(models.TextChoices):
        """What the mail server has still to be asked for."""

        MAKE = "make", "buat surel"
        PASSWORD = "password", "ganti kata sandi"

    class Handed(models.TextChoices):
        PAGE = "page", "lewat halaman sekali buka"
        SHEET = "sheet", "lewat lembar cetak"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(CollectiveRequest, models.CASCADE, related_name="people")
    position_in_list = models.PositiveIntegerField()
    receipt = models.CharField(max_length=20, unique=True)
    # As typed, valid or not: nothing is lost on any device.
    name = models.CharField(max_length=300, blank=True)
    nip = SealedTextField()
    # Only of a number that can exist.
    nip_index = models.BinaryField(max_length=32, null=True, editable=False)
    position = models.CharField(max_length=300, blank=True)
    phone = SealedTextField()
    is_complete = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=State, default=State.LISTED)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    # The administrator's words, as the OPD reads them.
    reason = SealedTextField()
    mailbox = models.EmailField(blank=True)
    # A mailbox that the institution's records had for this person before.
    contact = SealedTextField()

    task = models.CharField(max_length=12, choices=Task, blank=True)
    # When the mail server is asked (next); empty: an officer has to do something first.
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # An order for this address went out and nobody knows what became of it: "already exists" may be our own mailbox.
    may_be_made = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)
    listed_in = models.ForeignKey("MailboxList", models.SET_NULL, null=True, related_name="people")
    made_at = models.DateTimeField(null=True)

    # Until it is handed over; then it is erased.
    password = SealedTextField()
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    handed_how = models.CharField(max_length=8, choices=Handed, blank=True)
    sheet = models.ForeignKey("PasswordSheet", models.SET_NULL, null=True, related_name="people")
    record = models.ForeignKey(PersonnelRecord, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(null=True)

    objects = OfOpd["RequestedPerson"]("request__")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox"], condition=Q(state__in=["accepted", "made"]), name="requested_mailbox_once"
            ),
            models.UniqueConstraint(
                fields=["nip_index"], condition=Q(state="accepted"), name="one_mailbox_on_its_way"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["request", "position_in_list"], name="requested_in_order"),
            models.Index(fields=["nip_index"], name="requested_by_nip"),
            models.Index(fields=["due_at"], condition=~Q(task=""), name="requested_due"),
        ]

    def __str__(self) -> str:
        return self.receipt


class RequestPaper(models.Model):
    """A letter or decree. ``original`` is kept and never served; officers see ``copy``, made without scripts."""

    class Kind(models.TextChoices):
        LETTER = "letter", "Surat permohonan"
        DECREE = "decree", "SK Pangkat dan Jabatan Terakhir"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(CollectiveRequest, models.CASCADE, related_name="papers")
    # Of a decree that is about one person alone.
    person = models.ForeignKey(RequestedPerson, models.CASCADE, null=True, related_name="papers")
    kind = models.CharField(max_length=8, choices=Kind)
    original = models.ForeignKey(SealedFile, models.PROTECT, related_name="+")
    copy = models.ForeignKey(SealedFile, models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField(default=1)
    findings = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now())

    objects = OfOpd["RequestPaper"]("request__")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "kind", "person"], name="request_paper_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class MailboxList(models.Model):
    """A list for the mail administrator: sealed with its passwords, fetched once, then gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(CollectiveRequest, models.CASCADE, related_name="lists")
    file = models.ForeignKey(SealedFile, models.SET_NULL, null=True, related_name="+")
    rows = models.PositiveIntegerField()
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    fetched_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    fetched_at = models.DateTimeField(null=True)

    objects = OfOpd["MailboxList"]("request__")

    def __str__(self) -> str:
        return str(self.id)


class PasswordSheet(models.Model):
    """A printed sheet of first passwords: who printed it, when, for how many. What stood on it is nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(CollectiveRequest, models.CASCADE, related_name="sheets")
    receipt = models.CharField(max_length=20, unique=True)
    rows = models.PositiveIntegerField()
    printed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(db_default=Now())

    objects = OfOpd["PasswordSheet"]("request__")

    def __str__(self) -> str:
        return self.receipt
