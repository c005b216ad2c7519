"""Whose certificate it is, by the authority's ledger, and which time stamps count as proof."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from passphrase import revocation
from passphrase.authority.ledger import HOLD
from passphrase.checking.reading import Signature, Stamp
from passphrase.models import Issuance

# Why a stamp is no proof, to follow "Cap waktunya tidak dihitung, sebab …".
FAULTS = {
    "torn": "rusak dan tidak terbaca",
    "moved": "tidak dibuat untuk tanda tangan ini",
    "forged": "isinya tidak sama dengan yang dibuat pemberi cap waktu",
    "stranger": "pemberi cap waktunya tidak dikenal di sini",
    "purpose": "sertifikat pembuatnya tidak untuk memberi cap waktu",
    "revoked": "sertifikat pemberi cap waktunya sudah dicabut",
    "outside": "dibuat di luar masa berlaku sertifikat pemberi cap waktunya",
}


@dataclass(frozen=True)
class Proof:
    """``at``: since when at the latest the signature exists; or ``fault``, why its stamp does not tell; or neither."""

    at: datetime | None = None
    fault: str = ""


def proof(signature: Signature) -> Proof:
    """The earliest of the stamps that count: anybody can put others beside a good one, and they change nothing."""
    judged = [_judged(each) for each in signature.stamps]
    proven = [each for each in judged if each.at is not None]
    if proven:
        return min(proven, key=lambda each: each.at or datetime.max)
    return judged[0] if judged else Proof()


def _judged(stamp: Stamp) -> Proof:
    if stamp.fault:
        return Proof(fault=stamp.fault)
    if stamp.certificate is None or stamp.at is None:
        return Proof(fault="torn")
    issuance = issued_here(stamp.certificate)
    if issuance is None:
        return Proof(fault="stranger")
    if not _stamps_time(stamp.certificate):
        return Proof(fault="purpose")
    if issuance.revoked_at is not None:
        return Proof(fault="revoked")
    if not stamp.certificate.not_valid_before_utc <= stamp.at <= stamp.certificate.not_valid_after_utc:
        return Proof(fault="outside")
    return Proof(at=stamp.at)


def _stamps_time(certificate: x509.Certificate) -> bool:
    """RFC 3161, 2.3: this purpose alone, and critical."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return purposes.critical and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def issued_here(certificate: x509.Certificate) -> Issuance | None:
    """The ledger's entry of this very certificate. The same bytes: one made with a stolen authority's key is not it."""
    issuance = Issuance.objects.filter(serial=f"{certificate.serial_number:X}").first()
    if issuance is None or bytes(issuance.der or b"") != certificate.public_bytes(Encoding.DER):
        return None
    return issuance


@dataclass(frozen=True)
class Ending:
    """What ended a certificate before its time, when, and why in words."""

    at: datetime
    how: str
    why: str


def ending(issuance: Issuance) -> Ending | None:
    """Its own revocation or suspension, or that of the authority which issued it, whichever came first."""
    found = []
    if issuance.revoked_at is not None:
        how = "ditangguhkan" if issuance.revocation_reason == HOLD else "dicabut"
        found.append(Ending(issuance.revoked_at, how, revocation.words_of(issuance.revocation_reason)))
    # An authority that was taken back stands in its root's ledger under its own id (authority/taking_back.py).
    above = Issuance.objects.filter(pk=issuance.authority_id).first()
    if above is not None and above.revoked_at is not None:
        found.append(Ending(above.revoked_at, "dicabut bersama penerbitnya", "Otoritas penerbitnya dicabut"))
    return min(found, key=lambda each: each.at, default=None)
