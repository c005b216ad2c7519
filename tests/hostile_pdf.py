"""PDFs as people send them, and as somebody sends them who means harm."""

import datetime
import zlib
from functools import cache
from io import BytesIO

import pikepdf
from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name, Stream
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


@cache
def letter(pages: int = 1) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number in range(1, pages + 1):
        canvas.drawString(72, 720, f"Surat rekomendasi, halaman {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def form(name: str) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(72, 720, "Nama:")
    canvas.acroForm.textfield(name="nama", value=name, x=120, y=710, width=300)
    canvas.save()
    return buffer.getvalue()


def scan(picture: bytes) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawImage(ImageReader(BytesIO(picture)), 0, 0, 595, 842)
    canvas.save()
    return buffer.getvalue()


@cache
def _signer() -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "Kepala Contoh")])
    begun = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        certificates.CertificateBuilder(name, name, key.public_key(), certificates.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + datetime.timedelta(days=3650))
        .sign(key, SHA256())
    )
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = x509.Certificate.load(made.public_bytes(Encoding.DER))
    return signers.SimpleSigner(leaf, keys.PrivateKeyInfo.load(plain), SimpleCertificateStore())  # type: ignore[no-untyped-call]


def signed(content: bytes, field: str = "TTE") -> bytes:
    """Signed with a key of nobody's: whether it was changed since can be told all the same."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    done = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=field), signer=_signer())
    return bytes(done.getvalue())


def _packed(size: int) -> bytes:
    """That many blanks, packed a thousand times smaller, without ever holding them."""
    packer, megabyte = zlib.compressobj(9), b" " * 2**20
    return b"".join(packer.compress(megabyte) for _ in range(size >> 20)) + packer.flush()


def _with(pdf: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def page_bomb() -> bytes:
    """One page whose content takes a quarter of a gigabyte when it is opened."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        pdf.pages[0].obj.Contents = Stream(pdf, b"")
        pdf.pages[0].obj.Contents.write(_packed(2**28), filter=Name.FlateDecode)
        return _with(pdf)


def twice_packed() -> bytes:
    """A page packed twice: 1 KB, then a quarter of a MB, then of a GB."""
    inner = _packed(2**28)
    with pikepdf.open(BytesIO(letter())) as pdf:
        pdf.pages[0].obj.Contents = Stream(pdf, b"")
        pdf.pages[0].obj.Contents.write(zlib.compress(inner, 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))
        return _with(pdf)


def object_bomb() -> bytes:
    """The catalogue lies in an object stream of a quarter of a gigabyte: it goes off when the file is opened."""
    head = b"1 0 2 33 3 68 "
    objects = b"<</Type/Catalog/Pages 2 0 R>>    "
    objects += b"<</Type/Pages/Kids[3 0 R]/Count 1>> <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
    packer, megabyte = zlib.compressobj(9), b" " * 2**20
    packed = packer.compress(head + objects) + b"".join(packer.compress(megabyte) for _ in range(256)) + packer.flush()
    made = b"%PDF-1.7\n"
    at_stream = len(made)
    made += b"4 0 obj<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(head), len(packed))
    made += packed + b"\nendstream endobj\n"
    at_table = len(made)
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, at_stream, 0), (1, at_table, 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([number]) for kind, where, number in rows)
    made += b"5 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return made + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % at_table


def picture_bomb() -> bytes:
    """A picture that claims 30,000 × 30,000 pixels and holds nothing."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        picture = Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Image, Width=30_000, Height=30_000,
                         BitsPerComponent=8, ColorSpace=Name.DeviceGray)  # fmt: skip
        pdf.pages[0].obj.Resources.XObject = Dictionary(Bomb=picture)
        return _with(pdf)


def many_streams() -> bytes:
    """Twenty pictures of 60 MB each: every one is allowed, all of them are not."""
    packed = _packed(60 * 2**20)
    with pikepdf.open(BytesIO(letter())) as pdf:
        pictures = Dictionary()
        for number in range(20):
            picture = Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Image, Width=7000, Height=8000,
                             BitsPerComponent=8, ColorSpace=Name.DeviceGray)  # fmt: skip
            picture.write(packed + b"%d" % number, filter=Name.FlateDecode)
            pictures[f"/P{number}"] = picture
        pdf.pages[0].obj.Resources.XObject = pictures
        return _with(pdf)
