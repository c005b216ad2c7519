"""The keys that answer for an authority in its place (RFC 6960, 4.2.2.2): short-lived, made anew by themselves."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from enrollment import lifecycle
from passphrase.authority import keys
from passphrase.authority.certificates import digest_for
from passphrase.authority.profile import authority_key, key_usage
from passphrase.models import CertificateAuthority, ResponderKey
from passphrase.pki.service import in_service

Kind = CertificateAuthority.Kind

# Nobody can revoke a responder (it carries OCSPNoCheck), so it lives shortly. A root's key may lie in a safe.
LIVES = {Kind.ISSUING: timedelta(days=30), Kind.ROOT: timedelta(days=400)}
RENEWED_BEFORE = {Kind.ISSUING: timedelta(days=10), Kind.ROOT: timedelta(days=60)}
# How long a web process goes on with the key it has read: a new one is out days before the old one ends.
KEPT_SECONDS = 300


@dataclass(frozen=True)
class Responder:
    """Who signs the answers: the certificate that goes along with them, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


_kept: dict[UUID, tuple[float, Responder]] = {}


def of(authority_id: UUID) -> Responder | None:
    """The newest responder that is still good; ``None`` when no worker has made one (yet)."""
    until, found = _kept.get(authority_id, (0.0, None))
    if found is not None and time.monotonic() < until and found.certificate.not_valid_after_utc > datetime.now(UTC):
        return found
    row = ResponderKey.objects.filter(authority=authority_id, not_after__gt=Now()).order_by("-not_after").first()
    if row is None:
        return None
    key = load_pem_private_key(row.key.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    made = Responder(x509.load_der_x509_certificate(bytes(row.der)), key)
    _kept[authority_id] = (time.monotonic() + KEPT_SECONDS, made)
    return made


def due() -> list[UUID]:
    """Authorities without a responder for long enough, whose key is on this machine."""
    found: list[CertificateAuthority] = []
    for kind, before in RENEWED_BEFORE.items():
        good = ResponderKey.objects.filter(authority=OuterRef("pk"), not_after__gt=Now() + before)
        # Whose authority ends sooner than that has a responder to its end.
        found += in_service().filter(~Exists(good), kind=kind, not_after__gt=Now() + before)
    return [each.pk for each in found if keys.here(each)]


def renew(authority_id: UUID) -> bool:
    """Make a new key and have the authority vouch for it; ``False`` when another worker was first."""
    signer = keys.of(CertificateAuthority.objects.get(pk=authority_id))
    with transaction.atomic():
        authority = CertificateAuthority.objects.select_for_update(no_key=True, of=("self",)).get(pk=authority_id)
        kind = Kind(authority.kind)
        good = ResponderKey.objects.filter(authority=authority, not_after__gt=Now() + RENEWED_BEFORE[kind])
        if good.exists():
            return False
        now: datetime = lifecycle.now().astimezone(UTC).replace(microsecond=0)
        issuer = x509.load_der_x509_certificate(bytes(authority.der))
        until = min(now + LIVES[kind] - timedelta(seconds=1), issuer.not_valid_after_utc)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(key, issuer, now, until).sign(signer, digest_for(signer))
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        ResponderKey.objects.create(
            authority=authority, der=certificate.public_bytes(Encoding.DER), key=plain, not_after=until
        )
        # Ended ones sign nothing any more; their certificates travelled with the answers.
        ResponderKey.objects.filter(authority=authority, not_after__lt=Now()).delete()
        return True


def _certificate(
    key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    names = [each for each in issuer.subject if each.oid != NameOID.COMMON_NAME]
    named = str(issuer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    name = x509.Name([*names, x509.NameAttribute(NameOID.COMMON_NAME, f"{named} OCSP"[:64])])
    builder = x509.CertificateBuilder().issuer_name(issuer.subject).subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(until)
    return (
        builder.add_extension(authority_key(issuer), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(key_usage(digital_signature=True), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
        .add_extension(x509.OCSPNoCheck(), False)
    )
