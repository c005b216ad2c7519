"""Whom a client asks about: by NIK or mailbox, within its own institution."""

from typing import Any, cast
from uuid import UUID

from django.db import connection

from enrollment import comparisons, numbers
from enrollment.models import Application
from passphrase.esign import words
from passphrase.esign.words import NO_CERTIFICATE, NOT_REGISTERED, Standing, Word
from passphrase.models import Certificate
from tte_portal.encryption import blind_index

# More applications than that nobody has; a flood of registrations must not become a flood of work.
NEWEST = 20

Found = tuple[UUID | None, Word]

# In SQL: signing applications ask before every document, and the ORM would take most of the answer's time.
_STANDINGS = """
SELECT a.id, a.status, a.waiting_for, a.status = 'ACTIVE' AND EXISTS (
    SELECT FROM enrollment_application s
     WHERE s.predecessor_id = a.id AND s.purpose = %(renewal)s AND NOT s.status = ANY(%(ended)s))
  FROM enrollment_application a WHERE a.institution_id = %(institution)s AND a.{column} = %(wanted)s
 ORDER BY a.created_at DESC, a.id DESC LIMIT %(newest)s"""


def by_nik(institution: int, typed: str) -> Found:
    """v1: whoever is not known is NOT_REGISTERED, whatever was typed."""
    return _told(institution, nik=typed) or (None, NOT_REGISTERED)


def by_nik_or_mailbox(institution: int, nik: str, mailbox: str) -> Found:
    """v2: by NIK when one is given, else by mailbox; a NIK that could be somebody's has NO_CERTIFICATE."""
    if nik:
        return _told(institution, nik=nik) or (None, NO_CERTIFICATE if _is_nik(nik) else NOT_REGISTERED)
    found = _told(institution, mailbox=mailbox.strip().lower()) if mailbox else None
    return found or (None, NOT_REGISTERED)


def _is_nik(typed: str) -> bool:
    digits = numbers.squeeze(typed)
    return len(digits) == 16 and digits.isascii() and digits.isdigit()


def _told(institution: int, *, nik: str = "", mailbox: str = "") -> tuple[UUID, Word] | None:
    column, wanted = "mailbox", cast("str | bytes", mailbox)
    if nik:
        if not _is_nik(nik):
            return None
        column, wanted = "nik_index", blind_index("nik", numbers.squeeze(nik))
    given: dict[str, Any] = {
        "institution": institution, "wanted": wanted, "newest": NEWEST, "renewal": Application.Purpose.RENEWAL.value,
        "ended": [each.value for each in comparisons.ENDED],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS.format(column=column), given)
        return words.most_telling([Standing(*row) for row in cursor.fetchall()])


def certificate(institution: int, wanted: str) -> Certificate | None:
    """By serial number, or the newest of the person with that NIK."""
    of_here = Certificate.objects.filter(application__institution_id=institution).order_by("-pk")
    if _is_nik(wanted):
        index = blind_index("nik", numbers.squeeze(wanted))
        return of_here.filter(application__nik_index=index).first()
    return of_here.filter(serial=wanted.strip().upper().lstrip("0")).first()
