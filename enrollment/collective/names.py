"""What a typed name and a NIP say: name apart from titles, the part of an address, PNS or PPPK."""

import re
import unicodedata
from dataclasses import dataclass

from enrollment import numbers
from enrollment.models import Employment

# Titles that stand before a name, without their dots; with a dot, any short word before the name is one.
FRONT = {"dr", "drs", "dra", "drg", "drh", "ir", "prof", "hj", "h", "kh", "apt", "ns", "r", "rr", "ra", "tgk", "ust"}
# Letters that lose nothing but a stroke when they are written in ASCII.
STROKES = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
LONGEST = 24
NAMELESS = "pegawai"
# Addresses that mean the keepers of a mail domain, not a person.
RESERVED = {
    "abuse",
    "admin",
    "administrator",
    "hostmaster",
    "info",
    "mail",
    "postmaster",
    "root",
    "security",
    "webmaster",
}


@dataclass(frozen=True)
class Named:
    """A name as registries keep it: titles apart."""

    front_title: str
    name: str
    back_title: str


def apart(typed: str) -> Named:
    """ "Dr. Ayu Contoh, S.Kom." → Dr. · Ayu Contoh · S.Kom."""
    rest, _, back = typed.partition(",")
    words = rest.split()
    front = []
    while len(words) > 1 and _is_title(words[0]):
        front.append(words.pop(0))
    return Named(" ".join(front)[:60], " ".join(words)[:200], back.strip()[:60])


def _is_title(word: str) -> bool:
    return word.rstrip(".").lower().replace(".", "") in FRONT and (word.endswith(".") or len(word.rstrip(".")) > 1)


def address_part(typed: str) -> str:
    """What stands before the @: first and last name in ASCII, joined by a dot."""
    words = [ascii_of(word) for word in re.split(r"[\s.]+", apart(typed).name)]
    words = [word for word in words if word]
    if not words:
        return NAMELESS
    part = words[0] if len(words) == 1 else f"{words[0]}.{words[-1]}"
    return f"{part}.{NAMELESS}" if part in RESERVED else part


def ascii_of(word: str) -> str:
    """The word in small letters a to z: accents and strokes are dropped, other scripts vanish."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(STROKES))
    return re.sub(r"[^a-z]", "", plain)[:LONGEST]


def nip(value: str) -> str:
    """A NIP of 18 digits, PNS or PPPK; raises :class:`enrollment.numbers.Malformed`."""
    if not value.isascii() or re.fullmatch(r"(angka:.*)|(\d[.,]?\d*[eE]\+?\d+)", value.strip()):
        raise numbers.Malformed("Excel telah mengubah angka ini. Ketik ulang 18 angka NIP dari SK.")
    number = numbers.employee_number(value)
    if len(number) != 18:
        raise numbers.Malformed("NIP terdiri atas 18 angka.")
    block = int(number[12:14])
    if not (1 <= block <= 12 or block >= 21):
        raise numbers.Malformed("Angka ke-13 dan ke-14 NIP tidak mungkin. Cocokkan kembali dengan SK.")
    if number.endswith("000"):
        raise numbers.Malformed("Tiga angka terakhir NIP tidak mungkin 000. Cocokkan kembali dengan SK.")
    return number


def employment_of(number: str) -> Employment:
    """Digits 13 and 14 are the month of appointment of a PNS, and a block from 21 of a PPPK."""
    return Employment.PNS if int(number[12:14]) <= 12 else Employment.PPPK
