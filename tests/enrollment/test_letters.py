"""The letters say what is known of a person, in letters anybody's viewer shows, and names stay names (P9)."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm

from enrollment import letters, papers
from enrollment.letters import Person, recommendation_letter, statement_letter
from tests.hostile import guesses

AYU = Person(
    name="Dr. Ayu Contoh, S.Kom., M.T.",
    nip="199001012015012001",
    position="Pranata Komputer Ahli Muda",
    unit="Bidang Aplikasi Informatika",
    institution="Pemerintah Kabupaten Contoh",
    mailbox="ayu.contoh@contoh.go.id",
)
BOTH: list[Any] = [statement_letter, recommendation_letter]


def pages(letter: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(letter))


def words(letter: bytes) -> str:
    """The text as it is read, lines joined."""
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages(letter)).split())


def assert_nothing_overflows(letter: bytes) -> None:
    for page in pages(letter):
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        assert min(box[0] for box in boxes) >= letters.SIDE - 2
        assert max(box[2] for box in boxes) <= width - letters.SIDE + 2
        assert min(box[1] for box in boxes) >= 7 * mm
        # Nothing is written over anything else: the foot stands alone.
        assert not [box for box in boxes if 12 * mm < box[1] < letters.BOTTOM - 2]


# --- What they say -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("write", BOTH)
def test_everything_known_stands_in_the_letter(write: Any) -> None:
    said = words(write(AYU, place="Ranai", on=date(2026, 11, 21)))
    for value in vars(AYU).values():
        assert value in said
    assert "Ranai, 21 November 2026" in said


def test_the_statement_bears_its_official_title_and_what_the_law_asks() -> None:
    said = words(statement_letter(AYU))
    assert said.startswith("Surat Pernyataan Penggunaan Data Pribadi Untuk Penerbitan Tanda Tangan Elektronik")
    for part in ("Tujuan.", "Data yang diproses.", "Masa simpan.", "Hak saya.", "Nomor 27 Tahun 2022", "unggah"):
        assert part in said


def test_the_recommendation_leaves_room_for_whoever_gives_it() -> None:
    said = words(recommendation_letter(AYU))
    assert said.startswith("Surat Rekomendasi")
    assert re.search(r"Nomor: \.{20,}", said)
    assert re.search(r"Pemberi rekomendasi, \.{20,} NIP/NRP \.{20,}", said)


@pytest.mark.parametrize("write", BOTH)
def test_what_is_unknown_is_a_dotted_line(write: Any) -> None:
    said = words(write(Person(name="Ayu Contoh")))
    assert re.search(r"Jabatan : \.{20,}", said)
    assert re.search(r"\.{20,}, \.{20,}", said)


@pytest.mark.parametrize("write", BOTH)
def test_an_ordinary_letter_fits_one_page(write: Any) -> None:
    letter = write(AYU, place="Ranai", on=date(2026, 11, 21))
    assert len(pages(letter)) == 1
    assert_nothing_overflows(letter)


# --- Names are names -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [
    "<b>Ayu</b>", "Ayu & Budi", "&lt;Ayu&gt;", "<font size=90>Ayu</font>", "<img src='/etc/passwd'/>", "Ayu </para>",
    "{nip}", "{name} {", "}{", "<a href='http://contoh.invalid'>Ayu</a>", "=1+1", "Ayu \\ 'O\" %s",
])  # fmt: skip
@pytest.mark.parametrize("write", BOTH)
def test_a_name_with_markup_is_a_name(name: str, write: Any) -> None:
    letter = write(Person(name=name, institution=name, position=name))
    # Where a line is full pdfium may write a hyphen or a blank of its own: names this short stay on theirs.
    assert words(letter).count(name) >= 3
    assert b"/URI" not in letter
    assert b"/Annots" not in letter


def test_letters_of_europe_are_shown_and_rarer_ones_lose_their_accent_alone() -> None:
    said = words(statement_letter(Person(name="José Ñúñez Łukasz Çelik Østergård Ğül Żółć Nguyễn")))
    assert "José Ñúñez Łukasz Çelik Østergård Ğül Zółć Nguyen" in said


def test_signs_no_font_here_has_become_a_question_mark() -> None:
    assert "Ayu ???" in words(statement_letter(Person(name="Ayu 王小明")))
    assert "Ayu Budi" in words(statement_letter(Person(name="Ayu\x00\u202e\n\tBudi")))


@pytest.mark.parametrize("write", BOTH)
def test_very_long_names_wrap_within_the_page(write: Any) -> None:
    long = Person("Sri Wahyuningsih " * 20, "1" * 40, "K" * 200, "Seksi " * 50, "Pemerintah " * 30, "a" * 200)
    letter = write(long, place="Tempat " * 20, on=date(2026, 11, 21))
    assert "Sri Wahyuningsih " * 3 in words(letter)
    assert_nothing_overflows(letter)


@guesses
@given(name=st.text(max_size=200), unit=st.text(max_size=200))
def test_any_text_gives_a_letter_that_is_whole(name: str, unit: str) -> None:
    assert_nothing_overflows(statement_letter(Person(name=name, unit=unit, institution=unit)))


# --- The file ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("write", BOTH)
def test_a_screen_reader_learns_title_and_language(write: Any) -> None:
    with pikepdf.open(BytesIO(write(AYU))) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Surat ")
        assert str(pdf.Root.Lang) == "id-ID"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


@pytest.mark.parametrize("write", BOTH)
def test_its_letters_come_with_it(write: Any) -> None:
    with pikepdf.open(BytesIO(write(AYU))) as pdf:
        described = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/FontDescriptor" in each]
        assert len(described) >= 2
        assert all("/FontFile2" in each.FontDescriptor for each in described)


@pytest.mark.parametrize("write", BOTH)
def test_the_portal_takes_back_its_own_letter(write: Any) -> None:
    paper = papers.check_pdf(write(AYU))
    assert paper.findings == ()
    assert AYU.name in words(paper.copy)


# --- The texts -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(path.stem for path in letters.FOLDER.glob("surat-*.toml")))
def test_every_text_can_be_written_and_leaves_no_place_unfilled(name: str) -> None:
    said = words(statement_letter(AYU, text=name))
    assert "{" not in said
    assert "}" not in said
    assert AYU.name in said


def test_a_procedure_may_name_another_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = (letters.FOLDER / "surat-pernyataan.toml").read_text().replace("Cara mengirim surat ini", "Cara kami")
    (tmp_path / "surat-sendiri.toml").write_text(own)
    monkeypatch.setattr(letters, "FOLDER", tmp_path)
    assert "Cara kami" in words(statement_letter(AYU, text="surat-sendiri"))
    with pytest.raises(FileNotFoundError):
        statement_letter(AYU, text="surat-lain")
