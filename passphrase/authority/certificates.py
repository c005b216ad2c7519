"""The authorities' own certificates: a root's, and an issuing authority's under it."""

from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from passphrase.authority.key_files import SigningKey
from passphrase.authority.profile import authority_key, key_usage, locations, policies
from passphrase.models import CertificateAuthority

Kind = CertificateAuthority.Kind
ORGANIZATION = "TTE Portal – Otoritas Percobaan"
ROOT_YEARS, ISSUING_YEARS = 20, 10


def digest_for(key: SigningKey) -> hashes.SHA256 | hashes.SHA384:
    """The hash an authority with this key signs with: as strong as the key."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return hashes.SHA384()
    return hashes.SHA256()


def slug_of(kind: Kind, authority_id: UUID) -> str:
    return f"{kind.label}-{authority_id.hex[:8]}"


def root(authority_id: UUID, key: SigningKey, now: datetime) -> x509.Certificate:
    name = _name(Kind.ROOT, authority_id)
    until = now + timedelta(days=365 * ROOT_YEARS, seconds=-1)
    return _builder(key, now, until, 1).subject_name(name).issuer_name(name).sign(key, digest_for(key))


def issuing(
    authority_id: UUID, key: SigningKey, above: x509.Certificate, above_slug: str, above_key: SigningKey, now: datetime
) -> x509.Certificate:
    """Ends no later than the root above it."""
    until = min(now + timedelta(days=365 * ISSUING_YEARS, seconds=-1), above.not_valid_after_utc)
    builder = _builder(key, now, until, 0).subject_name(_name(Kind.ISSUING, authority_id))
    builder = builder.issuer_name(above.subject).add_extension(authority_key(above), False)
    for extension, critical in [(policies(), False), *locations(above_slug)]:
        builder = builder.add_extension(extension, critical)
    return builder.sign(above_key, digest_for(above_key))


def _name(kind: Kind, authority_id: UUID) -> x509.Name:
    # The number keeps the names of two pilots, or of an old and a new authority, apart.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{ORGANIZATION} {kind.label.title()} {authority_id.hex[:8]}"),
        ]
    )


def _builder(key: SigningKey, now: datetime, until: datetime, depth: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), True)
        .add_extension(key_usage(key_cert_sign=True, crl_sign=True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
