"""What people paste into a line, a name, a title, and what becomes of it."""

import unicodedata
from typing import Any

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as some

from enrollment import numbers
from enrollment.form_fields import LineField, NameField, NumberField, TitleField, one_line
from enrollment.public_forms import MailboxForm
from tests.hostile import guesses

names = NameField(max_length=100)


@guesses
@given(text=some.text(some.characters(exclude_categories=["Cs"])))
def test_a_line_is_one_composed_and_trimmed_line(text: str) -> None:
    line = one_line(text)
    assert line == " ".join(line.split())
    assert line == unicodedata.normalize("NFC", line)
    assert not [each for each in line if unicodedata.category(each)[0] == "C"]
    assert one_line(line) == line


@pytest.mark.parametrize(("pasted", "kept"), [
    ("  Ayu\tContoh \n", "Ayu Contoh"),
    ("Ayu\r\nBcc: semua@natunakab.example", "Ayu Bcc: semua@natunakab.example"),
    ("Rene\u0301", "René"),
    ("Ayu\u202egnuB", "Ayu gnuB"),
    ("Ayu\u200bContoh", "Ayu Contoh"),
    ("Ayu\ufeff", "Ayu"),
])  # fmt: skip
def test_a_pasted_line_is_cleaned_not_refused(pasted: str, kept: str) -> None:
    assert LineField().clean(pasted) == kept


def test_no_null_reaches_the_database() -> None:
    with pytest.raises(forms.ValidationError):
        forms.CharField().clean("Ayu\0")
    assert "\0" not in LineField().to_python("Ayu\0Contoh")


@pytest.mark.parametrize("name", [
    "Ayu", "Eka D’Contoh", "Ni Made O'Contoh-Rekaan", "R. Contoh, Jr.", "Élodie Ñandú", "张伟", "M. Ali (Alm.)",
    "Ma`ruf", "कमला देवी",
])  # fmt: skip
def test_names_of_all_kinds_pass(name: str) -> None:
    assert names.clean(name) == name


@pytest.mark.parametrize(
    "name", ["<b>Ayu</b>", "=cmd()", "@SUM(1)", "+62", "-Ayu", "123", "Ayu123", "Ayu;", "Ayu\\", '"Ayu"', "{{ 7 }}"]
)
def test_what_is_no_name_is_refused_in_words(name: str) -> None:
    with pytest.raises(forms.ValidationError, match="Nama hanya berisi huruf"):
        names.clean(name)


@guesses
@given(text=some.text(max_size=80))
def test_any_text_is_a_name_or_gets_a_sentence(text: str) -> None:
    try:
        name = names.clean(text)
    except forms.ValidationError:
        return
    assert not set(name) & set('<>&=@+"\\{}\0\n')
    assert name == "" or name[0].isalnum()


@pytest.mark.parametrize("title", ["-", "–", "—", " - ", "--", ""])
def test_a_hyphen_means_no_title(title: str) -> None:
    assert TitleField(required=False).clean(title) == ""


@pytest.mark.parametrize("title", ["S.Kom.", "Dr. (H.C.)", "S.Ked., Sp.A-K"])
def test_titles_are_kept(title: str) -> None:
    assert TitleField(required=False).clean(title) == title


def test_an_empty_number_that_may_be_empty_stays_empty() -> None:
    assert NumberField(numbers.employee_number, required=False).clean("  ") == ""


def test_a_number_of_endless_length_is_refused_before_it_is_read() -> None:
    def read(_: str) -> str:
        raise AssertionError

    with pytest.raises(forms.ValidationError):
        NumberField(read).clean("9" * 61)


@pytest.mark.parametrize(("typed", "kept"), [
    ("Ayu.Contoh@NatunaKab.example", "ayu.contoh@natunakab.example"),
    ("  ayu@natunakab.example \t", "ayu@natunakab.example"),
])  # fmt: skip
def test_a_mailbox_is_read_in_one_spelling(typed: str, kept: str) -> None:
    form = MailboxForm({"mailbox": typed})
    assert form.is_valid()
    assert form.cleaned_data["mailbox"] == kept


@pytest.mark.parametrize(
    "typed", ["", "ayu", "ayu@", "@natunakab", "a b@c.example", "ayu@x.example\nBcc: b@c.example", "a\0@b.id"]
)
def test_what_is_no_mailbox_gets_a_sentence(typed: Any) -> None:
    form = MailboxForm({"mailbox": typed})
    assert not form.is_valid()
    assert form.errors["mailbox"]


@pytest.mark.parametrize("field", [LineField(), TitleField()])
def test_pictures_are_no_text(field: forms.Field) -> None:
    with pytest.raises(forms.ValidationError, match="Tanda 😀 tidak dapat dipakai"):
        field.clean("S.Kom. 😀")
    assert field.clean("S.Kom., M.Si. (Cumlaude) & C++") == "S.Kom., M.Si. (Cumlaude) & C++"
