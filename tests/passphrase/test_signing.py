"""P11: a document signed with the holder's key and certificate is accepted by an independent reader."""

from io import BytesIO

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from enrollment.models import Application
from passphrase import custody
from passphrase.authority.embedded import chain_of
from passphrase.models import Certificate, CertificateAuthority
from tests.cast import GOOD_PASSPHRASE


def blank_page() -> BytesIO:
    """The smallest PDF there is: a catalogue, a list of pages, one empty page, and where each begins."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>",
    ]
    made, begins = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        begins.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    made += b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(made),
    )
    return BytesIO(made)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_signed_pdf_validates_against_the_chain(
    issued: Application, certificate_authority: CertificateAuthority
) -> None:
    private_key = custody.open_key(issued.pk, GOOD_PASSPHRASE)
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = x509.Certificate.load(bytes(Certificate.objects.get().der))
    issuing, root = (x509.Certificate.load(der) for der in chain_of(certificate_authority))
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([issuing, root])
    signer = signers.SimpleSigner(leaf, keys.PrivateKeyInfo.load(plain), store)

    signed = signers.sign_pdf(
        IncrementalPdfFileWriter(blank_page()),
        signers.PdfSignatureMetadata(field_name="TTE", subfilter=SigSeedSubFilter.PADES),
        signer=signer,
    )

    found = PdfFileReader(signed).embedded_signatures[0]
    status = validate_pdf_signature(found, ValidationContext(trust_roots=[root], other_certs=[issuing]))
    assert status.intact
    assert status.valid
    assert status.trusted, status.summary()
    assert status.signing_cert.subject.native["common_name"] == issued.full_name
