"""Which passphrases are accepted, and the sentence for each that is not."""

import pytest

from enrollment import procedure
from enrollment.models import Application, Institution
from passphrase import rule

PLACE = Institution(
    pk=1, slug="natuna", name="Pemerintah Kabupaten Natuna", short_name="Natuna", province="Kepulauan Riau",
)  # fmt: skip
AYU = Application(
    institution=PLACE,
    name="Ayu Lestari Al-Fatih", mailbox="ayu.lestari88@natunakab.go.id", nik="2103014507880001",
    employee_number="198807052010012003", phone="+6281234567890",
)  # fmt: skip


def faults(passphrase: str) -> list[str]:
    return list(rule.faults(rule.composed(passphrase), procedure.find("natuna").passphrase, AYU))


@pytest.mark.parametrize(
    "passphrase",
    [
        "Laut-Biru 27 Kapal", "kuda Batere-staples 4 benar", "Xy7#kQ2m", "Ñandú-biru 7", "Gunung: 3 awan, 2 kabut",
        "   Perahu kayu! 9   ", "Tr0ub4dor&3 laut",
    ],
)  # fmt: skip
def test_good_ones_are_accepted(passphrase: str) -> None:
    assert faults(passphrase) == []


@pytest.mark.parametrize(("passphrase", "missing"), [
    ("laut-biru 27", "huruf besar"), ("LAUT-BIRU 27", "huruf kecil"), ("Laut-Biru dua", "angka"),
    ("LautBiru27", "karakter khusus seperti ! ? @ #"), ("Laut Biru 27", "karakter khusus seperti ! ? @ #"),
    ("laut-biru dua", "huruf besar dan angka"),
    ("laut biru dua", "huruf besar, angka, dan karakter khusus seperti ! ? @ #"),
])  # fmt: skip
def test_each_of_the_four_kinds_is_needed_and_named(passphrase: str, missing: str) -> None:
    assert faults(passphrase) == [f"Passphrase belum memuat {missing}."]


def test_a_short_one_is_told_the_length_alone() -> None:
    assert faults("Xy7#kQ2") == ["Passphrase minimal 8 karakter; yang Anda ketik 7."]


def test_a_short_one_without_digit_is_told_both() -> None:
    assert faults("Laut#") == ["Passphrase minimal 8 karakter; yang Anda ketik 5.", "Passphrase belum memuat angka."]


def test_that_it_is_easily_guessed_is_told_at_once_with_what_is_missing() -> None:
    assert faults("Password1") == ["Passphrase belum memuat karakter khusus seperti ! ? @ #.", rule.COMMON]


@pytest.mark.parametrize(
    "passphrase",
    [
        "Password1!", "P@ssw0rd!1", "Qwerty123#", "Indonesia2026!", "Natuna#2026", "Kepulauan Riau7?", "Rahasia-123",
        "B1smillah!", "!!Sayangku99", "Passphrase#1", "Iloveyou_1", "1234Abcd!", "Admin@123",
    ],
)  # fmt: skip
def test_common_ones_in_the_usual_disguise_are_refused(passphrase: str) -> None:
    assert faults(passphrase) == [rule.COMMON]


@pytest.mark.parametrize(
    "passphrase",
    [
        "Lestari#Laut27", "laut-L3STARI 27", "fatih di Laut! 9", "Kapal 05071988!", "Kapal! 1988-07-05",
        "Kapal! 050788", "Kapal#880705", "Kapal! 198807052010012003", "Kapal! 2103014507880001",
        "Kapal! 0812 3456 7890", "Kapal! 34567890",
    ],
)  # fmt: skip
def test_what_others_know_about_the_person_is_refused(passphrase: str) -> None:
    assert faults(passphrase) == [rule.PERSONAL]


def test_the_birth_date_of_somebody_without_nip_comes_from_the_nik() -> None:
    somebody = Application(name="Budi", mailbox="b@natunakab.go.id", nik="2103010507880001")

    assert rule.is_personal("Kapal! 050788", somebody)


def test_a_few_letters_over_and_over_are_refused() -> None:
    assert faults("Aa1!Aa1!Aa1!") == [rule.MONOTONOUS]


def test_a_short_name_does_not_forbid_half_the_dictionary() -> None:
    assert faults("Kayu-Perahu 27") == []
