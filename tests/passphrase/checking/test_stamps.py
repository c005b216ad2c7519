"""When it was signed, proven: what a time stamp decides about a certificate that ended later, and what is no proof."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application
from passphrase import custody
from passphrase.authority import keys, rotation, taking_back
from passphrase.checking import worker
from passphrase.models import Certificate, CertificateAuthority, Issuance
from passphrase.signing import timestamp_keys, timestamps
from passphrase.signing.keys import KeySigner
from tests.cast import GOOD_PASSPHRASE
from tests.passphrase.checking.stamping import STAMPING, Holder, changed, strangers, token_of, with_stamps

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

SOUND = "Tanda tangan sah dan dokumen utuh"
PROVEN = "Terbukti oleh cap waktu portal ini"
UNPROVEN = "Dokumen utuh, tetapi sertifikatnya kemudian tidak berlaku"
NOT_COUNTED = "Cap waktunya tidak dihitung, sebab"


@pytest.fixture
def ayu(issued: Application, certificate_authority: CertificateAuthority) -> Holder:
    assert timestamp_keys.renew(certificate_authority.pk)
    key = custody.open_key(issued.pk, GOOD_PASSPHRASE)
    return Holder(bytes(Certificate.objects.get().der), key, certificate_authority)


def told(content: bytes) -> str:
    file = SimpleUploadedFile("surat.pdf", content, "application/pdf")
    answer = Client().post("/verifikasi/", {"document": file})
    assert answer.status_code == 200
    return str(answer.content.decode())


def revoke(holder: Holder, after: timedelta, reason: str = "superseded") -> None:
    """So long after the signature, or before it."""
    entry = Issuance.objects.filter(serial=holder.serial)
    assert entry.update(revoked_at=Now() + after, revocation_reason=reason) == 1


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("reason", "word"), [("superseded", "dicabut"), ("certificateHold", "ditangguhkan")])
def test_signed_before_the_end_and_proven_stays_good(ayu: Holder, reason: str, word: str) -> None:
    pdf = ayu.signs(ayu.stamper())
    revoke(ayu, HOUR, reason)

    page = told(pdf)

    assert SOUND in page
    assert PROVEN in page
    assert f"terbukti dibuat sebelum sertifikatnya {word}" in page
    assert "tidak dibuktikan oleh pihak lain" not in page


def test_signed_after_the_end_is_not_good(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.stamper())
    revoke(ayu, -HOUR, "keyCompromise")

    page = told(pdf)

    assert "Sertifikat sudah tidak berlaku saat dipakai" in page
    assert "Menurut cap waktu, tanda tangan dibuat sesudah sertifikatnya dicabut" in page
    assert SOUND not in page


def test_the_stamp_decides_against_the_signers_own_word(ayu: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed with a clock put back behind the revocation: the portal's own clock tells."""
    pdf = ayu.signs(at(monkeypatch, datetime.now(UTC) + 2 * HOUR, ayu.stamper()))
    revoke(ayu, HOUR)

    page = told(pdf)

    assert "Sertifikat sudah tidak berlaku saat dipakai" in page
    assert "Berbeda dari cap waktunya; yang dihitung cap waktu." in page


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime, stamper: timestamps.OwnTimestamper) -> Any:
    """The same stamper by another clock."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment

    monkeypatch.setattr(timestamps, "datetime", Clock)
    return stamper


def test_after_the_certificates_end_only_the_proven_is_good(ayu: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    stamped, bare = ayu.signs(ayu.stamper()), ayu.signs(None)
    assert SOUND in told(bare), "while it lives it was good at any moment before, proven or not"

    monkeypatch.setattr("passphrase.checking.judging.timezone.now", lambda: datetime.now(UTC) + timedelta(days=800))

    assert SOUND in told(stamped)
    assert "masa berlaku sertifikatnya kini sudah habis" in told(bare)
    assert SOUND not in told(bare)


# --- What is no proof: the letter stays as doubtful as without a stamp, and the page says why ---------------------


def test_without_a_stamp_nothing_is_proven(ayu: Holder) -> None:
    pdf = ayu.signs(None)
    revoke(ayu, HOUR)

    page = told(pdf)

    assert UNPROVEN in page
    assert "Tidak ada cap waktu yang membuktikannya" in page


def is_not_counted(pdf: bytes, holder: Holder, why: str) -> None:
    revoke(holder, HOUR)

    page = told(pdf)

    assert UNPROVEN in page
    assert f"{NOT_COUNTED} {why}" in page
    assert PROVEN not in page
    assert SOUND not in page


def test_a_strangers_stamp(ayu: Holder) -> None:
    is_not_counted(ayu.signs(strangers()), ayu, "pemberi cap waktunya tidak dikenal di sini")


def test_a_strangers_stamp_under_a_number_from_the_ledger(ayu: Holder) -> None:
    own = timestamp_keys.of(ayu.authority.pk)
    assert own is not None
    serial = x509.load_der_x509_certificate(own.certificate).serial_number

    is_not_counted(ayu.signs(strangers(serial)), ayu, "pemberi cap waktunya tidak dikenal di sini")


def test_a_stamp_moved_from_another_signature(ayu: Holder) -> None:
    older, newer = ayu.signs(ayu.stamper()), ayu.signs(None)

    is_not_counted(with_stamps(newer, token_of(older)), ayu, "tidak dibuat untuk tanda tangan ini")


def test_a_stamp_with_another_time_written_in(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.stamper())
    year = str(datetime.now(UTC).year).encode()
    earlier = changed(pdf, lambda der: der.replace(b"\x18\x0f" + year, b"\x18\x0f" + b"2020"))
    assert earlier != pdf

    is_not_counted(earlier, ayu, "isinya tidak sama dengan yang dibuat pemberi cap waktu")


@pytest.mark.parametrize("torn", [b"\x04\x04", b"\x30\x84", b"\xff\xff"])
def test_a_torn_stamp(ayu: Holder, torn: bytes) -> None:
    pdf = ayu.signs(ayu.stamper())
    inner = token_of(pdf)["content"]["encap_content_info"]["content"].parsed.dump()

    is_not_counted(changed(pdf, lambda der: der.replace(inner, torn + inner[2:])), ayu, "rusak dan tidak terbaca")


def test_a_stamp_by_the_holder(ayu: Holder) -> None:
    """A certificate from here that is for signing documents says no time."""
    pdf = ayu.signs(timestamps.OwnTimestamper(KeySigner(ayu.certificate, ayu.key, ())))

    is_not_counted(pdf, ayu, "sertifikat pembuatnya tidak untuk memberi cap waktu")


@pytest.mark.parametrize(
    ("purposes", "critical"),
    [([], True), (STAMPING, False), ([*STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION], True),
     ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], True)],
    ids=["none", "not critical", "not alone", "any"],
)  # fmt: skip
def test_a_stamp_under_a_certificate_without_the_purpose(ayu: Holder, purposes: Any, critical: bool) -> None:
    pdf = ayu.signs(ayu.made_for(purposes, critical=critical))

    is_not_counted(pdf, ayu, "sertifikat pembuatnya tidak untuk memberi cap waktu")


def test_the_same_with_the_purpose_counts(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.made_for(STAMPING))
    revoke(ayu, HOUR)

    assert PROVEN in told(pdf)


def test_a_stamp_under_a_revoked_certificate(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.stamper())
    others = Issuance.objects.exclude(serial=ayu.serial)
    assert others.update(revoked_at=Now() + HOUR, revocation_reason="keyCompromise") == 1

    is_not_counted(pdf, ayu, "sertifikat pemberi cap waktunya sudah dicabut")


@pytest.mark.parametrize("days", [-2, 2000])
def test_a_stamp_of_a_time_outside_its_certificate(ayu: Holder, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    stamper = at(monkeypatch, datetime.now(UTC) + timedelta(days=days), ayu.stamper())

    is_not_counted(ayu.signs(stamper), ayu, "dibuat di luar masa berlaku sertifikat pemberi cap waktunya")


# --- Several, many, and none at all -------------------------------------------------------------------------------


def test_what_others_put_beside_a_good_stamp_changes_nothing(ayu: Holder) -> None:
    pdf, other = ayu.signs(ayu.stamper()), ayu.signs(strangers())
    revoke(ayu, HOUR)

    page = told(with_stamps(pdf, token_of(other), token_of(pdf)))

    assert PROVEN in page
    assert NOT_COUNTED not in page


def test_many_stamps_cost_no_more_than_a_few(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.stamper())
    crowded = with_stamps(ayu.signs(None), *[token_of(pdf)] * 50)

    (found,) = worker.answer(crowded)["signatures"]

    assert [each["fault"] for each in found["stamps"]] == ["moved"] * 3


def test_a_document_that_changed_is_not_saved_by_its_stamp(ayu: Holder) -> None:
    pdf = ayu.signs(ayu.stamper())
    page = told(pdf.replace(b"/MediaBox[0 0 200 200]", b"/MediaBox[0 0 200 201]"))

    assert "Dokumen berubah sesudah ditandatangani" in page
    assert PROVEN not in page


def test_each_signature_has_its_own_proof(ayu: Holder) -> None:
    pdf = ayu.signs(None, ayu.signs(ayu.stamper()), "Kedua")
    revoke(ayu, HOUR)

    page = told(pdf)

    assert (page.count(SOUND), page.count(UNPROVEN)) == (1, 1)


def test_more_signatures_than_can_be_read_are_not_judged_by_some(ayu: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = ayu.signs(None, ayu.signs(None), "Kedua")
    assert len(worker.answer(pdf)["signatures"]) == 2

    monkeypatch.setattr(worker, "MOST", 1)

    assert worker.answer(pdf) == {"refused": "many"}


@pytest.mark.parametrize("zone", ["99", "xx"])
def test_a_time_no_calendar_has_breaks_nothing(ayu: Holder, zone: str) -> None:
    """The signer's own word may be anything; it is signed, so changing it breaks the signature and not the page."""
    pdf = ayu.signs(None)
    place = b"\x17\x0d" + datetime.now(UTC).strftime("%y").encode()
    page = told(changed(pdf, lambda der: der.replace(place, place[:2] + zone.encode())))

    assert SOUND not in page


@pytest.mark.parametrize(("after", "says"), [(HOUR, SOUND), (-HOUR, "Sertifikat sudah tidak berlaku saat dipakai")])
def test_an_issuer_that_was_revoked_ends_what_it_has_issued(ayu: Holder, after: timedelta, says: str) -> None:
    pdf = ayu.signs(ayu.stamper())
    rotation.rotate()
    taking_back.revoke(ayu.authority.slug, "cACompromise", even_living=True)
    Issuance.objects.filter(pk=ayu.authority.pk).update(revoked_at=Now() + after)

    page = told(pdf)

    assert says in page
    assert "dicabut bersama penerbitnya" in page


def test_a_certificate_made_with_a_stolen_authoritys_key_is_nobodys(ayu: Holder) -> None:
    """The same number, name and key, and a signature that verifies: but not what the ledger holds."""
    pdf = ayu.signs(ayu.stamper())
    genuine = x509.load_der_x509_certificate(ayu.certificate)
    issuer = x509.load_der_x509_certificate(bytes(ayu.authority.der))
    forged = (
        x509.CertificateBuilder().issuer_name(issuer.subject).subject_name(genuine.subject)
        .public_key(genuine.public_key()).serial_number(genuine.serial_number)
        .not_valid_before(genuine.not_valid_before_utc).not_valid_after(genuine.not_valid_after_utc)
        .sign(keys.of(ayu.authority), hashes.SHA384())
    )  # fmt: skip
    other = Holder(forged.public_bytes(Encoding.DER), ayu.key, ayu.authority)

    assert SOUND in told(pdf)
    assert "tidak dikenal di sini" in told(other.signs(ayu.stamper()))
