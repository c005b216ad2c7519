"""Which passphrases are accepted: the procedure's rule (BSSN 4/2021 art. 27), and none that is easily guessed."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator

from enrollment.models import Application
from enrollment.procedure import PassphraseRule

LONGEST = 128
LEAST_DIFFERENT = 5
COMMON = "Passphrase ini terlalu umum dan mudah ditebak. Gunakan gabungan kata yang lain."
PERSONAL = "Passphrase tidak boleh memuat nama, NIP, NIK, nomor telepon, surel, atau tanggal lahir Anda."
BLANKS = "Passphrase tidak boleh memuat spasi."
MONOTONOUS = f"Gunakan sedikitnya {LEAST_DIFFERENT} karakter yang berbeda."

# Words that guessers of this country try first, beside Django's list of common passwords.
LOCAL_WORDS = Path(__file__).parent / "guessed-first.txt"
# What people write for a letter when a digit or a symbol is asked of them.
_LOOKALIKE = str.maketrans("4@831!|05$79", "aabeiiiosstg")

_KINDS: dict[str, Callable[[str], bool]] = {
    "upper": str.isupper,
    "lower": str.islower,
    "digit": str.isdecimal,
    # A blank is welcome in a passphrase but is no symbol.
    "symbol": lambda c: not c.isalnum() and not c.isspace(),
}


_MISSING = {
    "upper": "huruf besar", "lower": "huruf kecil", "digit": "angka", "symbol": "karakter khusus seperti ! ? @ #",
}  # fmt: skip


def _listed(words: list[str]) -> str:
    """ "huruf besar", "huruf besar dan angka", "huruf besar, angka, dan …"."""
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def composed(passphrase: str) -> str:
    """The passphrase in NFC: one keyboard sends é as one sign, another as two."""
    return unicodedata.normalize("NFC", passphrase)


def faults(passphrase: str, rule: PassphraseRule, application: Application) -> Iterator[str]:
    """The sentences that say why this passphrase is not accepted; none when it is. Expects it composed."""
    if len(passphrase) < rule.minimum_length:
        yield f"Passphrase minimal {rule.minimum_length} karakter; yang Anda ketik {len(passphrase)}."
    if not rule.blanks and any(map(str.isspace, passphrase)):
        yield BLANKS
    if missing := [_MISSING[kind] for kind in rule.needs if not any(map(_KINDS[kind], passphrase))]:
        # The guide's sentence stands above the field and names all kinds; here are those to be added.
        yield f"Passphrase belum memuat {_listed(missing)}."
    if len(set(passphrase)) < LEAST_DIFFERENT:
        yield MONOTONOUS
    elif is_common(passphrase, place_words(application)):
        yield COMMON
    elif is_personal(passphrase, application):
        yield PERSONAL


# The same for the list that is ticked off while somebody types: a pattern of JavaScript, and its words.
_TYPED = {
    "upper": (r"\p{Lu}", "Huruf besar"),
    "lower": (r"\p{Ll}", "Huruf kecil"),
    "digit": (r"\d", "Angka"),
    "symbol": (r"[^\p{L}\d\s]", "Karakter khusus, misalnya ! ? @ #"),
}


def strength_of(rule: PassphraseRule) -> list[tuple[str, str]]:
    """What the rule asks as (pattern, words), for the page to tick off while somebody types."""
    found = [(f".{{{rule.minimum_length}}}", f"Minimal {rule.minimum_length} karakter")]
    found += [_TYPED[kind] for kind in rule.needs]
    return found if rule.blanks else [*found, (r"^\S+$", "Tanpa spasi")]


def is_common(passphrase: str, local: frozenset[str] = frozenset()) -> bool:
    """Whether a list of guesses or ``local`` holds it, as it is or with the usual capital, digits and symbols around a
    word."""
    common = _common()
    return any(core in common or core in local for core in _cores(passphrase.lower()))


def place_words(application: Application) -> frozenset[str]:
    """What the institution and its place are called: whoever guesses there tries that first."""
    if application.institution_id is None:
        return frozenset()
    place = application.institution
    called = [each.lower() for each in (place.slug, place.short_name, place.name, place.province)]
    words = [word for each in called for word in re.split(r"[\W_]+", each)]
    return frozenset([*words, *(re.sub(r"[\W_]", "", each) for each in called)]) - {""}


def _cores(lowered: str) -> Iterator[str]:
    for spelling in (lowered, lowered.translate(_LOOKALIKE)):
        without_blanks = "".join(spelling.split())
        yield without_blanks
        yield re.sub(r"^[\W\d_]+|[\W\d_]+$", "", without_blanks)
        yield re.sub(r"\W|_", "", without_blanks)
    # Digits at the end first, then look-alikes: "P@ssw0rd123!" is "password" all the same.
    trimmed = re.sub(r"^[\W\d_]+|[\d!-/:-@\[-`{-~]+$", "", lowered)
    yield trimmed.translate(_LOOKALIKE)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | frozenset(LOCAL_WORDS.read_text().split())


def is_personal(passphrase: str, application: Application) -> bool:
    """Whether it holds something about the person that others know or can look up."""
    lowered = passphrase.lower()
    digits = re.sub(r"\D", "", lowered)
    spelled = re.sub(r"[\W_]", "", lowered.translate(_LOOKALIKE))
    words = (word.translate(_LOOKALIKE) for word in personal_words(application))
    return any(word in spelled for word in words) or any(number in digits for number in personal_numbers(application))


def personal_words(application: Application) -> set[str]:
    """The person's names and the mailbox's name, in lower case; short words would forbid too much."""
    text = f"{application.name} {application.mailbox.partition('@')[0]}".lower()
    return {word for word in re.split(r"[\W\d_]+", text) if len(word) >= 4}


def personal_numbers(application: Application) -> set[str]:
    """NIK, NIP, phone, and the birth date that the NIP begins with, in the orders people write it."""
    number, phone = application.employee_number, re.sub(r"\D", "", application.phone)
    found = {number, application.nik, phone, phone[-8:]}
    if len(number) == 18:
        year, month, day = number[:4], number[4:6], number[6:8]
        found |= {year + month + day, day + month + year, day + month + year[2:], year[2:] + month + day}
    if len(application.nik) == 16:
        # The NIK has ddmmyy, a woman's day being 40 higher.
        found.add(f"{int(application.nik[6:8]) % 40:02}{application.nik[8:12]}")
    return {each for each in found if len(each) >= 6}
