"""NIK, NIP, NRP and phone numbers: what they must look like, what they say of a person, what is only suspicious.

A NIK is for life: it follows neither a move nor a corrected date of birth. So what it says of area, birth or sex is
a hint for the verifier, never a reason to refuse. Refused are only forms that cannot exist.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["L", "P"]

_BLANKS = re.compile("[\\s.\\-\u2010-\u2015\u200b\ufeff]+")
_DIGITS = re.compile(r"[0-9]+")


class Malformed(ValueError):
    """The number cannot exist; the text is the sentence for the person who typed it."""


@dataclass(frozen=True)
class Birth:
    """What a number says of its bearer. ``year`` has two digits in a NIK and four in a NIP; unknown parts are None."""

    day: int | None
    month: int
    year: int
    sex: Sex | None

    def agrees(self, other: "Birth") -> bool:
        """Whether two numbers can belong to one person: each part known to both is the same."""
        pairs = [(self.day, other.day), (self.month, other.month), (self.year % 100, other.year % 100)]
        pairs.append((_sex_code(self.sex), _sex_code(other.sex)))
        return all(mine == theirs for mine, theirs in pairs if mine is not None and theirs is not None)


def _sex_code(sex: Sex | None) -> int | None:
    return None if sex is None else "LP".index(sex)


def squeeze(value: str) -> str:
    """Without the blanks, dots and hyphens that people paste along."""
    return _BLANKS.sub("", value)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def nik(value: str) -> str:
    """A NIK of 16 digits (area 6, birth ddmmyy with day + 40 for women, serial 4); raises :class:`Malformed`."""
    number = squeeze(value)
    if not _DIGITS.fullmatch(number):
        raise Malformed("NIK hanya terdiri atas angka, tanpa huruf atau tanda lain.")
    if len(number) != 16:
        raise Malformed(f"NIK terdiri atas 16 angka; yang Anda isi {len(number)} angka.")
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    # 29 February is possible in 2000: either century will do.
    if not (_is_date(1900 + year, month, day % 40) or _is_date(2000 + year, month, day % 40)) or day > 71:
        raise Malformed("Angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang mungkin. Periksa kembali pada KTP Anda.")
    if number.endswith("0000"):
        raise Malformed("Empat angka terakhir NIK tidak mungkin 0000. Periksa kembali pada KTP Anda.")
    return number


def birth_of_nik(number: str) -> Birth:
    day = int(number[6:8])
    return Birth(day % 40, int(number[8:10]), int(number[10:12]), "P" if day > 40 else "L")


def employee_number(value: str) -> str:
    """A NIP (18 digits, PNS or PPPK) or an NRP (8 digits, POLRI); raises :class:`Malformed`."""
    number = squeeze(value)
    if not _DIGITS.fullmatch(number):
        raise Malformed("NIP / NRP hanya terdiri atas angka.")
    if len(number) not in (18, 8):
        raise Malformed(f"NIP terdiri atas 18 angka dan NRP 8 angka; yang Anda isi {len(number)} angka.")
    birth = birth_of_employee_number(number)
    year = birth.year if len(number) == 18 else 2000 + birth.year
    if not 1900 <= year <= 2099 or not _is_date(year, birth.month, birth.day or 1):
        raise Malformed("Tanggal lahir di awal NIP / NRP tidak mungkin. Periksa kembali angkanya.")
    if len(number) == 18 and birth.sex is None:
        raise Malformed("Angka jenis kelamin pada NIP harus 1 atau 2. Periksa kembali angkanya.")
    return number


def birth_of_employee_number(number: str) -> Birth:
    """Birth and sex as a NIP (birth yyyymmdd; sex digit 15) or an NRP (birth yymm) tells them."""
    if len(number) == 8:
        return Birth(None, int(number[2:4]), int(number[:2]), None)
    sexes: dict[str, Sex] = {"1": "L", "2": "P"}
    return Birth(int(number[6:8]), int(number[4:6]), int(number[:4]), sexes.get(number[14]))


def phone(value: str) -> str:
    """A phone number as +62…; takes 08…, 62…, +62… with any blanks; raises :class:`Malformed`."""
    number = re.sub(r"[()/]", "", squeeze(value))
    for prefix in ("+62", "62", "0"):
        if number.startswith(prefix):
            number = number[len(prefix) :]
            break
    else:
        raise Malformed("Awali nomor telepon dengan 08 atau +62, misalnya 0812 3456 7890.")
    if not _DIGITS.fullmatch(number) or not 8 <= len(number) <= 12 or number.startswith("0"):
        raise Malformed("Nomor telepon tidak lengkap atau berisi huruf. Contoh: 0812 3456 7890.")
    return f"+62{number}"
