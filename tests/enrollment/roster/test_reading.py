"""Lists as officers really send them are read; what cannot be read gets a sentence."""

import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl.styles import numbers as formats

from enrollment.roster import reading, tables, xlsx
from enrollment.roster.columns import COLUMNS, find_heading
from enrollment.roster.tables import Unreadable
from tests.rosters import HEADING, as_csv, as_xlsx, lines, person

NIP, NAME, OPD = 0, 1, HEADING.index("Kode OPD")


def book_with(change: Any, rows: list[list[Any]] | None = None) -> bytes:
    book = openpyxl.load_workbook(BytesIO(as_xlsx(rows or lines(person(1), person(2)))))
    change(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_delimiter_and_encoding_is_read(delimiter: str, encoding: str) -> None:
    text = as_csv(lines(person(1, Nama="André, Contoh")), delimiter).decode()
    assert reading.read(text.encode(encoding)).lines[0].cells[NAME] == "André, Contoh"


def test_an_xlsx_reads_as_openpyxl_reads_it() -> None:
    content = as_xlsx(lines(*(person(number) for number in range(50))))
    sheet = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets[0]
    wanted = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [each.cells for each in reading.read(content).lines] == wanted[1:]


@pytest.mark.parametrize(("heading", "column"), [
    ("NIP BARU", "NIP"), (" nip / nrp ", "NIP"), ("Nama Lengkap*", "Nama"), ("E-Mail", "Surel Dinas"),
    ("Email Dinas", "Surel Dinas"), ("SKPD", "Kode OPD"), ("Pangkat/Gol. Ruang", "Gol/Pangkat"),
    ("STATUS KEPEGAWAIAN", "Jenis Pegawai"), ("Unit Kerja", "Unit Organisasi"),
])  # fmt: skip
def test_a_heading_is_known_however_it_is_spelled(heading: str, column: str) -> None:
    found = find_heading([[heading, "Jabatan" if column != "Jabatan" else "NIP", "Provinsi"]])
    assert found is not None
    assert found.places[column] == 0


def test_titles_blank_lines_and_column_numbers_around_the_heading_are_left_out() -> None:
    rows = lines(person(1), person(2))
    numbered = [f"({place})" for place in range(1, len(HEADING) + 1)]
    content = as_xlsx([["DAFTAR PEGAWAI"], [], ["Tahun 2026"], rows[0], numbered, rows[1], [], rows[2]])
    found = reading.read(content)
    assert [line.row for line in found.lines] == [6, 8]
    assert any("berulang" in note for note in found.notes)


def test_two_heading_rows_are_read_as_one() -> None:
    top = ["No", "NIP", "Nama", "Gelar", "", "Unit Kerja", "Jabatan", "Email", "Status Pegawai"]
    under = ["", "", "", "Depan", "Belakang", "", "", "", ""]
    one = person(1)
    row = ["1", one["NIP"], one["Nama"], "dr.", "M.Kes.", "Bidang", "Dokter", one["Surel Dinas"], "PNS"]
    cells = reading.read(as_xlsx([top, under, row])).lines[0].cells
    assert (cells[2], cells[3]) == ("dr.", "M.Kes.")


def test_a_heading_in_the_middle_is_no_person() -> None:
    rows = lines(person(1), person(2))
    assert len(reading.read(as_csv([*rows, *rows[:1], rows[1]])).lines) == 3


def test_any_order_of_columns_and_more_columns_than_needed() -> None:
    extra = [f"Lain {number}" for number in range(200)]
    turned = [[*extra, *row[::-1]] for row in lines(person(1))]
    turned[1][0] = "x"
    found = reading.read(as_xlsx(turned))
    assert found.lines[0].cells[NIP] == person(1)["NIP"]
    assert "dan 195 lainnya" in found.notes[0]


def test_numbers_and_dates_that_excel_made_show_as_excel_shows_them() -> None:
    rows: list[list[Any]] = lines(person(1), person(2), person(3))
    rows[1][NIP], rows[2][NIP] = 198001012026031901, 85120001

    def with_date(book: Any) -> None:
        cell = book.active.cell(row=4, column=OPD + 1)
        cell.value, cell.number_format = 46_000, formats.FORMAT_DATE_DDMMYY

    cells = [line.cells for line in reading.read(book_with(with_date, rows)).lines]
    assert cells[0][NIP].startswith("1.98")
    assert "E+17" in cells[0][NIP]
    assert cells[1][NIP] == "85120001"
    assert cells[2][OPD] == "2025-12-09"


def test_of_several_sheets_the_one_with_people_is_read_and_hidden_ones_are_not() -> None:
    def add_sheets(book: Any) -> None:
        book.create_sheet("Petunjuk", 0).append(["Bacalah dahulu"])
        hidden = book.create_sheet("Rahasia", 0)
        hidden.sheet_state = "hidden"
        for row in lines(person(9)):
            hidden.append(row)

    found = reading.read(book_with(add_sheets))
    assert [line.cells[NIP] for line in found.lines] == [person(1)["NIP"], person(2)["NIP"]]
    assert {"Lembar kerja yang tersembunyi tidak dibaca.", "Hanya lembar kerja “Pegawai” yang dibaca."} <= set(
        found.notes
    )


def test_merged_cells_are_told() -> None:
    found = reading.read(book_with(lambda book: book.active.merge_cells("E2:E3")))
    assert any("sel gabungan" in note for note in found.notes)
    assert found.lines[1].cells[HEADING.index("Unit Organisasi")] == ""


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (xlsx.MAX_UNPACKED + 1))
    assert len(buffer.getvalue()) < 200_000
    with pytest.raises(Unreadable, match="terlalu besar"):
        reading.read(buffer.getvalue())


def test_row_numbers_that_no_sheet_has_cost_nothing() -> None:
    content = as_xlsx(lines(person(1), person(2)))
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'<row r="3"', b'<row r="9999999"') if "sheet1" in name else part)
    assert len(reading.read(buffer.getvalue()).lines) == 2


@pytest.mark.parametrize(("content", "said"), [
    (b"", "kosong"),
    (as_xlsx([["NIP", "Nama"], ["1", "2"]]), "Kolom ini tidak ditemukan: Unit Organisasi, Jabatan"),
    (as_xlsx([["satu", "dua"]]), "Baris judul tidak ditemukan"),
    (as_csv(lines()), "Tidak ada baris data"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"Excel lama \(.xls\)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
    (b"%PDF-1.7", "CSV atau XLSX"),
])  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        reading.read(content)


def test_a_list_ends_at_ten_thousand() -> None:
    rows = lines(*(person(number) for number in range(10_001)))
    with pytest.raises(Unreadable, match=r"Paling banyak 10\.000 baris"):
        reading.read(as_csv(rows))
    assert len(reading.read(as_csv(rows[:-1])).lines) == 10_000
    assert len(reading.read(as_csv(rows[:2])).lines) == 1


def test_pasted_lines_need_no_heading() -> None:
    row = [person(1).get(column, "") for column in HEADING]
    assert reading.read_text("\t".join(row)).lines[0].cells == row


@given(some.binary(max_size=400))
def test_any_bytes_are_a_list_or_a_sentence(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        try:
            reading.read(start + content)
        except Unreadable as error:
            _is_sentence(error)


def test_every_column_is_found_under_each_of_its_names() -> None:
    for column in COLUMNS:
        for name in (column.name, *column.others):
            assert find_heading([[name, "NIP" if column.name != "NIP" else "Nama"]]), name


def test_excels_own_first_line_names_the_delimiter() -> None:
    content = b"sep=|\r\n" + as_csv(lines(person(1)), "|")
    assert tables.open_table(content)
    assert len(reading.read(content).lines) == 1


def _is_sentence(error: Unreadable) -> None:
    assert str(error).endswith(".")


def test_whoever_has_no_heading_is_told_every_column_at_once() -> None:
    with pytest.raises(Unreadable, match="NIP, Nama, Unit Organisasi, Jabatan, Surel Dinas, Jenis Pegawai"):
        reading.read(as_csv([["NIP"], ["198501012010011001"]]))
