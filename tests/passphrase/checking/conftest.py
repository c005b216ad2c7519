"""Documents signed with Ayu's certificate, and with a stranger's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from enrollment.models import Application
from passphrase import custody
from passphrase.models import Certificate
from tests.cast import GOOD_PASSPHRASE
from tests.passphrase.test_signing import blank_page

Sign = Callable[..., bytes]


def signed(certificate: bytes, key: bytes, content: bytes = b"", field: str = "TTE") -> bytes:
    """``content`` (an empty page) with one more signature."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = signers.SimpleSigner(asn1.Certificate.load(certificate), keys.PrivateKeyInfo.load(key), store)
    made: BytesIO = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content) if content else blank_page()),
        signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES),
        signer=signer,
    )
    return made.getvalue()


@pytest.fixture
def letter(issued: Application) -> bytes:
    """A page that Ayu has signed."""
    key = custody.open_key(issued.pk, GOOD_PASSPHRASE)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signed(bytes(Certificate.objects.get().der), plain)


@pytest.fixture(scope="session")
def stranger() -> tuple[bytes, bytes]:
    """(certificate, key) of somebody who has signed a certificate for themselves, in Ayu's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ayu Contoh, S.Kom.")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.DER), plain
