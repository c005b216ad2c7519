"""The signed sample is PAdES B-LT to pyHanko, offline; and what should fail fails for its own reason."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from asn1crypto import ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import DocumentSecurityStore

from enrollment.models import Application
from passphrase import custody, revocation
from passphrase.authority import Issued
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.checking import facts, judging, reading
from passphrase.models import CertificateAuthority
from passphrase.signing import pades, sample
from passphrase.signing.keys import DIGEST, KeySigner
from passphrase.signing.models import TimestampKey
from passphrase.signing.timestamps import OwnTimestamper
from tests.passphrase.signing import verdicts
from tests.passphrase.signing.conftest import Ready
from tests.passphrase.test_authority import AYU
from tests.passphrase.test_signing import blank_page
from tte_portal.models import Account

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def signed_bare(ready: Ready, *, stamped: bool = True) -> bytes:
    """A page of Ayu's without anything for later: B-T, or B-B when not even the time is vouched for."""
    found = ready.evidence()
    stamper = OwnTimestamper(KeySigner(found.stamping.certificate, found.stamping.key, found.above))
    made: BytesIO = signers.sign_pdf(
        IncrementalPdfFileWriter(blank_page()),
        signers.PdfSignatureMetadata(field_name="TTE", md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES),
        signer=KeySigner(bytes(ready.certificate.der), ready.key, found.above),
        timestamper=stamper if stamped else None,
    )
    return made.getvalue()


def with_evidence(pdf: bytes, found: pades.Evidence) -> bytes:
    """What somebody adds to a signed page afterwards, so that it can be checked for good."""
    output = BytesIO(pdf)
    certificates = [asn1.Certificate.load(der) for der in (*found.above, found.stamping.certificate)]
    answers = [ocsp.OCSPResponse.load(each) for each in found.answers]
    contents = verdicts.opened(pdf).pkcs7_content
    DocumentSecurityStore.add_dss(output, contents, certs=certificates, ocsps=answers)
    return output.getvalue()


def test_the_sample_is_b_lt_with_only_the_root_trusted(ready: Ready) -> None:
    assert verdicts.level(ready.sample(), ready.root) == "B-LT"


def test_it_stays_good_after_its_answers_have_run_out_and_after_a_later_revocation(
    ready: Ready, verifier: Account
) -> None:
    pdf = ready.sample()
    revocation.revoke(ready.application.pk, "cessationOfOperation", by=verifier)

    status = verdicts.as_of_its_stamp(pdf, ready.root)

    assert status.bottom_line, status.summary()
    assert status.timestamp_validity.trusted
    (found,) = reading.signatures(pdf)
    verdict = judging.judge(found)
    assert (verdict.grade, "tetap sah" in verdict.reason) == (facts.GOOD, True)


def test_the_document_is_one_piece_with_a_visible_stamp(ready: Ready) -> None:
    pdf = ready.sample()
    signature = verdicts.opened(pdf)

    assert pdf.count(b"%%EOF") == 2, "the page, and the signature with all its evidence"
    assert signature.evaluate_signature_coverage().name == "ENTIRE_FILE"
    left, bottom, right, top = (float(n) for n in signature.sig_field["/Rect"])
    assert (right - left, top - bottom) == pytest.approx(sample.STAMP[2:], abs=1)


def test_the_public_check_finds_it_good(ready: Ready) -> None:
    (found,) = reading.signatures(ready.sample())
    verdict = judging.judge(found)

    assert (verdict.grade, verdict.facts[1].strong) == (facts.GOOD, ready.certificate.common_name)
    assert "Terbukti oleh cap waktu" in verdict.facts[2].words


def test_an_rsa_key_signs_as_well(ready: Ready, settings: Any) -> None:
    """Another holder's, whose partners cannot verify elliptic curves."""
    settings.SIGNING_KEY_ALGORITHM = "RSA-3072"
    made = custody.make(ready.application.pk, "Gunung-Hijau 81 Perahu")
    answer = EmbeddedAuthority().submit(made.csr, AYU, uuid4())
    assert isinstance(answer, Issued)
    custody.destroy(ready.application.pk)
    made.row.save(force_insert=True)
    key = custody.open_key(ready.application.pk, "Gunung-Hijau 81 Perahu")
    found = pades.collected(answer.certificate, ready.authority)
    page = ready.sample()

    pdf = pades.sign(blank_page().getvalue(), page, (20, 20, 120, 60), answer.certificate, key, found)

    assert verdicts.level(pdf, ready.root) == "B-LT"


# --- The five that must fail, each for its own reason -------------------------------------------------------------


def test_tampered(ready: Ready) -> None:
    pdf = ready.sample()
    place = pdf.index(b"/MediaBox")
    changed = pdf[:place] + pdf[place:].replace(b"841", b"842", 1)

    assert changed != pdf
    assert verdicts.level(changed, ready.root) == "HASH_FAILURE"


def root_of(name: x509.Name) -> bytes:
    """Somebody's own root."""
    now, key = datetime.now(UTC), ec.generate_private_key(ec.SECP384R1())
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.serial_number(x509.random_serial_number())
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), True).sign(key, hashes.SHA384())
    return made.public_bytes(Encoding.DER)


def test_foreign_root(ready: Ready) -> None:
    pdf = ready.sample()
    stranger = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otoritas Lain")])
    same_name = x509.load_der_x509_certificate(ready.root).subject

    assert verdicts.level(pdf, root_of(stranger)) == "NO_CERTIFICATE_CHAIN_FOUND"
    # A name alone proves nothing: the chain's signature is not that root's.
    assert verdicts.level(pdf, root_of(same_name)) == "CERTIFICATE_CHAIN_GENERAL_FAILURE"


def test_revoked_before_signing(ready: Ready, verifier: Account) -> None:
    revocation.revoke(ready.application.pk, "keyCompromise", by=verifier)

    with pytest.raises(pades.CannotSign):
        ready.sample()
    # Whoever signs all the same, with a program of their own, convinces nobody.
    assert verdicts.level(with_evidence(signed_bare(ready), ready.evidence()), ready.root) == "REVOKED_NO_POE"


def test_wrong_passphrase(ready: Ready) -> None:
    """No key, so nothing to sign with: tests/passphrase/holder/test_try.py has the page."""
    with pytest.raises(custody.WrongPassphrase):
        custody.open_key(ready.application.pk, "Bukan-Yang 27 Benar")


@pytest.mark.parametrize("stamped", [True, False], ids=["B-T", "B-B"])
def test_no_revocation_data(ready: Ready, stamped: bool) -> None:
    """Plain signatures are whole and by Ayu, and no B-LT: nothing in them tells that her certificate was good."""
    pdf = signed_bare(ready, stamped=stamped)

    assert verdicts.opened(pdf).compute_integrity_info() is None
    assert verdicts.level(pdf, ready.root) == "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    if stamped:
        # The very same signature, once the evidence stands beside it.
        assert verdicts.level(with_evidence(pdf, ready.evidence()), ready.root) == "B-LT"


# --- What is missing is said, and nothing half-made comes out -----------------------------------------------------


def test_without_a_key_for_the_time_nothing_is_signed(ready: Ready) -> None:
    TimestampKey.objects.all().delete()

    with pytest.raises(pades.CannotSign, match="time stamps"):
        ready.sample()


def test_somebody_elses_key_signs_nothing_that_passes(ready: Ready, issued: Application) -> None:
    found, stranger = ready.evidence(), ec.generate_private_key(ec.SECP256R1())

    pdf = pades.sign(
        blank_page().getvalue(), ready.sample(), (20, 20, 120, 60), bytes(ready.certificate.der), stranger, found
    )

    assert verdicts.level(pdf, ready.root) == "SIG_CRYPTO_FAILURE"


def test_of_another_authority_nothing_is_signed(ready: Ready) -> None:
    CertificateAuthority.objects.filter(pk=ready.authority.pk).update(parent=None)
    ready.authority.refresh_from_db()

    with pytest.raises(pades.CannotSign):
        ready.evidence()
