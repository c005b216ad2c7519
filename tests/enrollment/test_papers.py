"""P8: officers see a copy with nothing that acts, or the person reads a sentence; no error, never a gigabyte."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pikepdf
import pypdfium2
import pytest
import skimage.data
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw, ImageFilter
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from enrollment import papers
from enrollment.papers import check_image, check_pdf
from enrollment.pdf import copying
from enrollment.photos import Refused
from tests import cast, hostile_pdf
from tte_portal import apart
from tte_portal.environment import ROOT

FULL = 1000
NORMAL = 400


def text_of(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def changed(change: Callable[[pikepdf.Pdf], None], content: bytes = b"", **save: Any) -> bytes:
    """A letter after somebody worked on it."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(content or hostile_pdf.letter())) as pdf:
        change(pdf)
        pdf.save(buffer, **save)
    return buffer.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        check_pdf(content)
    return str(caught.value)


# --- The copy ------------------------------------------------------------------------------------------------------
def test_the_copy_shows_what_the_letter_says() -> None:
    paper = check_pdf(hostile_pdf.letter(pages=3))
    assert (paper.pages, paper.content_type, paper.signed, paper.findings) == (3, "application/pdf", False, ())
    assert "Surat rekomendasi, halaman 3" in text_of(paper.copy)
    before, after = (pypdfium2.PdfDocument(each)[0].render().to_numpy() for each in
                     (hostile_pdf.letter(pages=3), paper.copy))  # fmt: skip
    assert numpy.array_equal(before, after)


def scripted(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    page = pdf.pages[0]
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)])))
    page.obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=script)
    page.obj.Annots = pdf.make_indirect(Array([pdf.make_indirect(link)]))
    # Hidden deeper than any viewer looks today.
    page.obj.Resources.Hidden = Dictionary(Deep=Array([Dictionary(AA=script), script]))


def test_a_pdf_with_scripts_is_copied_without_them_and_officers_are_told() -> None:
    paper = check_pdf(changed(scripted))
    assert paper.findings == ("scripts",)
    assert "Surat rekomendasi" in text_of(paper.copy)
    for acting in (b"/JavaScript", b"/JS", b"app.alert", b"/OpenAction", b"/AA", b"/Launch", b"cmd.exe", b"/Annots"):
        assert acting not in paper.copy
    with pikepdf.open(BytesIO(paper.copy)) as copy:
        assert set(copy.Root.keys()) == {"/Type", "/Pages"}
        assert set(copy.pages[0].obj.keys()) <= copying.OF_A_PAGE


def test_attachments_and_what_the_file_tells_of_its_maker_stay_behind() -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["virus.exe"] = b"MZ rahasia"
        pdf.docinfo["/Author"] = "Nama Perangkat"
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = ["Nama Perangkat"]

    paper = check_pdf(changed(attach))
    assert paper.findings == ("attachments",)
    with pikepdf.open(BytesIO(paper.copy)) as copy:
        assert not copy.attachments
        assert not copy.docinfo
    for told in (b"virus", b"MZ rahasia", b"Perangkat", b"Metadata"):
        assert told not in paper.copy


def test_what_was_filled_into_a_form_stays_readable() -> None:
    paper = check_pdf(hostile_pdf.form("Ayu Contoh, S.Kom."))
    assert "Ayu Contoh, S.Kom." in text_of(paper.copy)
    assert b"/AcroForm" not in paper.copy


def test_a_field_whose_viewer_was_to_draw_it_is_drawn() -> None:
    def forget(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.NeedAppearances = True
        for annotation in pdf.pages[0].obj.Annots:
            del annotation["/AP"]

    assert "Budi" in text_of(check_pdf(changed(forget, hostile_pdf.form("Budi"))).copy)


def test_an_xfa_form_and_layers_are_named() -> None:
    def dress(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp/>"))
        pdf.Root.OCProperties = Dictionary(OCGs=[], D=Dictionary())

    assert set(check_pdf(changed(dress)).findings) == {"xfa", "layers"}


def test_content_that_lies_elsewhere_is_not_fetched() -> None:
    def point_away(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.XObject = Dictionary(
            Far=Stream(pdf, b"q Q", Subtype=Name.Form, BBox=[0, 0, 9, 9], F=String("http://contoh.invalid/x"))
        )

    assert b"contoh.invalid" not in check_pdf(changed(point_away)).copy


def test_what_stands_before_and_behind_a_pdf_is_cut_off() -> None:
    paper = check_pdf(b"<script>alert(1)</script>\n" + hostile_pdf.letter() + b"\nPK\x03\x04shell.php")
    assert paper.copy.startswith(b"%PDF-")
    assert b"script" not in paper.copy
    assert b"shell.php" not in paper.copy


def test_an_owners_lock_alone_is_no_hindrance() -> None:
    lock = pikepdf.Encryption(owner="pemilik", user="")
    paper = check_pdf(changed(lambda _: None, encryption=lock))
    assert paper.findings == ("restricted",)
    with pikepdf.open(BytesIO(paper.copy)) as copy:
        assert not copy.is_encrypted


def test_a_slightly_damaged_pdf_is_mended_and_officers_are_told() -> None:
    cut = hostile_pdf.letter()
    paper = check_pdf(cut[: cut.rindex(b"xref")])
    assert "repaired" in paper.findings
    assert "Surat rekomendasi" in text_of(paper.copy)


# --- Refused, each with its sentence -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content", [b"x", b"\xff\xd8\xff\xe0 JFIF", b"PK\x03\x04", b"<html>", b"\0" * 5000 + b"%PDF-1.7"]
)
def test_what_is_no_pdf_is_refused_by_its_content(content: bytes) -> None:
    assert "bukan PDF" in refused(content)


def test_an_empty_and_a_huge_file_get_their_own_sentences(settings: Any) -> None:
    assert "0 byte" in refused(b"")
    assert "10 MB" in refused(b"%PDF-" + b"0" * settings.PAPER_MAX_BYTES)
    # Beyond it the upload handler stops reading, and the file would look damaged.
    assert settings.PAPER_MAX_BYTES <= settings.PHOTO_MAX_BYTES


def test_a_password_is_named_as_the_reason() -> None:
    lock = pikepdf.Encryption(owner="pemilik", user="rahasia")
    assert "kata sandi" in refused(changed(lambda _: None, encryption=lock))


def test_twenty_pages_are_taken_and_two_hundred_refused_at_once() -> None:
    assert check_pdf(hostile_pdf.letter(pages=20)).pages == 20
    assert "paling banyak 20 halaman" in refused(hostile_pdf.letter(pages=21))
    begun = time.monotonic()
    assert "paling banyak 20 halaman" in refused(hostile_pdf.letter(pages=200))
    assert time.monotonic() - begun < 5


def test_a_count_of_pages_that_lies_helps_nobody() -> None:
    def lie(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Count = 1

    assert "20 halaman" in refused(changed(lie, hostile_pdf.letter(pages=40)))


@pytest.mark.parametrize("box", [[0, 0, 90_000, 90_000], [0, 0, 0, 800], [0, 0, 595, 5000]])
def test_pages_no_printer_has_paper_for_are_refused(box: list[int]) -> None:
    def stretch(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.MediaBox = Array(box)

    assert "Ukuran halaman" in refused(changed(stretch))


def test_a_page_enlarged_by_its_unit_is_refused() -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.UserUnit = 1000

    assert "Ukuran halaman" in refused(changed(enlarge))


@pytest.mark.parametrize("content", [
    b"%PDF-1.7", b"%PDF-1.7\n" + b"(" * 50_000, b"%PDF-1.7\n1 0 obj" + b"[" * 50_000, b"%PDF-1.4\n" + b"<<" * 50_000,
    b"%PDF-1.7\ntrailer<</Root 1 0 R>>", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>",
])  # fmt: skip
def test_nothing_but_a_heading_is_refused(content: bytes) -> None:
    assert "PDF ini" in refused(content)


# --- Bombs ---------------------------------------------------------------------------------------------------------
@cache
def bombs() -> tuple[bytes, ...]:
    return (hostile_pdf.page_bomb(), hostile_pdf.twice_packed(), hostile_pdf.object_bomb(), hostile_pdf.picture_bomb(),
            hostile_pdf.many_streams())  # fmt: skip


@pytest.mark.parametrize("number", range(5))
def test_a_bomb_is_refused_before_it_goes_off(number: int) -> None:
    assert len(bombs()[number]) < 2**21
    begun = time.monotonic()
    # What goes off inside the list of objects leaves no catalogue to be found: to qpdf that file is damaged.
    assert any(words in refused(bombs()[number]) for words in ("terlalu besar ketika dibuka", "rusak"))
    assert time.monotonic() - begun < 20


def test_a_process_that_would_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    assert "terlalu besar" in refused(hostile_pdf.letter())


def test_the_process_holds_no_secret_of_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def started(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        seen.update(options["env"])
        return subprocess.CompletedProcess(command, 1, b"")

    monkeypatch.setenv("TTE_SIGNING_KEY_PEPPER", "rahasia")
    monkeypatch.setattr(subprocess, "run", started)
    refused(hostile_pdf.letter())
    assert set(seen) <= set(apart.PASSED_ON)


# --- Signatures ----------------------------------------------------------------------------------------------------
@cache
def signed() -> bytes:
    return hostile_pdf.signed(hostile_pdf.letter())


def test_a_signature_that_stands_is_told_though_the_copy_loses_it() -> None:
    paper = check_pdf(signed())
    assert (paper.signed, paper.signature_intact, paper.findings) == (True, True, ("signature-intact",))
    assert b"/ByteRange" not in paper.copy


def test_a_second_signature_leaves_the_first_standing() -> None:
    assert check_pdf(hostile_pdf.signed(signed(), field="Kedua")).signature_intact is True


def test_a_byte_changed_after_signing_is_found() -> None:
    spoilt = signed().replace(b"/Rotate 0", b"/Rotate 9", 1)
    assert spoilt != signed()
    paper = check_pdf(spoilt)
    assert (paper.signed, paper.signature_intact) == (True, False)
    assert "signature-broken" in paper.findings


def test_a_page_written_over_after_signing_is_found() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed()))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = type(page["/Rotate"])(90)
    writer.update_container(page)
    buffer = BytesIO()
    writer.write(buffer)  # type: ignore[no-untyped-call]
    assert check_pdf(buffer.getvalue()).signature_intact is False


def test_a_signature_nobody_can_read_is_no_proof_of_anything() -> None:
    def pretend(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Fake = pdf.make_indirect(Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=String("x")))

    paper = check_pdf(changed(pretend))
    assert (paper.signed, paper.signature_intact, paper.findings) == (True, None, ("signature-unread",))


# --- Scans ---------------------------------------------------------------------------------------------------------
def encoded(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


@cache
def card() -> Image.Image:
    """Something of a card's shape and colours with fine print on it."""
    made = Image.new("RGB", (1012, 638), (150, 190, 225))
    pen = ImageDraw.Draw(made)
    for line in range(18):
        pen.text((30, 30 + 32 * line), "CONTOH KARTU 0000000000000000 " * 3, fill=(20, 20, 60), font_size=22)
    made.paste(Image.fromarray(skimage.data.astronaut()).resize((220, 280)), (760, 150))
    return made


@cache
def specimen(paper: str = "white", ink: str = "#101040") -> Image.Image:
    made = Image.new("RGB", (900, 500), paper)
    ImageDraw.Draw(made).line([(150, 350), (300, 120), (380, 380), (520, 150), (760, 300)], fill=ink, width=7)
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_a_good_ktp_scan_has_no_finding_and_becomes_a_clean_jpeg(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Jalan Contoh 7"
    paper = check_image(encoded(card(), kind, exif=exif), "ktp")
    assert (paper.findings, paper.content_type, paper.pages) == ((), "image/jpeg", 1)
    assert Image.open(BytesIO(paper.copy)).size == card().size
    assert b"Jalan" not in paper.copy


@pytest.mark.parametrize(("change", "finding"), [
    (lambda image: image.convert("L"), "grey"),
    (lambda image: image.crop((0, 0, 1012, 300)).resize((2024, 600)), "odd-shape"),
    (lambda image: image.crop((0, 0, 630, 630)), "odd-shape"),
    (lambda image: image.resize((400, 252)), "small"),
    (lambda image: image.filter(ImageFilter.GaussianBlur(12)), "blurred"),
])  # fmt: skip
def test_what_could_be_better_about_a_ktp_scan_is_a_hint(change: Any, finding: str) -> None:
    assert finding in check_image(encoded(change(card())), "ktp").findings


def test_a_ktp_on_its_side_is_a_ktp() -> None:
    assert check_image(encoded(card().rotate(90, expand=True)), "ktp").findings == ()


def test_a_scan_keeps_more_than_a_photo_so_that_the_nik_stays_readable() -> None:
    assert max(Image.open(BytesIO(check_image(encoded(card().resize((4048, 2552))), "ktp").copy)).size) == 2000


@pytest.mark.parametrize("paper", ["white", "#d8d6d0", "#a9a8a4"])
def test_ink_on_white_paper_is_a_good_specimen_in_any_light(paper: str) -> None:
    assert check_image(encoded(specimen(paper)), "specimen").findings == ()


@pytest.mark.parametrize(("image", "finding"), [
    (Image.new("RGB", (900, 500), "white"), "no-ink"),
    (specimen("white", "#e8e8ff"), "no-ink"),
    (specimen("#303030", "white"), "background"),
    (Image.fromarray(skimage.data.astronaut()), "background"),
    (specimen().resize((200, 111)), "small"),
], ids=["blank", "pale ink", "dark paper", "a photo", "tiny"])  # fmt: skip
def test_what_could_be_better_about_a_specimen_is_a_hint(image: Image.Image, finding: str) -> None:
    assert finding in check_image(encoded(image), "specimen").findings


def test_a_signature_cut_out_on_nothing_stands_on_white() -> None:
    clear = Image.new("RGBA", (900, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).line([(150, 350), (300, 120), (760, 300)], fill=(0, 0, 80, 255), width=9)
    assert check_image(encoded(clear, "PNG"), "specimen").findings == ()


@pytest.mark.parametrize("content", [b"", b"x", hostile_pdf.letter(), b"GIF89a"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        check_image(content, "ktp")


def test_every_finding_and_refusal_is_a_sentence_with_a_full_stop() -> None:
    assert all(text.endswith(".") for text in [*papers.FINDINGS.values(), *papers.REFUSALS.values()])


# --- A thousand spoiled files --------------------------------------------------------------------------------------
@cache
def originals() -> tuple[bytes, ...]:
    packed = changed(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    locked = changed(lambda _: None, encryption=pikepdf.Encryption(owner="pemilik", user=""))
    return (hostile_pdf.letter(pages=2), packed, locked, changed(scripted), hostile_pdf.form("Ayu"), signed(),
            hostile_pdf.scan(cast.portrait()))  # fmt: skip


def spoiled(seed: int, among: tuple[bytes, ...]) -> bytes:
    """A file with some bytes changed, cut out, doubled, its numbers others, or its head on another's body."""
    chance = random.Random(seed)
    content = bytearray(chance.choice(among))
    for _ in range(chance.choice((1, 3, 30))):
        place = chance.randrange(len(content))
        match chance.randrange(5):
            case 0:
                content[place] = chance.choice((0, 255, chance.randrange(256)))
            case 1:
                del content[place : place + chance.randrange(1, 60)]
            case 2:
                content[place:place] = content[place : place + chance.randrange(1, 60)]
            case 3:
                content[place : place + 4] = chance.choice((b"0 R ", b"<<>>", b"9999", b"-1 0", b"obj\n", b"/Kid"))
            case _:
                # Digits are lengths, offsets and references: what a PDF hangs together by.
                digit = next((at for at in range(place, len(content)) if chr(content[at]).isdigit()), place)
                content[digit] = ord(chance.choice("0123456789"))
        content = content or bytearray(b"x")
    if chance.random() < 0.1:
        content[len(content) // 2 :] = chance.choice(among)[: len(content)]
    return bytes(content)


MEASURE = """
import sys
from pathlib import Path
from enrollment.pdf import limits, worker
limits.confine()
limits.warn_qpdf()
for path in sorted(Path(sys.argv[1]).iterdir()):
    head, copy = worker.answer(path.read_bytes())
    print(path.name, head.get("refused", "taken"), len(copy))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("megabytes", int(peak.split()[1]) // 1024)
"""


def test_spoiled_pdfs_are_taken_or_refused_within_the_limits(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """All in one process, confined as in earnest: it neither dies nor grows."""
    for seed in range(FULL if pytestconfig.getoption("--full") else NORMAL):
        (tmp_path / f"{seed:04}").write_bytes(spoiled(seed, originals()))
    done = subprocess.run(
        [sys.executable, "-B", "-c", MEASURE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *answers, megabytes = [line.split() for line in done.stdout.splitlines()]
    assert len(answers) == len(list(tmp_path.iterdir()))
    said = {answer[1] for answer in answers}
    assert {"taken", "damaged"} <= said
    assert said <= {"taken", *papers.REFUSALS}
    assert int(megabytes[1]) < 300


@pytest.mark.parametrize("seed", range(12))
def test_a_spoiled_pdf_is_taken_or_refused_and_nothing_else(seed: int) -> None:
    try:
        paper = check_pdf(spoiled(5000 + seed, originals()))
    except Refused:
        return
    assert len(pypdfium2.PdfDocument(paper.copy)) == paper.pages


def test_spoiled_scans_are_taken_or_refused_and_nothing_else(pytestconfig: pytest.Config) -> None:
    small = card().resize((330, 208))
    among = (
        encoded(small),
        encoded(small, "PNG"),
        encoded(small, "HEIF"),
        encoded(specimen().resize((300, 166)), "PNG"),
    )
    answers = set()
    for seed in range((FULL if pytestconfig.getoption("--full") else NORMAL) // 2):
        try:
            answers.add(check_image(spoiled(seed, among), "ktp" if seed % 2 else "specimen").content_type)
        except Refused:
            answers.add("refused")
    assert answers == {"image/jpeg", "refused"}
