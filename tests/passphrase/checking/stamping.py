"""Time stamps as the portal makes them, as strangers do, and as somebody has tampered with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper

from passphrase.authority import keys
from passphrase.authority.certificates import digest_for
from passphrase.authority.embedded import chain_of
from passphrase.models import CertificateAuthority
from passphrase.signing import timestamp_keys
from passphrase.signing.keys import DIGEST, KeySigner, PrivateKey
from passphrase.signing.timestamps import OwnTimestamper
from tests.passphrase.signing import verdicts
from tests.passphrase.test_signing import blank_page

Purposes = list[x509.ObjectIdentifier]
# Digits left for a signature: for what somebody puts beside it.
ROOM = 400_000
STAMPING = [ExtendedKeyUsageOID.TIME_STAMPING]


@dataclass(frozen=True)
class Holder:
    """Ayu's certificate and open key, and the authority that vouches for both her and the time."""

    certificate: bytes
    key: PrivateKey
    authority: CertificateAuthority

    @property
    def serial(self) -> str:
        return f"{x509.load_der_x509_certificate(self.certificate).serial_number:X}"

    def signs(self, stamper: TimeStamper | None, content: bytes = b"", field: str = "TTE") -> bytes:
        made: BytesIO = signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(content) if content else blank_page()),
            signers.PdfSignatureMetadata(field_name=field, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES),
            signer=KeySigner(self.certificate, self.key, chain_of(self.authority)),
            timestamper=stamper,
            bytes_reserved=ROOM,
        )
        return made.getvalue()

    def stamper(self) -> OwnTimestamper:
        """The portal's own."""
        found = timestamp_keys.of(self.authority.pk)
        assert found is not None
        return OwnTimestamper(KeySigner(found.certificate, found.key, chain_of(self.authority)))

    def made_for(self, purposes: Purposes, *, critical: bool = True) -> OwnTimestamper:
        """Under a certificate that the authority has really issued, for these purposes."""
        key, issuer = ec.generate_private_key(ec.SECP256R1()), x509.load_der_x509_certificate(bytes(self.authority.der))
        builder = _builder(key, issuer.subject, purposes, critical=critical)
        signer = keys.of(self.authority)
        certificate = builder.sign(signer, digest_for(signer))
        timestamp_keys._enter_in_ledger(self.authority, certificate)
        return OwnTimestamper(KeySigner(certificate.public_bytes(Encoding.DER), key, chain_of(self.authority)))


def strangers(serial: int | None = None) -> OwnTimestamper:
    """A time stamping authority of somebody's own: all is as it should be, but nobody here knows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pemberi Waktu Lain")])
    builder = _builder(key, name, STAMPING, critical=True, serial=serial)
    return OwnTimestamper(KeySigner(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER), key, ()))


def _builder(
    key: ec.EllipticCurvePrivateKey, issuer: x509.Name, purposes: Purposes, *, critical: bool, serial: int | None = None
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pemberi Waktu")])
    builder = x509.CertificateBuilder().issuer_name(issuer).subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(serial or x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return builder.add_extension(x509.ExtendedKeyUsage(purposes), critical) if purposes else builder


def token_of(pdf: bytes) -> cms.ContentInfo:
    """The stamp beside the document's one signature."""
    (attribute,) = verdicts.opened(pdf).signer_info["unsigned_attrs"]
    return attribute["values"][0]


def with_stamps(pdf: bytes, *tokens: cms.ContentInfo) -> bytes:
    """The same signature with these beside it: they stand outside of all that is signed."""
    # As bytes: what has been looked into is encoded anew, part by part and over and over.
    encoded = [token.dump() for token in tokens]

    def put(der: bytes) -> bytes:
        content = cms.ContentInfo.load(der)
        signer = content["content"]["signer_infos"][0]
        signer["unsigned_attrs"] = [
            {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(each) for each in encoded]}
        ]
        return bytes(content.dump())

    return changed(pdf, put)


def changed(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The document with other bytes where its one signature stands."""
    signature = verdicts.opened(pdf)
    # It stands between the two parts that are signed, in hexadecimal digits, with zeros to fill the room.
    _, before, after, _ = (int(each) for each in signature.byte_range)
    made = change(cms.ContentInfo.load(signature.pkcs7_content).dump()).hex().encode()
    room = after - before - 2
    assert len(made) <= room
    return pdf[: before + 1] + made.ljust(room, b"0") + pdf[after - 1 :]
