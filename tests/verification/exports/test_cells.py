"""Exports are data (P9): whatever people are called, no cell of a CSV or XLSX begins a formula, and nothing is lost."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment.models import Application, Institution
from tests import cast
from tests.verification.exports.conftest import Make, content
from verification.guarding import Guarded, guarded

HOSTILE = [
    "=1+1", "+62800", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\u200b+1", "＝1+1", "＋1", "\n-1",
    '=HYPERLINK("https://contoh.example";"klik")', "<script>alert(1)</script>", "a\x0bb", 'kutip " dan ; dan , koma',
    "Ayu\nContoh", "Łukasz Ü 漢字 😀", "'=1", "",
]  # fmt: skip
SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@pytest.fixture
def people(natuna: Institution) -> list[str]:
    """One application for each hostile name."""
    pattern = cast.fill(cast.begin(natuna))
    rows = []
    for number, name in enumerate(HOSTILE):
        row = Application.objects.get(pk=pattern.pk)
        row.pk, row.receipt, row.name, row.unit = None, f"TTE-{number:04}", name, f"Bidang {name}"
        row.id = Application._meta.pk.get_default()
        row.nik, row.phone, row.employee_number = f"990101010180{number:04}", "+6280010000100", "1" * 18
        row.save(force_insert=True)
        rows.append(name)
    pattern.delete()
    return rows


def read_csv(file: bytes) -> list[list[str]]:
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("with_numbers", [False, True])
def test_no_cell_of_a_csv_begins_a_formula_and_every_name_is_whole(
    people: list[str], made: Make, with_numbers: bool
) -> None:
    heading, *rows = read_csv(content(made(with_numbers=with_numbers, reason="uji coba isi")))

    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.lstrip(" \u00a0\u200b\n").startswith(SIGNS)] == []
    names = [row[heading.index("Nama lengkap")] for row in rows]
    assert sorted(name.removeprefix("'") for name in names) == sorted(name.removeprefix("'") for name in people)
    assert {len(row) for row in rows} == {len(heading)}
    if with_numbers:
        assert rows[0][heading.index("NIK")].startswith("9901010101")
        assert rows[0][heading.index("Nomor telepon")] == "'+6280010000100"


@pytest.mark.parametrize("with_numbers", [False, True])
def test_every_cell_of_an_xlsx_is_text_or_a_time(people: list[str], made: Make, with_numbers: bool) -> None:
    file = content(made(form="xlsx", with_numbers=with_numbers, reason="uji coba isi"))

    sheet = openpyxl.load_workbook(BytesIO(file)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "d", "n"}
    assert not [cell for row in rows for cell in row if cell.data_type == "n" and cell.value is not None]
    heading = [cell.value for cell in rows[0]]
    names = [str(row[heading.index("Nama lengkap")].value or "") for row in rows[1:]]
    assert sorted(names) == sorted(name.replace("\x0b", "\ufffd") for name in people)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(TEXT, st.sampled_from(HOSTILE), st.builds(lambda a, b: a + b, st.sampled_from(["", *SIGNS]), TEXT)))
def test_the_database_guards_as_python_does(natuna: Institution, text: str) -> None:
    row = Institution.objects.filter(pk=natuna.pk)
    row.update(name=text)

    (found,) = row.values_list(Guarded(F("name")), flat=True)

    assert found == guarded(text)
    assert not guarded(text).startswith(SIGNS)
    assert guarded(text) in (text, f"'{text}")
