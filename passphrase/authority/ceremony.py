"""Making the embedded authority: a root that signs one issuing authority, once, under a lock all hosts share."""

import uuid
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import connection, transaction
from django.db.models.functions import Now

from enrollment import lifecycle
from passphrase.authority import key_files
from passphrase.authority.profile import authority_key, key_usage, locations, policies
from passphrase.models import CertificateAuthority
from tte_portal import audit

Kind = CertificateAuthority.Kind
ORGANIZATION = "TTE Portal – Otoritas Percobaan"
ROOT_YEARS, ISSUING_YEARS = 20, 10
# Any number, the same everywhere: two hosts that start at once make one authority.
CEREMONY_LOCK = 8_315_001


def in_office() -> CertificateAuthority | None:
    """The issuing authority that signs now."""
    return CertificateAuthority.objects.select_related("parent").filter(kind=Kind.ISSUING, retired_at=None).first()


def ensure() -> CertificateAuthority:
    """The issuing authority; made, with its root, when there is none. Safe to call at every start on every host."""
    return in_office() or _make_once()


def renew() -> CertificateAuthority:
    """Retire the authority in office and make a new one; what the old one signed stays valid under the old root."""
    with transaction.atomic():
        _lock()
        CertificateAuthority.objects.filter(retired_at=None).update(retired_at=Now())
        return _make()


def _make_once() -> CertificateAuthority:
    with transaction.atomic():
        _lock()
        return in_office() or _make()


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CEREMONY_LOCK])


def _make() -> CertificateAuthority:
    now: datetime = lifecycle.now().astimezone(UTC).replace(microsecond=0)
    # P-384: above the holders' P-256, and an ECDSA signature costs 0.4 ms where RSA-4096 would cost ten times that.
    root_key, issuing_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    root_id, issuing_id = uuid.uuid4(), uuid.uuid4()
    root = _root(root_id, root_key, now)
    issuing = _issuing(issuing_id, issuing_key, root, _slug(Kind.ROOT, root_id), root_key, now)
    # Files first: a row never points to a key that is not on the disk.
    key_files.write(root_id, root_key)
    key_files.write(issuing_id, issuing_key)
    parent = _keep(root_id, Kind.ROOT, root, None)
    made = _keep(issuing_id, Kind.ISSUING, issuing, parent)
    audit.record("authority_made", by=None, facts={"root": parent.slug, "issuing": made.slug})
    return made


def _keep(
    authority_id: uuid.UUID, kind: Kind, certificate: x509.Certificate, parent: CertificateAuthority | None
) -> CertificateAuthority:
    return CertificateAuthority.objects.create(
        id=authority_id, kind=kind, slug=_slug(kind, authority_id), parent=parent,
        der=certificate.public_bytes(Encoding.DER), not_after=certificate.not_valid_after_utc,
    )  # fmt: skip


def _slug(kind: Kind, authority_id: uuid.UUID) -> str:
    return f"{kind.label}-{authority_id.hex[:8]}"


def _name(kind: Kind, authority_id: uuid.UUID) -> x509.Name:
    # The number keeps the names of two pilots, or of an old and a new authority, apart.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{ORGANIZATION} {kind.label.title()} {authority_id.hex[:8]}"),
        ]
    )


def _builder(key: ec.EllipticCurvePrivateKey, now: datetime, years: int, depth: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * years, seconds=-1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), True)
        .add_extension(key_usage(key_cert_sign=True, crl_sign=True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _root(authority_id: uuid.UUID, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name(Kind.ROOT, authority_id)
    return _builder(key, now, ROOT_YEARS, 1).subject_name(name).issuer_name(name).sign(key, hashes.SHA384())


def _issuing(
    authority_id: uuid.UUID,
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_slug: str,
    root_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    builder = _builder(key, now, ISSUING_YEARS, 0).subject_name(_name(Kind.ISSUING, authority_id))
    builder = builder.issuer_name(root.subject).add_extension(authority_key(root), False)
    for extension, critical in [(policies(), False), *locations(root_slug)]:
        builder = builder.add_extension(extension, critical)
    return builder.sign(root_key, hashes.SHA384())
