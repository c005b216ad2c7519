"""Titles typed with a name, and lines that only count, in lists as officers send them."""

import pytest

from enrollment.models import Institution
from enrollment.roster.cells import Reader
from enrollment.roster.reading import read
from tests.rosters import as_csv, lines, person

pytestmark = pytest.mark.django_db


def cells(**other: str) -> list[str]:
    return lines(person(1, **other))[1]


@pytest.mark.parametrize(
    ("typed", "front", "name", "back"),
    [
        ("Siti Rahma, S.Pd.", "", "Siti Rahma", "S.Pd."),
        ("Siti Rahma, S.Pd, M.Si", "", "Siti Rahma", "S.Pd, M.Si"),
        ("Siti Rahma, SE., M.M.", "", "Siti Rahma", "SE., M.M."),
        ("Siti Rahma, A.Md.Keb.", "", "Siti Rahma", "A.Md.Keb."),
        ("Dr. Ir. Siti Rahma", "Dr. Ir.", "Siti Rahma", ""),
        ("drg. Siti Rahma, Sp.KG", "drg.", "Siti Rahma", "Sp.KG"),
        ("H. Ahmad Contoh", "", "H. Ahmad Contoh", ""),
        ("R. Agus Contoh", "", "R. Agus Contoh", ""),
    ],
)
def test_titles_go_to_their_own_columns(natuna: Institution, typed: str, front: str, name: str, back: str) -> None:
    fields, faults = Reader(natuna).read(cells(Nama=typed))
    assert faults == []
    assert (fields["front_title"], fields["name"], fields["back_title"]) == (front, name, back)


def test_a_title_that_stands_in_both_places_is_dropped_from_the_name(natuna: Institution) -> None:
    fields, faults = Reader(natuna).read(cells(Nama="Siti Rahma, S.Pd", **{"Gelar Belakang": "S. Pd."}))
    assert (faults, fields["name"], fields["back_title"]) == ([], "Siti Rahma", "S. Pd.")


@pytest.mark.parametrize(
    "other",
    [
        {"Nama": "Siti Rahma, S.Pd.", "Gelar Belakang": "M.M."},
        {"Nama": "Contoh, Siti Rahma"},
        {"Nama": "Siti Rahma, S.Kom. dan lain-lain"},
    ],
)
def test_what_cannot_be_told_apart_is_a_fault_with_its_remedy(natuna: Institution, other: dict[str, str]) -> None:
    _, (fault,) = Reader(natuna).read(cells(**other))
    assert (fault.column, fault.kind) == ("Nama", "title")
    assert "pindahkan gelar" in fault.text


def test_a_title_alone_is_no_name(natuna: Institution) -> None:
    _, (fault,) = Reader(natuna).read(cells(Nama=", S.Pd."))
    assert fault.kind == "missing"


@pytest.mark.parametrize("total", ["Jumlah", "TOTAL : 2", "Jumlah Pegawai", "Total 2 orang"])
def test_a_line_that_only_counts_is_nobody(total: str) -> None:
    rows = [*lines(person(1), person(2)), ["", total, *[""] * 9]]
    found = read(as_csv(rows))
    assert len(found.lines) == 2
    assert found.notes == ["1 baris jumlah (seperti Total atau Jumlah) tidak dibaca."]


@pytest.mark.parametrize("name", ["Total Rahmawati", "Jumlah"])
def test_a_person_with_a_number_is_none_of_these(name: str) -> None:
    assert len(read(as_csv(lines(person(1, Nama=name)))).lines) == 1
