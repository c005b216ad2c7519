"""A personnel list is read as a whole or not at all, and every faulty cell is told with its row and column."""

import csv
import random
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some

from enrollment import actions, registry
from enrollment.models import Application, Institution, Opd, PersonnelRecord
from enrollment.registry import Counts
from enrollment.roster.columns import COLUMNS
from tests import cast
from tests.hostile import guesses
from tte_portal.models import AuditRow

pytestmark = pytest.mark.django_db

HEADING = [column.name for column in COLUMNS]
GOOD = {
    "NIP": "198001012026031901", "Nama": "Kartika Contoh", "Gelar Depan": "-", "Gelar Belakang": "S.Kom.",
    "Unit Organisasi": "Bidang Contoh", "Jabatan": "Analis", "Provinsi": "Kepulauan Riau",
    "Surel Dinas": "kartika@natunakab.example", "Jenis Pegawai": "PNS", "Kode OPD": "01",
}  # fmt: skip
OTHER = GOOD | {"NIP": "198001012026031902", "Surel Dinas": "lestari@natunakab.example", "Nama": "Lestari Contoh"}


def lines(*people: dict[str, str], heading: list[str] = HEADING) -> list[list[str]]:
    return [heading, *([person.get(column, "") for column in heading] for person in people)]


def as_csv(*people: dict[str, str], delimiter: str = ",", mark: str = "", heading: list[str] = HEADING) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines(*people, heading=heading))
    return (mark + text.getvalue()).encode()


def as_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def check(institution: Institution, *people: dict[str, str]) -> registry.Result:
    return registry.check(as_csv(*people), institution)


def told(result: registry.Result) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in result.problems]


def kartika() -> PersonnelRecord:
    return PersonnelRecord.objects.get(mailbox="kartika@natunakab.example")


# --- Reading -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("content", [
    as_csv(GOOD), as_csv(GOOD, delimiter=";"), as_csv(GOOD, mark="\ufeff"), as_csv(GOOD, delimiter=";", mark="\ufeff"),
    as_csv(GOOD).replace(b"\r\n", b"\n"), as_csv(GOOD, heading=HEADING[::-1]), as_csv(GOOD) + b",,,,\r\n\r\n",
    as_csv(GOOD, heading=[*HEADING, "Catatan"]),
    as_csv({f" {key} ": value for key, value in GOOD.items()}, heading=[f" {key} " for key in HEADING]),
], ids=["comma", "semicolon", "mark", "both", "unix", "turned", "empty rows", "more columns", "blanks"])  # fmt: skip
def test_every_usual_way_to_write_a_csv_is_read(natuna: Institution, content: bytes) -> None:
    result = registry.check(content, natuna)
    assert result.problems == []
    assert registry.store(result, natuna, by=None) == Counts(new=1, changed=0)
    record = kartika()
    assert (record.employee_number, record.name, record.front_title) == (GOOD["NIP"], "Kartika Contoh", "")
    assert record.opd is not None
    assert record.opd.code == "01"


def test_an_xlsx_is_read(natuna: Institution) -> None:
    result = registry.check(as_xlsx(*lines(GOOD, OTHER)), natuna)
    assert result.problems == []
    assert registry.store(result, natuna, by=None) == Counts(new=2, changed=0)


def test_an_nrp_that_excel_holds_as_a_number_is_whole(natuna: Institution) -> None:
    row = lines(GOOD | {"Jenis Pegawai": "POLRI"})[1]
    result = registry.check(as_xlsx(HEADING, [85120001, *row[1:]]), natuna)
    assert result.problems == []
    assert result.people[0].fields["employee_number"] == "85120001"


@pytest.mark.parametrize("number", [198001012026031901, 1.98001012026032e17, 198001012026031900])
def test_a_nip_that_excel_took_for_a_number_is_refused_with_the_remedy(natuna: Institution, number: float) -> None:
    row = lines(GOOD)[1]
    result = registry.check(as_xlsx(HEADING, [number, *row[1:]]), natuna)
    assert told(result) == [(2, "NIP")]
    assert "Format kolom NIP sebagai Teks" in result.problems[0].text


@pytest.mark.parametrize("number", ["1,98001E+17", "1.98E+17", "2E+17"])
def test_a_nip_that_excel_spoiled_in_a_csv_is_refused_with_the_remedy(natuna: Institution, number: str) -> None:
    result = check(natuna, GOOD | {"NIP": number})
    assert told(result) == [(2, "NIP")]
    assert "Format kolom NIP sebagai Teks" in result.problems[0].text


@pytest.mark.parametrize(("written", "kept"), [
    ({"NIP": "19800101 202603 1 901"}, {"employee_number": "198001012026031901"}),
    ({"Surel Dinas": " Kartika@NatunaKab.EXAMPLE "}, {"mailbox": "kartika@natunakab.example"}),
    ({"Jenis Pegawai": "pns"}, {"employment": "PNS"}),
    ({"Provinsi": "kepulauan  riau"}, {"province": "Kepulauan Riau"}),
    ({"Nama": "Kartika\n  Contoh\x00\x07"}, {"name": "Kartika Contoh"}),
    ({"Gelar Belakang": "–"}, {"back_title": ""}),
    ({"Kode OPD": ""}, {"opd": ""}),
    ({}, {"rank": ""}),
    ({"Gol/Pangkat": " III/c,  Penata "}, {"rank": "III/c, Penata"}),
])  # fmt: skip
def test_what_people_type_is_forgiven(natuna: Institution, written: dict[str, str], kept: dict[str, str]) -> None:
    result = check(natuna, GOOD | written)
    assert result.problems == []
    assert result.people[0].fields | kept == result.people[0].fields
    assert registry.store(result, natuna, by=None).new == 1


# --- Faults --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("column", "value", "said"), [
    ("NIP", "", "Belum diisi"),
    ("NIP", "123", "di sini ada 3 angka"),
    ("NIP", "198013012026031901", "Tanggal lahir"),
    ("Nama", "  ", "Belum diisi"),
    ("Nama", "x" * 201, "paling banyak 200"),
    ("Provinsi", "Atlantis", "bukan nama provinsi"),
    ("Surel Dinas", "kartika", "tidak lengkap"),
    ("Surel Dinas", "kartika@gmail.example", "Domain surel harus natunakab.example"),
    ("Surel Dinas", "kartika@x.natunakab.example", "Domain surel harus"),
    ("Surel Dinas", "kartika@natunakab.example@gmail.example", "tidak lengkap"),
    ("Jenis Pegawai", "Honorer", "PNS, PPPK, POLRI"),
    ("Kode OPD", "99", "tidak dikenal di instansi ini"),
])  # fmt: skip
def test_a_faulty_cell_is_told_with_row_column_and_reason(
    natuna: Institution, column: str, value: str, said: str
) -> None:
    result = check(natuna, OTHER, GOOD | {column: value})
    assert told(result) == [(3, column)]
    assert said in result.problems[0].text


def test_all_faults_of_all_rows_are_told_at_once(natuna: Institution) -> None:
    result = check(natuna, GOOD | {"NIP": "1", "Provinsi": "x"}, OTHER, OTHER | {"NIP": "", "Nama": ""})
    assert set(told(result)) == {(2, "NIP"), (2, "Provinsi"), (4, "NIP"), (4, "Nama"), (4, "Surel Dinas")}
    assert [row for row, _ in told(result)] == sorted(row for row, _ in told(result))


def test_one_faulty_row_and_nothing_is_imported(natuna: Institution) -> None:
    before = PersonnelRecord.objects.count()
    result = check(natuna, GOOD, OTHER | {"Provinsi": "x"})
    with pytest.raises(ValueError, match="not stored"):
        registry.store(result, natuna, by=None)
    assert PersonnelRecord.objects.count() == before
    assert not AuditRow.objects.filter(event="import_personnel").exists()


def test_a_person_who_stands_twice_in_the_list_is_told(natuna: Institution) -> None:
    result = check(natuna, GOOD, OTHER | {"NIP": "19800101 202603 1 901"}, GOOD | {"NIP": "198001012026031903"})
    assert told(result) == [(3, "NIP"), (4, "Surel Dinas")]
    assert {problem.text for problem in result.problems} == {"Sama dengan baris 2."}


def test_a_mailbox_that_belongs_to_somebody_else_is_told(natuna: Institution, sulteng: Institution) -> None:
    result = check(natuna, GOOD | {"Surel Dinas": "ayu.contoh@natunakab.example"})
    assert told(result) == [(2, "Surel Dinas")]
    PersonnelRecord.objects.filter(institution=sulteng, name="Ayu Contoh").update(mailbox=GOOD["Surel Dinas"])
    again = check(natuna, GOOD)
    assert told(again) == [(2, "Surel Dinas")]
    # The same words for both: a list does not tell who is in another institution's registry.
    assert again.problems[0].text == result.problems[0].text


@pytest.mark.parametrize("column", [column.name for column in COLUMNS if column.needed])
def test_a_missing_column_is_told_in_the_heading(natuna: Institution, column: str) -> None:
    content = as_csv(GOOD, heading=[each for each in HEADING if each != column])
    assert told(registry.check(content, natuna)) == [(1, column)]


@pytest.mark.parametrize(("content", "said"), [
    (b"", "kosong"),
    (",".join(HEADING).encode(), "Tidak ada baris data"),
    (as_xlsx(HEADING), "Tidak ada baris data"),
    (as_xlsx(*lines(GOOD))[:-40], "rusak"),
    (b"PK\x03\x04" + b"x" * 100, "rusak"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "Excel lama (.xls)"),
    (b"%PDF-1.7", "CSV atau XLSX"),
    (b'"' + b"x" * 200_000, "rusak"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_gets_a_sentence(natuna: Institution, content: bytes, said: str) -> None:
    result = registry.check(content, natuna)
    assert [problem.row for problem in result.problems] == [1]
    assert said in result.problems[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_is_read_in_whatever_encoding_excel_wrote_it(natuna: Institution, encoding: str) -> None:
    text = as_csv(GOOD | {"Nama": "Andr\u00e9 Contoh"}, delimiter="\t").decode()
    result = registry.check(text.encode(encoding), natuna)
    assert told(result) == []
    assert result.people[0].fields["name"] == "Andr\u00e9 Contoh"


def test_a_number_whose_end_excel_has_cut_off_is_refused(natuna: Institution) -> None:
    result = check(natuna, GOOD | {"NIP": "198001012026031000"})
    assert told(result) == [(2, "NIP")]
    assert "Excel" in result.problems[0].text


@pytest.mark.parametrize(("number", "kind"), [("80011234", "PNS"), ("198001012026031901", "POLRI")])
def test_the_number_goes_with_the_kind_of_employment(natuna: Institution, number: str, kind: str) -> None:
    result = check(natuna, GOOD | {"NIP": number, "Jenis Pegawai": kind})
    assert told(result) == [(2, "NIP")]


def test_more_rows_than_a_list_may_have_are_refused(natuna: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_ROWS", 1)
    for content in (as_csv(GOOD, OTHER), as_xlsx(*lines(GOOD, OTHER))):
        assert "Paling banyak 1 baris" in registry.check(content, natuna).problems[0].text


def test_a_spoiled_xlsx_is_read_or_refused_and_nothing_else(natuna: Institution) -> None:
    original, chance = as_xlsx(*lines(GOOD, OTHER)), random.Random(7)
    refused = 0
    for _ in range(150):
        content = bytearray(original)
        for _ in range(chance.choice((1, 5, 40))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        result = registry.check(bytes(content), natuna)
        refused += bool(result.problems)
    assert refused > 20


@guesses
@given(
    rows=some.lists(
        some.lists(some.text(some.characters(exclude_categories=["Cs"]), max_size=12), max_size=12), max_size=4
    )
)
def test_any_table_is_a_list_or_a_report(natuna: Institution, rows: list[list[str]]) -> None:
    text = StringIO()
    csv.writer(text).writerows([HEADING, *rows])
    result = registry.check(text.getvalue().encode(), natuna)
    assert result.problems
    assert all(problem.text.endswith(".") for problem in result.problems)


# --- Storing -------------------------------------------------------------------------------------------------------
def test_a_second_import_brings_people_up_to_date(natuna: Institution) -> None:
    registry.store(check(natuna, GOOD, OTHER), natuna, by=None)
    moved = GOOD | {"Jabatan": "Kepala Bidang", "Surel Dinas": "kartika.c@natunakab.example", "Kode OPD": "02"}
    first = kartika().pk
    assert registry.store(check(natuna, moved), natuna, by=None) == Counts(new=0, changed=1)
    record = PersonnelRecord.objects.get(pk=first)
    assert (record.position, record.mailbox) == ("Kepala Bidang", "kartika.c@natunakab.example")
    assert record.opd is not None
    assert record.opd.code == "02"
    assert record.employee_number == GOOD["NIP"]
    assert PersonnelRecord.objects.filter(name="Lestari Contoh").exists()


def test_an_import_leaves_one_audit_row_without_names(natuna: Institution, verifier: Any) -> None:
    registry.store(check(natuna, GOOD, OTHER), natuna, by=verifier)
    row = AuditRow.objects.get(event="import_personnel")
    assert row.facts == {"new": 2, "changed": 0}
    assert (row.chain, row.actor) == (natuna.audit_chain, f"account:{verifier.pk}")


def test_another_institution_keeps_its_own_record_of_the_same_number(natuna: Institution, sulteng: Institution) -> None:
    theirs = GOOD | {"Surel Dinas": "kartika@sultengprov.example", "Provinsi": "Sulawesi Tengah"}
    registry.store(check(sulteng, theirs), sulteng, by=None)
    before = list(PersonnelRecord.objects.filter(institution=sulteng).order_by("pk").values())
    registry.store(check(natuna, GOOD | {"Nama": "Orang Lain"}), natuna, by=None)
    after = list(PersonnelRecord.objects.filter(institution=sulteng).order_by("pk").values())
    assert [{k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()} for row in after] == [
        {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()} for row in before
    ]


def test_an_opd_of_another_institution_is_unknown(natuna: Institution, sulteng: Institution) -> None:
    Opd.objects.create(institution=sulteng, code="77", name="Dinas Lain")
    assert told(check(natuna, GOOD | {"Kode OPD": "77"})) == [(2, "Kode OPD")]


def test_what_begins_like_a_formula_or_holds_markup_is_a_fault(natuna: Institution) -> None:
    result = check(natuna, GOOD | {"Jabatan": "=HYPERLINK(1)", "Nama": "Lina <b>Contoh</b>"})
    assert set(told(result)) == {(2, "Jabatan"), (2, "Nama")}


def test_who_was_imported_can_be_invited(natuna: Institution) -> None:
    registry.store(check(natuna, GOOD), natuna, by=None)
    application = actions.invite(kartika(), by=None)
    assert (application.name, application.mailbox) == ("Kartika Contoh", GOOD["Surel Dinas"])
    assert cast.deliver_all() == ["activation"]
    assert Application.objects.count() == 1


# --- The command ---------------------------------------------------------------------------------------------------
def test_the_command_imports_and_counts(
    natuna: Institution, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pegawai.csv"
    path.write_bytes(as_csv(GOOD, OTHER))
    call_command("import_personnel", "natuna", str(path))
    assert capsys.readouterr().out == "2 new, 0 brought up to date.\n"


def test_the_command_reports_every_faulty_row(
    natuna: Institution, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pegawai.csv"
    path.write_bytes(as_csv(GOOD | {"NIP": "1"}, OTHER | {"Provinsi": "x"}))
    with pytest.raises(CommandError, match=r"2 problem\(s\); nothing was imported"):
        call_command("import_personnel", "natuna", str(path))
    said = capsys.readouterr().err
    assert "row 2, NIP: " in said
    assert "row 3, Provinsi: x bukan nama provinsi." in said


@pytest.mark.parametrize(("slug", "name", "said"), [
    ("atlantis", "pegawai.csv", "no institution 'atlantis'"), ("natuna", "tidak-ada.csv", "cannot be read"),
])  # fmt: skip
def test_the_command_says_what_it_cannot_find(
    natuna: Institution, tmp_path: Path, slug: str, name: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_personnel", slug, str(tmp_path / name))


def test_the_empty_template_has_every_column(natuna: Institution) -> None:
    assert "Tidak ada baris data" in registry.check(registry.template().encode(), natuna).problems[0].text
