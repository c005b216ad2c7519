"""Whether a signature is to be relied on, in words that people understand: the signature, the signer, the moment."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID
from django.utils import timezone

from passphrase import revocation
from passphrase.authority.ledger import HOLD
from passphrase.checking.reading import Signature
from passphrase.models import Certificate, CertificateAuthority, Issuance

GOOD, DOUBTFUL, BAD = "good", "doubtful", "bad"


@dataclass(frozen=True)
class Verdict:
    """``grade``: good, doubtful or bad; ``headline`` says it in one sentence, ``reasons`` why."""

    grade: str
    headline: str
    reasons: tuple[str, ...]
    name: str
    organization: str
    serial: str
    at: datetime | None
    valid_until: datetime | None


def judge(signature: Signature) -> Verdict:
    """One signature of a document. What is wrong with the document comes first, then the signer, then the moment."""
    certificate = signature.certificate
    if certificate is None:
        return _verdict(signature, BAD, "Tanda tangan ini rusak", ("Keterangan penanda tangannya tidak terbaca.",))
    if not signature.stands:
        return _verdict(signature, BAD, "Dokumen berubah sesudah ditandatangani", (_what_broke(signature),))
    issuance = _issued_here(certificate)
    if issuance is None:
        return _verdict(
            signature, DOUBTFUL, "Dokumen utuh, tetapi penanda tangannya tidak dikenal di sini",
            ("Sertifikatnya tidak diterbitkan oleh portal ini, jadi di sini tidak dapat dipastikan milik siapa.",),
        )  # fmt: skip
    return _of_moment(signature, certificate, issuance)


def _what_broke(signature: Signature) -> str:
    if not signature.unchanged:
        return "Isi yang ditandatangani tidak sama lagi dengan saat ditandatangani."
    if not signature.genuine:
        return "Tanda tangan ini tidak dibuat dengan kunci milik sertifikat yang menyertainya."
    return "Sesudah ditandatangani ada yang ditambahkan atau diubah pada dokumen ini."


def _of_moment(signature: Signature, certificate: x509.Certificate, issuance: Issuance) -> Verdict:
    """Nobody but the signer tells when it was signed: where that decides, it is said."""
    at = signature.at or timezone.now()
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        reason = "Menurut waktu pada dokumen, tanda tangan dibuat di luar masa berlaku sertifikatnya."
        return _verdict(signature, BAD, "Sertifikat tidak berlaku saat dipakai", (reason,))
    revoked_at = issuance.revoked_at
    if revoked_at is None:
        told = ("Isi dokumen tidak berubah sejak ditandatangani.", "Sertifikat penanda tangan berlaku saat itu.")
        return _verdict(signature, GOOD, "Tanda tangan sah dan dokumen utuh", told)
    why = f"Sertifikat {_ended(issuance)} ({revocation.words_of(issuance.revocation_reason).lower()})."
    if at >= revoked_at:
        return _verdict(signature, BAD, "Sertifikat sudah tidak berlaku saat dipakai", (why,))
    doubt = (
        "Menurut waktu yang ditulis penanda tangan, dokumen ditandatangani sebelum itu. Waktu itu tidak dibuktikan "
        "oleh pihak lain: bila penting, tanyakan kepada penanda tangan."
    )
    return _verdict(signature, DOUBTFUL, "Dokumen utuh, tetapi sertifikatnya kemudian tidak berlaku", (why, doubt))


def _ended(issuance: Issuance) -> str:
    return "ditangguhkan" if issuance.revocation_reason == HOLD else "dicabut"


def _verdict(signature: Signature, grade: str, headline: str, reasons: tuple[str, ...]) -> Verdict:
    found = signature.certificate
    return Verdict(
        grade, headline, reasons, _part(found, NameOID.COMMON_NAME), _part(found, NameOID.ORGANIZATION_NAME),
        f"{found.serial_number:X}" if found else "", signature.at, found.not_valid_after_utc if found else None,
    )  # fmt: skip


def _part(certificate: x509.Certificate | None, kind: x509.ObjectIdentifier) -> str:
    parts = certificate.subject.get_attributes_for_oid(kind) if certificate else []
    return "".join(str(part.value) for part in parts)


def _issued_here(certificate: x509.Certificate) -> Issuance | None:
    """The ledger's entry: the same bytes, signed by one of the portal's own authorities, in office or retired."""
    issuance = Issuance.objects.select_related("authority").filter(serial=f"{certificate.serial_number:X}").first()
    if issuance is None:
        return None
    try:
        certificate.verify_directly_issued_by(_parsed(issuance.authority))
    except (ValueError, TypeError, InvalidSignature):
        return None
    return issuance


def _parsed(authority: CertificateAuthority) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(authority.der))


@dataclass(frozen=True)
class Standing:
    """A certificate asked for by its serial number, as it stands now."""

    grade: str
    headline: str
    certificate: Certificate


def by_serial(typed: str) -> Standing | None:
    """Serial numbers have 159 random bits: whoever knows one has the certificate."""
    serial = "".join(c for c in typed.upper() if c.isalnum()).lstrip("0")
    found = Certificate.objects.filter(serial=serial).first() if serial else None
    if found is None:
        return None
    issuance = Issuance.objects.filter(serial=serial).first()
    if issuance is not None and issuance.revoked_at is not None:
        return Standing(BAD, f"Sertifikat ini {_ended(issuance)}", found)
    if found.not_after <= datetime.now(UTC):
        return Standing(BAD, "Masa berlaku sertifikat ini sudah habis", found)
    return Standing(GOOD, "Sertifikat ini berlaku", found)
