"""Titles that stand with the name: told from the name, as little as can be guessed."""

import re
from dataclasses import dataclass

# Academic and professional ones alone: "H.", "R." and their like may belong to the name as the KTP has it.
_FRONT = frozenset(("dr", "drs", "dra", "drg", "drh", "ir", "prof", "apt", "ns"))
# "S.Pd.", "A.Md.Keb", "Ph.D", "M.T", "SE", "MBA", "Sp.A(K)"; several with blanks or commas between them.
_TITLE = re.compile(r"[A-Z][A-Za-z]{0,5}(\.[A-Z]?[A-Za-z]{1,7})+\.?(\([A-Z]+\))?|[A-Z]{2,5}\.?|[A-Z][a-z]{0,5}\.")


@dataclass(frozen=True)
class Apart:
    """A name with the titles that stood around it."""

    front: str
    name: str
    back: str


def apart(typed: str) -> Apart:
    """ "Dr. Ayu Contoh, S.Kom." → Dr. · Ayu Contoh · S.Kom."""
    name, _, back = typed.partition(",")
    words, front = name.split(), []
    while len(words) > 1 and words[0].endswith(".") and set(words[0].lower().split(".")) - {""} <= _FRONT:
        front.append(words.pop(0))
    return Apart(" ".join(front), " ".join(words), back.strip(" ,"))


def is_plain(title: str) -> bool:
    """Whether every word of it looks like a title, and its column holds it."""
    words = [word for word in re.split(r"[\s,]+", title) if word]
    fronts = all(word.rstrip(".").lower() in _FRONT for word in words)
    return len(title) <= 60 and (fronts or all(_TITLE.fullmatch(word) for word in words))


def same(one: str, other: str) -> bool:
    """Whether two spellings are one title: "S. Pd" and "S.Pd."."""
    return _letters(one) == _letters(other)


def _letters(title: str) -> str:
    return "".join(sign for sign in title.lower() if sign.isalnum())
