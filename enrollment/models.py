"""People and their applications: institutions, agencies, officers' roles, the personnel registry, the application."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from enrollment.scoping import Scoped
from tte_portal.encryption import blind_index
from tte_portal.fields import SealedJSONField, SealedTextField
from tte_portal.models import Account, SealedFile


class Zone(models.TextChoices):
    """Indonesia's three time zones, by the names of the time zone database."""

    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


class Institution(models.Model):
    """A body that enrols its people: a ministry, a province, a regency, a city."""

    slug = models.SlugField("alamat singkat", unique=True)
    name = models.CharField("nama", max_length=200)
    short_name = models.CharField("nama pendek", max_length=60)
    procedure_slug = models.SlugField("prosedur", blank=True, help_text="Kosong: pendaftaran belum dibuka.")
    mailbox_domains = models.JSONField("domain surel dinas", default=list)
    organization = models.CharField("organisasi pada sertifikat", max_length=64)
    province = models.CharField("provinsi", max_length=100)
    helpdesk_email = models.EmailField("surel bantuan")
    host = models.CharField("nama host sendiri", max_length=200, blank=True)
    time_zone = models.CharField("zona waktu", max_length=20, choices=Zone, default=Zone.WIB)

    objects = Scoped("pk")

    class Meta:
        verbose_name = "instansi"
        verbose_name_plural = "instansi"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return bool(self.procedure_slug)

    @property
    def timezone_label(self) -> str:
        return Zone(self.time_zone).label

    @property
    def audit_chain(self) -> str:
        return f"institution:{self.pk}"


class Opd(models.Model):
    """An agency (Organisasi Perangkat Daerah) of an institution."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="opds", verbose_name="instansi")
    code = models.CharField("kode", max_length=20)
    name = models.CharField("nama", max_length=200)

    objects = Scoped("institution")

    class Meta:
        verbose_name = "OPD"
        verbose_name_plural = "OPD"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "code"], name="opd_code_once")]

    def __str__(self) -> str:
        return self.name


class VerifierContact(models.Model):
    """A verifier as the front door names them, with the number people may call."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="contacts", verbose_name="instansi")
    name = models.CharField("nama", max_length=100)
    role = models.CharField("peran", max_length=100)
    phone = models.CharField("nomor", max_length=30)

    objects = Scoped("institution")

    class Meta:
        verbose_name = "kontak verifikator"
        verbose_name_plural = "kontak verifikator"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class KnownProblem(models.Model):
    """A problem people meet (Kendala), and the way out, as the front door tells it."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="known_problems", verbose_name="instansi")
    position = models.PositiveSmallIntegerField("urutan", default=0)
    question = models.CharField("kendala", max_length=200)
    answer = models.TextField("jalan keluar")

    objects = Scoped("institution")

    class Meta:
        verbose_name = "kendala"
        verbose_name_plural = "kendala"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.question


class Role(models.Model):
    """What an account may do, in one institution (an OPD operator: in one OPD of it)."""

    class Kind(models.TextChoices):
        VERIFIER = "verifier", "Verifikator"
        ISSUER = "issuer", "Penerbit"
        OPD_OPERATOR = "opd-operator", "Operator OPD"
        HELP_DESK = "help-desk", "Meja bantuan"
        REPORT_READER = "report-reader", "Pembaca laporan"
        ADMINISTRATOR = "administrator", "Administrator"

    account = models.ForeignKey(Account, models.CASCADE, related_name="roles", verbose_name="akun")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="roles", verbose_name="instansi")
    kind = models.CharField("peran", max_length=20, choices=Kind)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, verbose_name="OPD")

    objects = Scoped("institution")

    class Meta:
        verbose_name = "peran"
        verbose_name_plural = "peran"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "institution", "kind", "opd"], name="role_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="opd-operator", opd__isnull=False) | ~Q(kind="opd-operator"), name="operator_has_opd"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.institution.short_name}"


class Employment(models.TextChoices):
    """Kinds of employment in the personnel registry."""

    PNS = "PNS", "PNS"
    PPPK = "PPPK", "PPPK"
    POLRI = "POLRI", "POLRI"


class PersonnelRecord(models.Model):
    """One person in an institution's personnel registry, as imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="personnel", verbose_name="instansi")
    opd = models.ForeignKey(Opd, models.SET_NULL, null=True, blank=True, verbose_name="OPD")
    employee_number = SealedTextField("NIP / NRP")
    employee_number_index = models.BinaryField(max_length=32, editable=False)
    name = models.CharField("nama", max_length=200)
    front_title = models.CharField("gelar depan", max_length=60, blank=True)
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    unit = models.CharField("unit organisasi", max_length=200)
    position = models.CharField("jabatan", max_length=200)
    province = models.CharField("provinsi", max_length=100)
    mailbox = models.EmailField("surel dinas")
    employment = models.CharField("jenis pegawai", max_length=10, choices=Employment)
    imported_at = models.DateTimeField("diimpor", db_default=Now())

    objects = Scoped("institution")

    class Meta:
        verbose_name = "data pegawai"
        verbose_name_plural = "data pegawai"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "employee_number_index"], name="personnel_number_once"),
            models.UniqueConstraint(fields=["mailbox"], name="personnel_mailbox_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "name", "id"], name="personnel_in_order"),
            models.Index("institution", OpClass(Upper("name"), name="varchar_pattern_ops"), name="personnel_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.employee_number_index = blind_index("employee-number", self.employee_number)
        super().save(*args, **kwargs)


class Status(models.TextChoices):
    """The lifecycle's words (procedures.md); NOT_REGISTERED is computed, never stored."""

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

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="applications", verbose_name="instansi")
    record = models.ForeignKey(PersonnelRecord, models.SET_NULL, null=True, blank=True, related_name="applications")
    procedure_slug = models.SlugField()
    procedure_version = models.PositiveIntegerField(default=1)
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
    kind = models.CharField("jenis pemohon", max_length=10, choices=Kind, blank=True)
    employee_number = SealedTextField("NIP / NRP")
    employee_number_index = models.BinaryField(max_length=32, null=True, editable=False)
    unit = models.CharField("unit organisasi", max_length=200, blank=True)
    position = models.CharField("jabatan", max_length=200, blank=True)
    province = models.CharField("provinsi", max_length=100, blank=True)
    photo = models.ForeignKey(SealedFile, models.SET_NULL, null=True, blank=True, related_name="+")
    photo_findings = models.JSONField(default=list)
    # The verifier's words, as the applicant reads them.
    rejection_reason = models.TextField(blank=True)

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
            models.CheckConstraint(condition=~Q(status="NOT_REGISTERED"), name="not_registered_is_never_stored"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "waiting_for", "since", "id"],
                condition=~Q(waiting_for="nobody"),
                name="application_queue",
            ),
            models.Index(fields=["status", "since"], name="application_due"),
            models.Index(fields=["nik_index"], name="application_by_nik"),
            models.Index(fields=["employee_number_index"], name="application_by_number"),
            models.Index(fields=["mailbox"], name="application_by_mailbox"),
            models.Index(fields=["institution", "-created_at", "-id"], name="application_newest"),
            models.Index("institution", OpClass(Upper("name"), name="varchar_pattern_ops"), name="application_by_name"),
        ]

    def __str__(self) -> str:
        return self.receipt

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nik_index = blind_index("nik", self.nik) if self.nik else None
        number = self.employee_number
        self.employee_number_index = blind_index("employee-number", number) if number else None
        if named := kwargs.get("update_fields"):
            # A number that is written takes its index along.
            kwargs["update_fields"] = [*named, *(f"{n}_index" for n in ("nik", "employee_number") if n in named)]
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

    application = models.ForeignKey(Application, models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=40)
    reason = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    objects = Scoped("application__institution")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.field


class ConsentText(models.Model):
    """One version of a text that people agree to, kept as it stood (UU 27/2022: what was agreed can be shown)."""

    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "version"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Consent(models.Model):
    """That one person agreed to one version of a text, and when."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT)
    given_at = models.DateTimeField(db_default=Now())

    objects = Scoped("application__institution")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "text"], name="consent_once")]

    def __str__(self) -> str:
        return str(self.text)


class MailboxRequest(models.Model):
    """Somebody typed a mailbox and asked for a link. A worker looks whose it is, so no answer's timing can tell."""

    class Purpose(models.TextChoices):
        ACTIVATION = "activation", "tautan aktivasi"
        STATUS = "status", "tautan status"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose)
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, related_name="+")
    mailbox = SealedTextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="mailbox_requests_by_age")]

    def __str__(self) -> str:
        return str(self.id)
