"""Whom a client asks about: by NIK or mailbox, within its own institution."""

from typing import Any

from enrollment import numbers
from enrollment.models import Application, Institution
from passphrase.esign import words
from passphrase.esign.words import NO_CERTIFICATE, NOT_REGISTERED, Word
from passphrase.models import Certificate
from tte_portal.encryption import blind_index

# More applications than that nobody has; a flood of registrations must not become a flood of work.
NEWEST = 20

Found = tuple[Application | None, Word]


def by_nik(institution: Institution, typed: str) -> Found:
    """v1: whoever is not known is NOT_REGISTERED, whatever was typed."""
    return _told(institution, nik=typed) or (None, NOT_REGISTERED)


def by_nik_or_mailbox(institution: Institution, nik: str, mailbox: str) -> Found:
    """v2: by NIK when one is given, else by mailbox; a NIK that could be somebody's has NO_CERTIFICATE."""
    if nik:
        return _told(institution, nik=nik) or (None, NO_CERTIFICATE if _is_nik(nik) else NOT_REGISTERED)
    found = _told(institution, mailbox=mailbox.strip().lower()) if mailbox else None
    return found or (None, NOT_REGISTERED)


def _is_nik(typed: str) -> bool:
    digits = numbers.squeeze(typed)
    return len(digits) == 16 and digits.isascii() and digits.isdigit()


def _told(institution: Institution, *, nik: str = "", mailbox: str = "") -> tuple[Application, Word] | None:
    wanted: dict[str, Any] = {"mailbox": mailbox}
    if nik:
        if not _is_nik(nik):
            return None
        wanted = {"nik_index": blind_index("nik", numbers.squeeze(nik))}
    rows = Application.objects.filter(institution=institution, **wanted).order_by("-created_at", "-pk")
    return words.most_telling(list(rows[:NEWEST]))


def certificate(institution: Institution, wanted: str) -> Certificate | None:
    """By serial number, or the newest of the person with that NIK."""
    of_here = Certificate.objects.filter(application__institution=institution).order_by("-pk")
    if _is_nik(wanted):
        index = blind_index("nik", numbers.squeeze(wanted))
        return of_here.filter(application__nik_index=index).first()
    return of_here.filter(serial=wanted.strip().upper().lstrip("0")).first()
