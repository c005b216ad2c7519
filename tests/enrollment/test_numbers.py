"""NIK, NIP, NRP and phone numbers: blanks are forgiven, what cannot exist is refused in words, nothing raises else."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from enrollment import numbers
from enrollment.demo import seed
from enrollment.models import Institution
from enrollment.numbers import Birth, Malformed
from tests.hostile import guesses

births = some.dates(date(1940, 1, 1), date(2008, 12, 31))
sexes = some.sampled_from("LP")
blanks = some.sampled_from(["", " ", "  ", ".", "-", "\u00a0", "\u200b", "\t", " – ", "\ufeff"])


@some.composite
def niks(draw: some.DrawFn) -> tuple[str, date, str]:
    birth, sex = draw(births), draw(sexes)
    day = birth.day + (40 if sex == "P" else 0)
    return f"{draw(some.integers(110101, 999999))}{day:02}{birth:%m%y}{draw(some.integers(1, 9999)):04}", birth, sex


@some.composite
def nips(draw: some.DrawFn) -> tuple[str, date, str]:
    birth, sex = draw(births), draw(sexes)
    return (
        f"{birth:%Y%m%d}{draw(some.integers(199001, 202612))}{'LP'.index(sex) + 1}{draw(some.integers(1, 999)):03}",
        birth,
        sex,
    )


# --- NIK -----------------------------------------------------------------------------------------------------------
@guesses
@given(each=niks(), data=some.data())
def test_a_nik_passes_with_whatever_blanks_were_pasted(each: tuple[str, date, str], data: some.DataObject) -> None:
    number, birth, sex = each
    pasted = "".join(digit + data.draw(blanks) for digit in number)
    assert numbers.nik(f" {pasted} ") == number
    assert numbers.birth_of_nik(number) == Birth(birth.day, birth.month, birth.year % 100, sex)  # type: ignore[arg-type]


@guesses
@given(text=some.text() | some.text("0123456789 -.", max_size=40))
def test_any_text_is_a_nik_or_gets_a_sentence(text: str) -> None:
    with suppress(Malformed):
        assert len(numbers.nik(text)) == 16


@pytest.mark.parametrize(("number", "said"), [
    ("", "hanya terdiri atas angka"),
    ("990101570568010O", "hanya terdiri atas angka"),
    ("٩٩٠١٠١٥٧٠٥٦٨٠١٠٠", "hanya terdiri atas angka"),
    ("990101570568010", "yang Anda isi 15 angka"),
    ("99010157056801000", "yang Anda isi 17 angka"),
    ("9901013213680100", "tanggal lahir"),
    ("9901010005680100", "tanggal lahir"),
    ("9901014005680100", "tanggal lahir"),
    ("9901017205680100", "tanggal lahir"),
    ("9901017105680100", ""),
    ("9901013002680100", "tanggal lahir"),
    ("9901012902000100", ""),
    ("9901012902010100", "tanggal lahir"),
    ("9901011713680100", "tanggal lahir"),
    ("9901015705680000", "tidak mungkin 0000"),
])  # fmt: skip
def test_a_nik_that_cannot_exist_is_refused_for_its_reason(number: str, said: str) -> None:
    if not said:
        assert numbers.nik(number) == number
        return
    with pytest.raises(Malformed, match=said):
        numbers.nik(number)


# --- NIP and NRP ---------------------------------------------------------------------------------------------------
@guesses
@given(each=nips())
def test_a_nip_tells_birth_and_sex(each: tuple[str, date, str]) -> None:
    number, birth, sex = each
    assert numbers.employee_number(f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}") == number
    expected = Birth(birth.day, birth.month, birth.year, sex)  # type: ignore[arg-type]
    assert numbers.birth_of_employee_number(number) == expected


@guesses
@given(birth=births, serial=some.integers(0, 9999))
def test_an_nrp_tells_month_and_year(birth: date, serial: int) -> None:
    number = numbers.employee_number(f"{birth:%y%m}{serial:04}")
    assert numbers.birth_of_employee_number(number) == Birth(None, birth.month, birth.year % 100, None)


@guesses
@given(text=some.text() | some.text("0123456789 ", max_size=24))
def test_any_text_is_an_employee_number_or_gets_a_sentence(text: str) -> None:
    with suppress(Malformed):
        assert len(numbers.employee_number(text)) in (8, 18)


@pytest.mark.parametrize(("number", "said"), [
    ("19680517202603210", "yang Anda isi 17 angka"),
    ("196813172026032100", "Tanggal lahir"),
    ("196802302026032100", "Tanggal lahir"),
    ("006805172026032100", "Tanggal lahir"),
    ("000005172026032100", "Tanggal lahir"),
    ("999905172026032100", "Tanggal lahir"),
    ("196805172026033100", "jenis kelamin"),
    ("196805172026030100", "jenis kelamin"),
    ("85130001", "Tanggal lahir"),
    ("8512000", "yang Anda isi 7 angka"),
    ("8512000A", "hanya terdiri atas angka"),
])  # fmt: skip
def test_an_employee_number_that_cannot_exist_is_refused_for_its_reason(number: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        numbers.employee_number(number)


@guesses
@given(birth=births, sex=sexes, serial=some.integers(1, 999))
def test_nik_nip_and_nrp_of_one_person_agree(birth: date, sex: str, serial: int) -> None:
    day = birth.day + (40 if sex == "P" else 0)
    nik = numbers.birth_of_nik(f"990101{day:02}{birth:%m%y}{serial:04}")
    nip = numbers.birth_of_employee_number(f"{birth:%Y%m%d}202603{'LP'.index(sex) + 1}{serial:03}")
    nrp = numbers.birth_of_employee_number(f"{birth:%y%m}{serial:04}")
    assert nik.agrees(nip)
    assert nip.agrees(nrp)
    assert nrp.agrees(nik)


@pytest.mark.parametrize("other", [
    Birth(18, 5, 1968, "P"), Birth(17, 6, 1968, "P"), Birth(17, 5, 1969, "P"), Birth(17, 5, 1968, "L"),
    Birth(None, 6, 68, None),
])  # fmt: skip
def test_numbers_of_two_people_do_not(other: Birth) -> None:
    assert not Birth(17, 5, 68, "P").agrees(other)
    assert not other.agrees(Birth(17, 5, 68, "P"))


@pytest.mark.django_db
def test_the_invented_people_have_numbers_that_pass_and_agree(natuna: Institution) -> None:
    for person in seed.people(natuna):
        nik, nip = numbers.nik(person["nik"]), numbers.employee_number(person["nip"])
        assert numbers.birth_of_nik(nik).agrees(numbers.birth_of_employee_number(nip))
        assert numbers.phone(person["phone"]).startswith("+62800")


# --- Phones --------------------------------------------------------------------------------------------------------
@guesses
@given(rest=some.text("0123456789", min_size=7, max_size=11), first=some.sampled_from("123456789"),
       prefix=some.sampled_from(["0", "62", "+62", "+62 ", "(0", "0 "]), blank=blanks)  # fmt: skip
def test_a_phone_is_read_however_it_is_written(rest: str, first: str, prefix: str, blank: str) -> None:
    assert numbers.phone(f"{prefix}{first}{blank}{rest}") == f"+62{first}{rest}"


@pytest.mark.parametrize(
    "number",
    ["", "8123456789", "+65 8123 4567", "0812", "0812345678901234", "08123x56789", "00812345678", "+62", "telepon"],
)
def test_a_phone_that_cannot_be_called_gets_an_example(number: str) -> None:
    with pytest.raises(Malformed, match="0812 3456 7890"):
        numbers.phone(number)


@guesses
@given(text=some.text() | some.text("+062 8-()", max_size=24))
def test_any_text_is_a_phone_or_gets_a_sentence(text: str) -> None:
    with suppress(Malformed):
        assert numbers.phone(text).startswith("+62")
