"""P11: a document signed with the holder's key and certificate is accepted by an independent reader."""

from io import BytesIO

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.generic import ArrayObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
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
    writer = PdfFileWriter()
    box = ArrayObject(map(_number, (0, 0, 200, 200)))
    writer.insert_page(PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=box))
    made = BytesIO()
    writer.write(made)
    made.seek(0)
    return made


def _number(value: int) -> object:
    from pyhanko.pdf_utils.generic import NumberObject

    return NumberObject(value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_signed_pdf_validates_against_the_chain(
    issued: Application, certificate_authority: CertificateAuthority
) -> None:
    private_key = custody.open_key(issued.pk, GOOD_PASSPHRASE)
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = x509.Certificate.load(bytes(Certificate.objects.get().der))
    issuing, root = (x509.Certificate.load(der) for der in chain_of(certificate_authority))
    store = SimpleCertificateStore()
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
