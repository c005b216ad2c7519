"""What anybody is told about a document: signed and whole, changed, by a stranger, by a certificate taken back."""

import tracemalloc
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from enrollment.models import Application
from passphrase.models import Certificate, Issuance
from tests.hostile import dump
from tests.passphrase.checking.conftest import signed
from tests.passphrase.test_signing import blank_page
from tte_portal.models import SealedFile

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

URL = "/verifikasi/"


def ask(content: bytes, name: str = "surat.pdf") -> Any:
    return Client().post(URL, {"document": SimpleUploadedFile(name, content, "application/pdf")})


def told(content: bytes) -> str:
    answer = ask(content)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_signed_letter_tells_who_signed_and_that_it_is_whole(letter: bytes, issued: Application) -> None:
    page = told(letter)

    assert "Tanda tangan sah dan dokumen utuh" in page
    assert issued.full_name in page
    assert Certificate.objects.get().serial in page


def test_one_changed_byte_is_told(letter: bytes) -> None:
    place = letter.index(b"/MediaBox[0 0 200 200]")
    changed = letter[:place] + b"/MediaBox[0 0 200 201]" + letter[place + 22 :]

    page = told(changed)

    assert "Dokumen berubah sesudah ditandatangani" in page
    assert "Tanda tangan sah" not in page


def test_a_page_added_after_signing_is_told(letter: bytes) -> None:
    from io import BytesIO

    writer = IncrementalPdfFileWriter(BytesIO(letter))
    page = writer.root["/Pages"]["/Kids"][0]
    sides = [generic.NumberObject(n) for n in (0, 0, 900, 900)]  # type: ignore[no-untyped-call]
    page["/MediaBox"] = generic.ArrayObject(sides)
    writer.update_container(page)
    made = BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]

    assert "Dokumen berubah sesudah ditandatangani" in told(made.getvalue())


def test_a_second_signature_leaves_the_first_good(letter: bytes, stranger: tuple[bytes, bytes]) -> None:
    page = told(signed(*stranger, letter, "Kedua"))

    assert "Tanda tangan sah dan dokumen utuh" in page
    assert "penanda tangannya tidak dikenal di sini" in page


def test_a_stranger_in_the_same_name_is_no_holder(stranger: tuple[bytes, bytes]) -> None:
    page = told(signed(*stranger))

    assert "penanda tangannya tidak dikenal di sini" in page
    assert "Tanda tangan sah" not in page


@pytest.mark.parametrize(("reason", "word"), [("keyCompromise", "dicabut"), ("certificateHold", "ditangguhkan")])
@pytest.mark.parametrize(
    ("revoked", "headline"),
    [
        (timedelta(hours=-1), "Sertifikat sudah tidak berlaku saat dipakai"),
        (timedelta(hours=1), "Dokumen utuh, tetapi sertifikatnya kemudian tidak berlaku"),
    ],
)
def test_signed_after_and_before_the_revocation(
    letter: bytes, reason: str, word: str, revoked: timedelta, headline: str
) -> None:
    Issuance.objects.update(revoked_at=Now() + revoked, revocation_reason=reason)

    page = told(letter)

    assert headline in page
    assert f"{word} (" in page
    assert ("tidak dibuktikan oleh pihak lain" in page) is (revoked > timedelta())


def test_a_serial_number_taken_from_a_holder_helps_no_forger(
    letter: bytes, issued: Application, stranger: tuple[bytes, bytes]
) -> None:
    """The forger's own certificate under the ledger's serial number was not signed by the authority."""
    forged = x509.load_der_x509_certificate(stranger[0])
    Issuance.objects.update(serial=f"{forged.serial_number:X}")

    assert "Tanda tangan sah" not in told(signed(*stranger))


def test_an_unsigned_document_is_told_as_such() -> None:
    page = told(blank_page().getvalue())

    assert "Dokumen ini tidak bertanda tangan elektronik" in page


def locked() -> bytes:
    with pikepdf.open(blank_page()) as pdf:
        made = BytesIO()
        pdf.save(made, encryption=pikepdf.Encryption(owner="a", user="rahasia"))
    return made.getvalue()


def locked_with(dictionary: bytes) -> bytes:
    """Locked in a way that knows no password."""
    return blank_page().getvalue().replace(b"trailer<<", b"trailer<</ID[<00><00>]/Encrypt " + dictionary)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas kosong"),
        (b"\xff\xd8\xff\xe0 foto", "bukan PDF"),
        (b"%PDF-1.7\n" + b"x" * 500, "rusak"),
        (b"%PDF-1.7\n" + b"0" * (10 * 2**20 + 1), "terlalu besar"),
        (locked(), "PDF ini dikunci"),
        (locked_with(b"<</Filter/FOPN_fLock/V 1>>"), "PDF ini dikunci"),
        (locked_with(b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s4/V 2/R 2/Recipients[<00>]>>"), "PDF ini dikunci"),
    ],
    ids=["empty", "a photo", "spoiled", "too large", "locked", "locked by a shop", "locked for some"],
)
def test_what_cannot_be_read_gets_a_sentence_on_the_field(content: bytes, sentence: str) -> None:
    answer = ask(content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


class Endless:
    """The body of a form with one file, far larger than it could ever be kept: it is made while it is read."""

    def __init__(self, size: int) -> None:
        head = b'--X\r\nContent-Disposition: form-data; name="document"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        self.parts, self.left, self.tail = [head], size, b"\r\n--X--\r\n"
        self.length = len(head) + size + len(self.tail)

    def read(self, size: int = -1) -> bytes:
        if self.parts:
            return self.parts.pop()
        asked = min(size if size > 0 else 65536, 65536)
        if self.left <= 0:
            tail, self.tail = self.tail[:asked], self.tail[asked:]
            return tail
        piece = b"0" * min(asked, self.left)
        self.left -= len(piece)
        return piece

    readline = read


def test_two_hundred_megabytes_are_refused_and_never_held() -> None:
    body = Endless(200 * 2**20)
    given: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(body.length)}
    given["CONTENT_TYPE"] = "multipart/form-data; boundary=X"
    tracemalloc.start()
    try:
        answer = Client().generic("POST", URL, **given)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (answer.status_code, "terlalu besar" in answer.content.decode()) == (422, True)
    assert body.left == 0
    assert most < 60 * 2**20


def test_a_locked_letter_that_anybody_may_read_is_read(letter: bytes) -> None:
    """Locked against printing, say: it opens without a password, and locking it again broke the signature."""
    with pikepdf.open(BytesIO(letter)) as pdf:
        made = BytesIO()
        pdf.save(made, encryption=pikepdf.Encryption(owner="pemilik", user=""))

    page = told(made.getvalue())

    assert "Tanda tangan sah" not in page
    assert "Jangan jadikan dokumen ini pegangan" in page


def test_an_ended_certificate_is_told_by_the_moment_of_signing(letter: bytes) -> None:
    """The letter's own word is what it is judged by: signed while the certificate lived."""
    Certificate.objects.update(not_after=Now() - timedelta(days=1))

    assert "Tanda tangan sah dan dokumen utuh" in told(letter)


def test_nothing_uploaded_is_kept(letter: bytes) -> None:
    kept, before = SealedFile.objects.count(), str(dump())

    ask(letter, "rahasia-sekali.pdf")

    assert SealedFile.objects.count() == kept
    after = str(dump())
    assert "rahasia-sekali" not in after
    # But for the count of tries.
    assert len(after) - len(before) < 400


def test_a_file_name_is_text_on_the_page(letter: bytes) -> None:
    page = ask(letter, "<b>surat<script>.pdf").content.decode()

    assert "<script>.pdf" not in page


def test_the_page_opens_without_signing_in() -> None:
    assert Client().get(reverse("check-document")).status_code == 200
