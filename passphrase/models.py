"""A holder's wrapped key, the request to the authority, the certificate; and the embedded authority's own records."""

import uuid
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Application
from enrollment.scoping import Scoped
from tte_portal.fields import SealedTextField


class SigningKey(models.Model):
    """A holder's key pair: the private half wrapped under the passphrase, with the cost it was wrapped at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="signing_keys", verbose_name="pengajuan")
    algorithm = models.CharField("algoritme", max_length=16)
    public_key = models.BinaryField()
    # Nonce and AES-256-GCM ciphertext of the PKCS#8 key; both are emptied when the key is destroyed.
    wrapped = models.BinaryField()
    salt = models.BinaryField(max_length=16)
    memory_kib = models.PositiveIntegerField()
    iterations = models.PositiveSmallIntegerField()
    lanes = models.PositiveSmallIntegerField()
    guesses = models.PositiveSmallIntegerField("salah tebak", default=0)
    locked_until = models.DateTimeField("dikunci sampai", null=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())
    destroyed_at = models.DateTimeField("dihancurkan", null=True)

    objects = Scoped("application__institution")

    class Meta:
        verbose_name = "kunci penandatanganan"
        verbose_name_plural = "kunci penandatanganan"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(destroyed_at=None), name="one_living_key_an_application"
            )
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.id}"


class CertificateRequest(models.Model):
    """One request to the authority. Its key makes every repetition the same request, so no certificate is doubled."""

    class State(models.TextChoices):
        HELD = "held", "menunggu penerbit"
        PENDING = "pending", "menunggu otoritas"
        ISSUED = "issued", "terbit"
        REJECTED = "rejected", "ditolak otoritas"

    application = models.ForeignKey(Application, models.PROTECT, related_name="requests", verbose_name="pengajuan")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="requests")
    idempotency_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    csr = models.BinaryField()
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField("percobaan", default=0)
    error = models.CharField("galat terakhir", max_length=300, blank=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())
    due_at = models.DateTimeField("jatuh tempo", db_default=Now())

    objects = Scoped("application__institution")

    class Meta:
        verbose_name = "permintaan sertifikat"
        verbose_name_plural = "permintaan sertifikat"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=~Q(state="rejected"), name="one_request_an_application"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="certificate_requests_due")
        ]

    def __str__(self) -> str:
        return str(self.idempotency_key)


class Certificate(models.Model):
    """An issued certificate, as the authority signed it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="certificates", verbose_name="pengajuan")
    request = models.OneToOneField(CertificateRequest, models.PROTECT, related_name="certificate")
    serial = models.CharField("nomor seri", max_length=40, unique=True)
    der = models.BinaryField()
    # The authority's certificates above it, from its issuer to the root, as PEM.
    chain = models.TextField()
    common_name = models.CharField("nama umum", max_length=64)
    organization = models.CharField("organisasi", max_length=64)
    country = models.CharField("negara", max_length=2)
    authority = models.CharField("otoritas", max_length=200)
    not_before = models.DateTimeField("berlaku sejak")
    not_after = models.DateTimeField("berlaku sampai")
    issued_at = models.DateTimeField("terbit", db_default=Now())
    revoked_at = models.DateTimeField("dicabut", null=True)
    revocation_reason = models.CharField("alasan pencabutan", max_length=40, blank=True)
    # With its key, under a password of the holder's: once.
    exported_at = models.DateTimeField("diunduh bersama kuncinya", null=True)
    # The reminder that went out last, in days before the end.
    reminded_days = models.PositiveSmallIntegerField("diingatkan", null=True)

    objects = Scoped("application__institution")

    class Meta:
        verbose_name = "sertifikat"
        verbose_name_plural = "sertifikat"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application"], condition=Q(revoked_at=None), name="one_living_certificate")
        ]
        indexes: ClassVar = [models.Index(fields=["not_after"], name="certificates_by_end")]

    def __str__(self) -> str:
        return self.serial

    @property
    def pem(self) -> str:
        return x509.load_der_x509_certificate(bytes(self.der)).public_bytes(Encoding.PEM).decode()

    @property
    def valid_until(self) -> object:
        return self.not_after

    @property
    def description(self) -> str:
        """What the mail says beside the subject: what the certificate is for, and who stands behind it."""
        return f"Tanda tangan elektronik, diterbitkan oleh {self.authority}"


class CertificateAuthority(models.Model):
    """A certificate of the embedded authority itself. Its private key lies in a file, never in the database."""

    class Kind(models.TextChoices):
        ROOT = "root", "induk"
        ISSUING = "issuing", "penerbit"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # Stands in the addresses of its certificate and revocation list.
    slug = models.SlugField(max_length=32, unique=True)
    der = models.BinaryField()
    not_after = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "otoritas tertanam"
        verbose_name_plural = "otoritas tertanam"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=Q(retired_at=None), name="one_authority_in_office")
        ]

    def __str__(self) -> str:
        return self.slug


class Issuance(models.Model):
    """The embedded authority's ledger: serial and times are reserved here, and committed, before anything is signed."""

    idempotency_key = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(CertificateAuthority, models.PROTECT, related_name="issuances")
    serial = models.CharField(max_length=40, unique=True)
    # The same key with another request is refused.
    csr_hash = models.BinaryField(max_length=32)
    reserved_at = models.DateTimeField(db_default=Now())
    der = models.BinaryField(null=True)
    signed_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    # The certificate's end: a while after it, nobody asks the revocation list about it any more.
    not_after = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # RFC 5280, 5.3.1, by its name there; "certificateHold" is a suspension, which may end.
    revocation_reason = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["authority"], condition=Q(revoked_at__isnull=False), name="issuances_revoked")
        ]

    def __str__(self) -> str:
        return self.serial


class ListChange(models.Model):
    """Something was revoked, suspended or resumed that the authority's published list does not tell yet.

    A row of its own for each: whoever builds the list takes away what it saw, and what was committed meanwhile stays
    and has the list built again.
    """

    authority = models.ForeignKey(CertificateAuthority, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class RevocationList(models.Model):
    """The newest revocation list of one authority, built ahead: whoever asks gets these bytes."""

    authority = models.OneToOneField(CertificateAuthority, models.CASCADE, primary_key=True, related_name="list")
    number = models.BigIntegerField(default=0)
    der = models.BinaryField(default=b"")
    entries = models.PositiveIntegerField(default=0)
    this_update = models.DateTimeField(null=True)
    next_update = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.authority_id} {self.number}"


class ResponderKey(models.Model):
    """A short-lived key that may answer for an authority (RFC 6960, 4.2.2.2), so that the authority's own stays away
    from the web. Sealed here because every web host answers with it; it can sign nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(CertificateAuthority, models.CASCADE, related_name="responders")
    der = models.BinaryField()
    key = SealedTextField()
    not_after = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.authority_id} {self.not_after:%Y-%m-%d}"
