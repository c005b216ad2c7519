"""Making the embedded authority: a root that signs one issuing authority, once, under a lock all hosts share."""

import uuid
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction

from enrollment import lifecycle
from passphrase.authority import certificates, keys
from passphrase.authority.key_files import SigningKey
from passphrase.models import CertificateAuthority
from tte_portal import audit

Kind = CertificateAuthority.Kind
# Any number, the same everywhere: two hosts that start at once make one authority.
CEREMONY_LOCK = 8_315_001


class AlreadyThere(Exception):
    """There is an authority; the first one is made only once."""


def in_office() -> CertificateAuthority | None:
    """The issuing authority that signs now."""
    return CertificateAuthority.objects.select_related("parent").filter(kind=Kind.ISSUING, retired_at=None).first()


def ensure() -> CertificateAuthority:
    """The issuing authority; made, with its root, when there is none. Safe to call at every start on every host."""
    return in_office() or _make_once()


def perform() -> CertificateAuthority:
    """The ceremony: root and issuing authority from nothing. Raises :class:`AlreadyThere`."""
    with transaction.atomic():
        locked()
        if CertificateAuthority.objects.exists():
            raise AlreadyThere
        return _make()


def _make_once() -> CertificateAuthority:
    with transaction.atomic():
        locked()
        return in_office() or _make()


def locked() -> None:
    """Until the transaction ends, nobody else makes or retires an authority."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CEREMONY_LOCK])


def _make() -> CertificateAuthority:
    made = make_both()
    audit.record("authority_made", by=None, facts={"root": made.parent and made.parent.slug, "issuing": made.slug})
    return made


def make_both() -> CertificateAuthority:
    """A root and an issuing authority under it, in office with the caller's transaction."""
    authority_id = uuid.uuid4()
    # Keys are kept first, so no row points to a lost key.
    key = keys.make(authority_id, issuing=False)
    root = _keep(authority_id, Kind.ROOT, certificates.root(authority_id, key, _now()), None)
    return make_issuing(root, key)


def make_issuing(root: CertificateAuthority, root_key: SigningKey | None = None) -> CertificateAuthority:
    """An issuing authority under that root, likewise. Raises ``Unavailable`` where the root's key is not."""
    authority_id = uuid.uuid4()
    above_key, above = root_key or keys.of(root), x509.load_der_x509_certificate(bytes(root.der))
    key = keys.make(authority_id, issuing=True)
    made = certificates.issuing(authority_id, key, above, root.slug, above_key, _now())
    return _keep(authority_id, Kind.ISSUING, made, root)


def _now() -> datetime:
    now: datetime = lifecycle.now().astimezone(UTC).replace(microsecond=0)
    return now


def _keep(
    authority_id: uuid.UUID, kind: Kind, certificate: x509.Certificate, parent: CertificateAuthority | None
) -> CertificateAuthority:
    return CertificateAuthority.objects.create(
        id=authority_id, kind=kind, slug=certificates.slug_of(kind, authority_id), parent=parent,
        der=certificate.public_bytes(Encoding.DER), not_after=certificate.not_valid_after_utc,
    )  # fmt: skip
