"""The status of one certificate (RFC 6960): good, revoked or unknown, straight from the ledger and signed at once."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import OCSPExtensionOID

from passphrase.models import CertificateAuthority
from passphrase.pki import responder
from tte_portal.prepared import Statement

Status, Unsuccessful = ocsp.OCSPCertStatus, ocsp.OCSPResponseStatus
# How long an answer may be relied on. Nothing is kept by the portal in between: a revocation shows at once.
LIVES = timedelta(hours=1)
# A request about one certificate, with a nonce, has some 120 bytes; RFC 9654 lets a nonce have 128.
LONGEST_REQUEST = 2048
LONGEST_NONCE = 128
# In SQL: the ORM takes longer to write this than PostgreSQL to answer it and the responder to sign.
ENTRY = Statement(
    "SELECT revoked_at, revocation_reason FROM passphrase_issuance "
    "WHERE serial = %(serial)s AND authority_id = %(authority)s AND der IS NOT NULL",
    serial="text", authority="uuid",
)  # fmt: skip


def answer(authority: CertificateAuthority, request: bytes) -> bytes:
    """The response to a request, both in DER; what cannot be answered gets one of the protocol's own refusals.

    One certificate a request, as RFC 5019 has it: what signers and readers ask.
    """
    try:
        asked = ocsp.load_der_ocsp_request(request) if 0 < len(request) <= LONGEST_REQUEST else None
        algorithm = asked.hash_algorithm if asked else None
        nonce = _nonce_of(asked) if asked else None
    except (ValueError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension):
        asked = algorithm = nonce = None
    if asked is None or algorithm is None:
        return _refusal(Unsuccessful.MALFORMED_REQUEST)
    if (asked.issuer_name_hash, asked.issuer_key_hash) != _hashes_of(bytes(authority.der), algorithm.name):
        # Another authority's certificate: this one has no word to say about it.
        return _refusal(Unsuccessful.UNAUTHORIZED)
    signer = responder.of(authority.pk)
    if signer is None:
        return _refusal(Unsuccessful.TRY_LATER)
    status, revoked_at, reason = _status_of(authority, asked.serial_number)
    now = datetime.now(UTC).replace(microsecond=0)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number, algorithm, status,
        now, now + LIVES, revoked_at, reason,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    builder = builder.certificates([signer.certificate])
    if nonce is not None:
        builder = builder.add_extension(nonce, False)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _refusal(why: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(why).public_bytes(Encoding.DER)


def _nonce_of(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    """The nonce to give back. Other extensions of a request are no duty to know (RFC 6960, 4.4), unless critical."""
    nonce = None
    for extension in asked.extensions:
        if extension.oid == OCSPExtensionOID.NONCE and isinstance(extension.value, x509.OCSPNonce):
            nonce = extension.value
        elif extension.critical:
            raise ValueError("A critical extension that is not known.")
    if nonce is not None and not 1 <= len(nonce.nonce) <= LONGEST_NONCE:
        raise ValueError("A nonce of an impossible length.")
    return nonce


@lru_cache(maxsize=32)
def _hashes_of(der: bytes, algorithm: str) -> tuple[bytes, bytes]:
    """Hashes of the authority's name and of its key without the wrapping (RFC 6960, 4.1.1)."""
    certificate = x509.load_der_x509_certificate(der)
    point = _bits(certificate.public_key())
    name, key = hashes.Hash(_KNOWN[algorithm]()), hashes.Hash(_KNOWN[algorithm]())
    name.update(certificate.subject.public_bytes())
    key.update(point)
    return name.finalize(), key.finalize()


def _bits(key: CertificatePublicKeyTypes) -> bytes:
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


_KNOWN: dict[str, Any] = {each.name: each for each in (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)}


def _status_of(
    authority: CertificateAuthority, number: int
) -> tuple[ocsp.OCSPCertStatus, datetime | None, x509.ReasonFlags | None]:
    entered = ENTRY.rows(serial=f"{number:X}", authority=authority.pk)
    if not entered:
        # Never issued here: neither good nor revoked. A root enters only what is taken back (authority/taking_back.py).
        root = authority.kind == CertificateAuthority.Kind.ROOT
        return (Status.GOOD if root and number in _below(authority.pk) else Status.UNKNOWN), None, None
    [(revoked_at, reason)] = entered
    if revoked_at is None:
        return Status.GOOD, None, None
    flag = x509.ReasonFlags(reason)
    told = None if flag is x509.ReasonFlags.unspecified else flag
    return Status.REVOKED, revoked_at.astimezone(UTC).replace(microsecond=0), told


def _below(authority_id: UUID) -> set[int]:
    """The serial numbers of the authorities that this one has signed."""
    rows = CertificateAuthority.objects.filter(parent=authority_id).values_list("der", flat=True)
    return {x509.load_der_x509_certificate(bytes(der)).serial_number for der in rows}
