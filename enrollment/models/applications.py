"""An application: the draft the wizard fills, its state and whose turn it is, its past, what is to be corrected."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from enrollment.models.institutions import Institution, Opd
from enrollment.models.personnel import PersonnelRecord
from enrollment.models.procedures import ProcedureVersion
from enrollment.scoping import Scoped
from tte_portal.encryption import blind_index
from tte_portal.fields import SealedJSONField, SealedTextField
from tte_portal.models import Account, SealedFile

# Sealed numbers by which people are looked up: each has an index beside it.
NUMBERS = ("nik", "employee_number", "phone")


class Status(models.TextChoices):
    """The lifecycle's words; NOT_REGISTERED is computed, never stored."""

    NOT_REGISTERED = "NOT_REGISTERED", "belum terdaftar"
    NEW = "NEW", "terdaftar"
    ON_SET_PASSPHRASE = "ON_SET_PASSPHRASE", "menunggu passphrase"
    ENROLL = "ENROLL", "menunggu penerbitan"
    ISSUE = "ISSUE", "terbit"
    ACTIVE = "ACTIVE", "aktif"
    REJECTED = "REJECTED", "ditolak"
    EXPIRED = "EXPIRED", "kedaluwarsa"
    REVOKED = "REVOKED", "dicabut"
    SUSPENDED = "SUSPENDED", "ditangguhkan"


class WaitingFor(models.TextChoices):
    """Whose turn it is."""

    APPLICANT = "applicant", "pemohon"
    PRE_CHECK = "pre-check", "pemeriksa awal"
    VERIFIER = "verifier", "verifikator"
    HR = "hr", "bagian kepegawaian"
    ISSUER = "issuer", "penerbit"
    NOBODY = "nobody", "tidak ada"


class Application(models.Model):
    """One person's way to a certificate: the draft the wizard fills, its state, and whose turn it is."""

    class Kind(models.TextChoices):
        ASN = "asn", "ASN dan Penyidik POLRI"
        OTHER = "other", "Lainnya"

    class Purpose(models.TextChoices):
        FIRST = "first", "sertifikat pertama"
        RENEWAL = "renewal", "perpanjangan"
        RESET = "reset", "passphrase baru"
        REISSUE = "reissue", "penggantian sertifikat"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="applications", verbose_name="instansi")
    record = models.ForeignKey(PersonnelRecord, models.SET_NULL, null=True, blank=True, related_name="applications")
    # The OPD of the record when the application began: reports and OPDs count by it.
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name="OPD")
    # The procedure as it stood when the application began: what changes later is not for this one.
    procedure = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="applications")
    # What the person asks for; all but the first follow an earlier application and take its certificate's place.
    purpose = models.CharField(
        "tujuan", max_length=10, choices=Purpose, default=Purpose.FIRST, db_default=Purpose.FIRST
    )
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    receipt = models.CharField("nomor tanda terima", max_length=20, unique=True)
    mailbox = models.EmailField("surel dinas")

    status = models.CharField("status", max_length=20, choices=Status, default=Status.NEW)
    waiting_for = models.CharField("giliran", max_length=12, choices=WaitingFor, default=WaitingFor.APPLICANT)
    since = models.DateTimeField("sejak", db_default=Now())
    created_at = models.DateTimeField("dibuat", db_default=Now())
    submitted_at = models.DateTimeField("diajukan", null=True)
    # A verifier who has taken the case holds it until then.
    claimed_by = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="claims")
    claimed_until = models.DateTimeField(null=True, blank=True)

    # What was typed, step by step, valid or not: nothing is lost on any device.
    draft = SealedJSONField()
    name = models.CharField("nama lengkap", max_length=200, blank=True)
    nik = SealedTextField("NIK")
    nik_index = models.BinaryField(max_length=32, null=True, editable=False)
    # True once a verifier has agreed that this NIK is this person's: only then is it taken.
    nik_taken = models.BooleanField(default=False)
    front_title = models.CharField("gelar depan", max_length=60, blank=True)
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    phone = SealedTextField("nomor telepon")
    phone_index = models.BinaryField(max_length=32, null=True, editable=False)
    # When a code sent to the number came back; a changed number has to be proven anew.
    phone_proven_at = models.DateTimeField(null=True)
    kind = models.CharField("jenis pemohon", max_length=10, choices=Kind, blank=True)
    employee_number = SealedTextField("NIP / NRP")
    employee_number_index = models.BinaryField(max_length=32, null=True, editable=False)
    unit = models.CharField("unit organisasi", max_length=200, blank=True)
    position = models.CharField("jabatan", max_length=200, blank=True)
    city = models.CharField("kabupaten / kota", max_length=100, blank=True)
    province = models.CharField("provinsi", max_length=100, blank=True)
    photo = models.ForeignKey(SealedFile, models.SET_NULL, null=True, blank=True, related_name="+")
    photo_findings = models.JSONField(default=list)
    # Blind index of how the photo looks in small (enrollment/photos.py): the same picture has the same, a face not.
    photo_index = models.BinaryField(max_length=32, null=True, editable=False)
    ktp_photo = models.ForeignKey(SealedFile, models.SET_NULL, null=True, blank=True, related_name="+")
    ktp_photo_findings = models.JSONField(default=list)
    # Taken when the passphrase is made, where the procedure asks that.
    second_photo = models.ForeignKey(SealedFile, models.SET_NULL, null=True, blank=True, related_name="+")
    # Why the automatic verification leaves the case to a verifier; no numbers in it.
    referral = models.JSONField(default=list)
    # The verifier's words, as the applicant reads them.
    rejection_reason = SealedTextField()

    objects = Scoped("institution")

    class Meta:
        verbose_name = "pengajuan"
        verbose_name_plural = "pengajuan"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nik_index"],
                condition=Q(nik_taken=True) & ~Q(status__in=["REJECTED", "EXPIRED", "REVOKED"]),
                name="nik_taken_once",
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=~Q(status__in=["REJECTED", "EXPIRED", "REVOKED"]),
                name="one_living_successor",
            ),
            models.CheckConstraint(condition=~Q(status="NOT_REGISTERED"), name="not_registered_is_never_stored"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "waiting_for", "since", "id"],
                condition=~Q(waiting_for="nobody"),
                name="application_queue",
            ),
            models.Index(fields=["status", "since"], name="application_due"),
            models.Index(
                fields=["since"], condition=Q(status="NEW", waiting_for="nobody"), name="application_matching"
            ),
            models.Index(fields=["nik_index"], name="application_by_nik"),
            models.Index(fields=["employee_number_index"], name="application_by_number"),
            models.Index(fields=["phone_index"], name="application_by_phone"),
            models.Index(fields=["photo_index"], name="application_by_photo"),
            models.Index(fields=["mailbox"], name="application_by_mailbox"),
            models.Index(fields=["institution", "-created_at", "-id"], name="application_newest"),
            models.Index("institution", OpClass(Upper("name"), name="varchar_pattern_ops"), name="application_by_name"),
        ]

    def __str__(self) -> str:
        return self.receipt

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nik_index = blind_index("nik", self.nik) if self.nik else None
        self.phone_index = blind_index("phone", self.phone) if self.phone else None
        number = self.employee_number
        self.employee_number_index = blind_index("employee-number", number) if number else None
        if named := kwargs.get("update_fields"):
            # A number that is written takes its index along.
            kwargs["update_fields"] = [*named, *(f"{number}_index" for number in NUMBERS if number in named)]
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """The name with its titles, as it stands on the certificate."""
        front = f"{self.front_title} " if self.front_title else ""
        return f"{front}{self.name}{', ' + self.back_title if self.back_title else ''}"


class StatusPeriod(models.Model):
    """One stretch of an application's life: in which state, whose turn, from when to when."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="periods")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    status = models.CharField(max_length=20, choices=Status)
    waiting_for = models.CharField(max_length=12, choices=WaitingFor)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    objects = Scoped("institution")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application"], condition=Q(until=None), name="one_open_period")
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "status", "waiting_for", "-until"], name="periods_usual_time")
        ]

    def __str__(self) -> str:
        return f"{self.status}/{self.waiting_for}"


class Correction(models.Model):
    """A field that a verifier wants put right, with the reason the applicant reads word for word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=40)
    # Sealed like the answers: officers write numbers into their reasons.
    reason = SealedTextField()
    asked_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    objects = Scoped("application__institution")

    class Meta:
        ordering: ClassVar = ["asked_at"]

    def __str__(self) -> str:
        return self.field
