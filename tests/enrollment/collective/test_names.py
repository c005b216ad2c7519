"""Names and NIPs as people type them: titles fall off, addresses are plain, a NIP says PNS or PPPK."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import numbers
from enrollment.collective import names, passwords
from enrollment.models import Employment


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("Dr. Kartini Rekaan, S.Kep., M.Kes.", "kartini.rekaan"),
        ("Ir. H. Lukman Hakim Peragaan", "lukman.peragaan"),
        ("Siti", "siti"),
        ("Nur’aini  D'Contoh", "nuraini.dcontoh"),
        ("Muhammad Łukasz Ørsted", "muhammad.orsted"),
        ("Admin", "admin.pegawai"),
        ("محمد", "pegawai"),
        ("I Made Uji", "i.uji"),
        ("Drs Bambang Contoh", "bambang.contoh"),
    ],
)
def test_an_address_comes_from_first_and_last_name(typed: str, part: str) -> None:
    assert names.address_part(typed) == part


@given(st.text(max_size=200))
def test_no_name_makes_an_address_that_is_none(typed: str) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", names.address_part(typed))


def test_titles_stand_apart() -> None:
    assert names.apart("Dr. Ayu Contoh, S.Kom., M.T.") == names.Named("Dr.", "Ayu Contoh", "S.Kom., M.T.")


def test_a_nip_tells_pns_from_pppk() -> None:
    assert names.employment_of(names.nip("19850421 201003 2 001")) == Employment.PNS
    assert names.employment_of(names.nip("199102032024211002")) == Employment.PPPK


@pytest.mark.parametrize(
    "typed",
    ["12345678", "1.98504E+17", "198504212010133001", "198504212010032000", "198513212010032001", "abc", "7912" * 9],
)
def test_what_is_no_nip_is_said_in_words(typed: str) -> None:
    with pytest.raises(numbers.Malformed):
        names.nip(typed)


def test_first_passwords_are_strong_readable_and_never_the_same() -> None:
    made = {passwords.fresh() for _ in range(500)}
    assert len(made) == 500
    for each in made:
        assert re.fullmatch(r"[A-Z][a-z2-9]{3}(-[a-z2-9]{4}){3}", each)
        assert not set(each) & set("01iloO")
        assert any(sign.isdigit() for sign in each)
