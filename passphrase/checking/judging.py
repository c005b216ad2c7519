"""Whether a signature is to be relied on, in words that people understand: the signature, the signer, the moment."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils import timezone

from passphrase.checking import facts, moments, trust
from passphrase.checking.facts import BAD, DOUBTFUL, GOOD, Fact
from passphrase.checking.moments import Event, Life
from passphrase.checking.reading import Signature
from passphrase.checking.trust import Ending, Proof

# Names in certificates of strangers may be of any length.
LONGEST_NAME = 120
SOUND = "Tanda tangan sah dan dokumen utuh"


@dataclass(frozen=True)
class Verdict:
    """``grade``: good, doubtful or bad; ``headline`` says it in one sentence, ``reason`` why; ``facts`` one by one,
    ``line`` the moments in their order (of certificates from here)."""

    grade: str
    headline: str
    reason: str
    facts: tuple[Fact, ...]
    organization: str
    serial: str
    line: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Case:
    """One signature with all that is known about it."""

    signature: Signature
    certificate: x509.Certificate
    ending: Ending | None
    proof: Proof
    now: datetime

    @property
    def life(self) -> Life:
        begins, over = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        return Life(begins, over, self.ending.at, self.ending.how) if self.ending else Life(begins, over)

    @property
    def at(self) -> datetime:
        """What it is judged by: the proven moment, else the signer's word, else now."""
        return self.proof.at or self.signature.at or self.now


def judge(signature: Signature) -> Verdict:
    """One signature of a document. What is wrong with the document comes first, then the signer, then the moment."""
    certificate = signature.certificate
    if certificate is None:
        return Verdict(BAD, "Tanda tangan ini rusak", "Keterangan penanda tangannya tidak terbaca.", (), "", "")
    name = _part(certificate, NameOID.COMMON_NAME)
    if not signature.stands:
        found = facts.of_changed(signature, name)
        return _verdict(certificate, BAD, "Dokumen berubah sesudah ditandatangani", facts.what_broke(signature), found)
    issuance, proof = trust.issued_here(certificate), trust.proof(signature)
    if issuance is None:
        return _verdict(
            certificate, DOUBTFUL, "Dokumen utuh, tetapi penanda tangannya tidak dikenal di sini",
            "Sertifikatnya tidak diterbitkan oleh portal ini, jadi di sini tidak dapat dipastikan milik siapa.",
            facts.of_stranger(signature, name, proof),
        )  # fmt: skip
    case = Case(signature, certificate, trust.ending(issuance), proof, timezone.now())
    grade, headline, reason = _of_moment(case)
    line = moments.line(case.life, proof.at or signature.at, proven=proof.at is not None, now=case.now)
    told = facts.of_known(signature, name, proof, case.life, case.at, case.now)
    return _verdict(certificate, grade, headline, reason, told, line)


def _of_moment(case: Case) -> tuple[str, str, str]:
    """Grade, headline and reason. Where the signer's word alone would decide, nothing is decided."""
    life, proven = case.life, case.proof.at is not None
    according = "Menurut cap waktu" if proven else "Menurut waktu yang ditulis penanda tangan"
    if not life.begins <= case.at <= life.over:
        reason = f"{according}, tanda tangan dibuat di luar masa berlaku sertifikatnya."
        return BAD, "Sertifikat tidak berlaku saat dipakai", reason
    if (ending := case.ending) is not None:
        why = f"{ending.how} ({ending.why[:1].lower()}{ending.why[1:]})."
        if case.at >= ending.at:
            reason = f"{according}, tanda tangan dibuat sesudah sertifikatnya {why}"
            return BAD, "Sertifikat sudah tidak berlaku saat dipakai", reason
        if proven:
            reason = f"Tanda tangan ini terbukti dibuat sebelum sertifikatnya {why} Jadi tanda tangannya tetap sah."
            return GOOD, SOUND, reason
        reason = f"Sertifikatnya kemudian {why} {facts.UNPROVEN}"
        return DOUBTFUL, "Dokumen utuh, tetapi sertifikatnya kemudian tidak berlaku", reason
    if life.over < case.now and not proven:
        # Whoever still has the old key can write any date, and nobody revokes what is over.
        return DOUBTFUL, "Dokumen utuh, tetapi masa berlaku sertifikatnya kini sudah habis", facts.UNPROVEN
    reason = "Isi dokumen tidak berubah sejak ditandatangani, dan sertifikat penanda tangannya berlaku saat itu."
    return GOOD, SOUND, reason


def _verdict(
    certificate: x509.Certificate, grade: str, headline: str, reason: str, found: tuple[Fact, ...],
    line: tuple[Event, ...] = (),
) -> Verdict:  # fmt: skip
    organization = _part(certificate, NameOID.ORGANIZATION_NAME)
    return Verdict(grade, headline, reason, found, organization, f"{certificate.serial_number:X}", line)


def _part(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    return "".join(str(part.value) for part in certificate.subject.get_attributes_for_oid(kind))[:LONGEST_NAME]
