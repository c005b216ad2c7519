"""A certificate asked for by its serial number, however people copy it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from passphrase.checking import trust
from passphrase.checking.facts import BAD, GOOD
from passphrase.models import Certificate, Issuance

# What programs put between the digits and before them: colons, dots, blanks, dashes, marks that nobody sees.
BETWEEN = re.compile(r"[\s:;,.\-\u00ad\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]+")
BEFORE = re.compile(r"^(?:NOMORSERI|NOSERI|SERIALNUMBER|SERIAL|SN)?=?(?:0X)?", re.IGNORECASE)
HEXADECIMAL = re.compile(r"[0-9A-F]+")
# 159 random bits; a few begin with zeros.
DIGITS = range(34, 41)


@dataclass(frozen=True)
class Standing:
    """A certificate asked for by its serial number, as it stands now; ``since`` when, and ``reason``, when it ended."""

    grade: str
    headline: str
    certificate: Certificate
    since: datetime | None = None
    reason: str = ""


def tidy(typed: str) -> str:
    """The digits alone, as the ledger writes them; empty when something else stands among them."""
    plain = BEFORE.sub("", BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper())
    return plain if HEXADECIMAL.fullmatch(plain) else ""


def find(serial: str) -> Standing | None:
    """Serial numbers have 159 random bits: whoever knows one has the certificate. ``serial`` comes from ``tidy``."""
    found = Certificate.objects.filter(serial__in=_readings(serial)).first()
    if found is None:
        return None
    issuance = Issuance.objects.filter(serial=found.serial).first()
    if issuance is not None and (ended := trust.ending(issuance)) is not None:
        return Standing(BAD, f"Sertifikat ini {ended.how}", found, ended.at, ended.why)
    if found.not_after <= timezone.now():
        return Standing(BAD, "Masa berlaku sertifikat ini sudah habis", found)
    return Standing(GOOD, "Sertifikat ini berlaku", found)


def _readings(serial: str) -> list[str]:
    """As it is, and as some programs write it: in decimal digits."""
    readings = [serial.lstrip("0")]
    if serial.isdecimal():
        readings.append(f"{int(serial):X}")
    return readings


def advice(serial: str) -> str:
    """What may be wrong with a number that is not known."""
    told = len(serial.lstrip("0"))
    if told in DIGITS:
        return ""
    return f"Nomor seri dari portal ini paling banyak 40 angka dan huruf, biasanya 39 atau 40; yang diketik ada {told}."
