"""The keys of the portal's own time stamps: made anew by themselves, used for a month, vouched for by the authority."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from enrollment import lifecycle
from passphrase import lint
from passphrase.authority import keys
from passphrase.authority.certificates import digest_for
from passphrase.authority.key_files import SigningKey
from passphrase.authority.profile import authority_key, cut, key_usage, locations, policies
from passphrase.models import CertificateAuthority, Issuance
from passphrase.pki.service import in_service
from passphrase.signing.models import TimestampKey

# The key is destroyed long before its certificate ends (RFC 3161, 4: a stamp stays good with a key nobody has any
# more); the certificate outlives every holder's certificate that is in use meanwhile.
USED_FOR = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=10)
CERTIFICATE_LIVES = timedelta(days=3 * 365)


class Unfit(Exception):
    """The linter objects to the certificate that was to be signed: nothing was."""


@dataclass(frozen=True)
class Stamping:
    """Who signs the time: the certificate (DER) that goes along, and its key."""

    certificate: bytes
    key: ec.EllipticCurvePrivateKey


def of(authority_id: UUID) -> Stamping | None:
    """The newest key that may still be used; ``None`` when no worker has made one (yet)."""
    row = TimestampKey.objects.filter(authority=authority_id, used_until__gt=Now()).order_by("-used_until").first()
    if row is None:
        return None
    key = load_pem_private_key(row.key.encode(), None)
    return Stamping(bytes(row.der), key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def due() -> list[UUID]:
    """Issuing authorities without a key for long enough, whose own key is on this machine."""
    good = TimestampKey.objects.filter(authority=OuterRef("pk"), used_until__gt=Now() + RENEWED_BEFORE)
    issuing = in_service().filter(kind=CertificateAuthority.Kind.ISSUING)
    return [each.pk for each in issuing.filter(~Exists(good)) if keys.here(each)]


def renew(authority_id: UUID) -> bool:
    """Make a new key, have the authority vouch for it, destroy those past their use; ``False`` when another worker was
    first. Raises :class:`Unfit`."""
    signer = keys.of(CertificateAuthority.objects.get(pk=authority_id))
    with transaction.atomic():
        authority = CertificateAuthority.objects.select_for_update(no_key=True, of=("self",)).get(pk=authority_id)
        TimestampKey.objects.filter(authority=authority, used_until__lte=Now()).delete()
        if TimestampKey.objects.filter(authority=authority, used_until__gt=Now() + RENEWED_BEFORE).exists():
            return False
        now: datetime = lifecycle.now().astimezone(UTC).replace(microsecond=0)
        issuer = x509.load_der_x509_certificate(bytes(authority.der))
        key = ec.generate_private_key(ec.SECP256R1())
        until = min(_until(authority, now), issuer.not_valid_after_utc)
        certificate = _signed(_builder(key, issuer, authority.slug, now, until), signer)
        _enter_in_ledger(authority, certificate)
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        TimestampKey.objects.create(
            authority=authority, der=certificate.public_bytes(Encoding.DER), key=plain, used_until=now + USED_FOR
        )
        return True


def _until(authority: CertificateAuthority, now: datetime) -> datetime:
    """A retired authority goes on answering while something of it lives: its stamps must not draw that out for ever."""
    until = now + CERTIFICATE_LIVES - timedelta(seconds=1)
    last = Issuance.objects.filter(authority=authority).aggregate(last=Max("not_after"))["last"]
    return until if authority.retired_at is None or last is None else min(until, last.astimezone(UTC))


def _builder(
    key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate, slug: str, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    named = str(issuer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    others = [each for each in issuer.subject if each.oid != NameOID.COMMON_NAME]
    name = x509.Name([*others, x509.NameAttribute(NameOID.COMMON_NAME, cut(f"{named} TSA"))])
    builder = x509.CertificateBuilder().issuer_name(issuer.subject).subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(until)
    builder = (
        builder.add_extension(authority_key(issuer), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(key_usage(digital_signature=True), True)
        # RFC 3161, 2.3: this purpose alone, and critical.
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        .add_extension(policies(), False)
    )
    for extension, critical in locations(slug):
        builder = builder.add_extension(extension, critical)
    return builder


def _signed(builder: x509.CertificateBuilder, signer: SigningKey) -> x509.Certificate:
    # Linted under a key nobody trusts, as a holder's certificate is.
    nobody = ec.generate_private_key(ec.SECP384R1())
    if faults := lint.faults(builder.sign(nobody, hashes.SHA384()).public_bytes(Encoding.DER)):
        raise Unfit("; ".join(faults))
    return builder.sign(signer, digest_for(signer))


def _enter_in_ledger(authority: CertificateAuthority, certificate: x509.Certificate) -> None:
    """So that the status service knows it and it can be taken back."""
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    Issuance.objects.create(
        idempotency_key=uuid.uuid4(), authority=authority, serial=f"{certificate.serial_number:X}",
        csr_hash=hashlib.sha256(public).digest(), der=certificate.public_bytes(Encoding.DER), signed_at=Now(),
        not_after=certificate.not_valid_after_utc,
    )  # fmt: skip
