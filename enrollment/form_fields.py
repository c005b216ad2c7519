"""Form fields that forgive what people paste and say in plain words what is wrong."""

import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms

from enrollment import numbers

_IN_NAMES = frozenset(" '’`.,()/-")


class NumberField(forms.CharField):
    """A number of digits, read by one of the rules of :mod:`enrollment.numbers`."""

    def __init__(self, read: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})
        self.read = read

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return self.read(text) if text else ""
        except numbers.Malformed as error:
            raise forms.ValidationError(str(error)) from error


def one_line(text: str) -> str:
    """Blanks squeezed, composed Unicode, no control characters (PostgreSQL takes no NUL, a mail header no line)."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())


class LineField(forms.CharField):
    """One line of text."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        line: str = super().clean(value)
        # So: pictures and emoji. They would stand in a certificate or a letter as an empty box.
        if picture := next((sign for sign in line if unicodedata.category(sign) == "So"), None):
            raise forms.ValidationError(f"Tanda {picture} tidak dapat dipakai. Gunakan huruf, angka, dan tanda baca.")
        return line


class NameField(LineField):
    """A person's name as on the KTP: letters of any script, apostrophes, hyphens, dots, commas."""

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        # L: letters; M: the marks that many scripts write vowels with.
        fits = all(sign in _IN_NAMES or unicodedata.category(sign)[0] in "LM" for sign in name)
        if name and not (fits and unicodedata.category(name[0])[0] == "L"):
            raise forms.ValidationError("Nama hanya berisi huruf, spasi, tanda petik, titik, koma, atau tanda hubung.")
        return name


class TitleField(LineField):
    """An academic title; "-" means none, as the guide teaches."""

    def clean(self, value: Any) -> str:
        title: str = super().clean(value)
        return "" if set(title) <= {"-", "–", "—", " "} else title
