"""What a root says of the authorities that it has signed: good, or revoked as its ledger has it (RFC 6960, 2.2)."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.ocsp import OCSPCertStatus

from passphrase.models import CertificateAuthority, Issuance

Told = tuple[OCSPCertStatus, datetime | None, x509.ReasonFlags | None]


def status_of(root: CertificateAuthority, number: int) -> Told:
    """Status, moment and reason; a root enters in its ledger only what is taken back (authority/taking_back.py)."""
    entry = (
        Issuance.objects.filter(authority=root, serial=f"{number:X}").only("revoked_at", "revocation_reason").first()
    )
    if entry is not None and entry.revoked_at is not None:
        flag = x509.ReasonFlags(entry.revocation_reason)
        told = None if flag is x509.ReasonFlags.unspecified else flag
        return OCSPCertStatus.REVOKED, entry.revoked_at.astimezone(UTC).replace(microsecond=0), told
    return (OCSPCertStatus.GOOD if number in _signed_by(root) else OCSPCertStatus.UNKNOWN), None, None


def _signed_by(root: CertificateAuthority) -> set[int]:
    rows = CertificateAuthority.objects.filter(parent=root).values_list("der", flat=True)
    return {x509.load_der_x509_certificate(bytes(der)).serial_number for der in rows}
