"""Institutions and their agencies, contacts and known problems, and the roles of their officers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from enrollment import colours
from enrollment.scoping import Scoped
from tte_portal.models import Account


class Zone(models.TextChoices):
    """Indonesia's three time zones, by the names of the time zone database."""

    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


def clock_name(zone: str) -> str:
    """What people call the zone; its own name where none of the three fits."""
    return Zone(zone).label if zone in Zone.values else zone


class Institution(models.Model):
    """A body that enrols its people: a ministry, a province, a regency, a city."""

    slug = models.SlugField("alamat singkat", unique=True)
    name = models.CharField("nama", max_length=200)
    short_name = models.CharField("nama pendek", max_length=60)
    procedure_slug = models.SlugField("prosedur", blank=True, help_text="Kosong: pendaftaran belum dibuka.")
    # Single values that this institution has otherwise than the procedure's file (enrollment.procedure.CHANGEABLE).
    procedure_changes = models.JSONField(default=dict, editable=False)
    mailbox_domains = models.JSONField("domain surel dinas", default=list)
    organization = models.CharField("organisasi pada sertifikat", max_length=64)
    province = models.CharField("provinsi", max_length=100)
    helpdesk_email = models.EmailField("surel bantuan")
    host = models.CharField("nama host sendiri", max_length=200, blank=True)
    time_zone = models.CharField("zona waktu", max_length=20, choices=Zone, default=Zone.WIB)
    colour = models.CharField("warna", max_length=7, blank=True, help_text="Misalnya #0b5cab. Kosong: warna portal.")
    # Names the content of its Logo; empty: none. The picture itself stays out of every page's query.
    logo_digest = models.CharField(max_length=16, blank=True, editable=False)
    mail_sender = models.CharField("nama pengirim surel", max_length=100, blank=True)
    # Whoever owes the next step loses the application then, after a reminder; 0: never.
    lapses_after_days = models.PositiveSmallIntegerField(
        "pengajuan gugur setelah (hari)",
        default=60,
        help_text="Dihitung sejak giliran pemohon dimulai; pemohon diingatkan tujuh hari sebelumnya. 0: tidak pernah.",
    )
    subject_prefix = models.CharField(
        "awalan subjek surel", max_length=20, blank=True, help_text="Misalnya [TTE]. Kosong: awalan portal."
    )

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
        return clock_name(self.time_zone)

    @property
    def colour_digest(self) -> str:
        """Names the content of the institution's colours as a stylesheet; empty: the portal's own."""
        return colours.digest_of(self.colour) if self.colour else ""

    @property
    def audit_chain(self) -> str:
        return f"institution:{self.pk}"


class Logo(models.Model):
    """An institution's logo: a small PNG, made from what was uploaded."""

    institution = models.OneToOneField(Institution, models.CASCADE, primary_key=True, related_name="logo")
    png = models.BinaryField()

    objects = Scoped("institution")

    def __str__(self) -> str:
        return f"logo {self.institution_id}"


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
    position = models.PositiveSmallIntegerField("urutan", default=0)
    name = models.CharField("nama", max_length=100)
    role = models.CharField("peran", max_length=100)
    phone = models.CharField("nomor", max_length=30)

    objects = Scoped("institution")

    class Meta:
        verbose_name = "kontak verifikator"
        verbose_name_plural = "kontak verifikator"
        ordering: ClassVar = ["position", "pk"]

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
        HR = "hr", "Kepegawaian"
        OPD_OPERATOR = "opd-operator", "Operator OPD"
        HELP_DESK = "help-desk", "Meja bantuan"
        REPORT_READER = "report-reader", "Pembaca laporan"
        ADMINISTRATOR = "administrator", "Administrator"

    account = models.ForeignKey(Account, models.CASCADE, related_name="roles", verbose_name="akun")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="roles", verbose_name="instansi")
    kind = models.CharField("peran", max_length=20, choices=Kind)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, verbose_name="OPD")
    # A stand-in holds the role of somebody absent for a while (enrollment/scoping.py says which roles count).
    stands_in_for = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+", editable=False)
    begins = models.DateTimeField("mulai", null=True, blank=True, editable=False)
    ends = models.DateTimeField("sampai", null=True, blank=True, editable=False)

    objects = Scoped("institution")

    class Meta:
        verbose_name = "peran"
        verbose_name_plural = "peran"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "institution", "kind", "opd", "stands_in_for"],
                name="role_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="opd-operator", opd__isnull=False) | ~Q(kind="opd-operator"), name="operator_has_opd"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.institution.short_name}"
