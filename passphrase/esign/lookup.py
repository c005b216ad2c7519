"""Whom a client asks about: by NIK or mailbox, within its own institution."""

import re

from enrollment import comparisons, numbers
from enrollment.models import Application
from passphrase.esign import calls, words
from passphrase.esign.clients import Caller
from passphrase.esign.models import ApiCall
from passphrase.esign.words import NO_CERTIFICATE, NOT_REGISTERED, Word
from passphrase.models import Certificate
from tte_portal.encryption import blind_index
from tte_portal.prepared import Statement
from tte_portal.throttles import UNWAITED, waited

_HEXADECIMAL = re.compile("[0-9A-F]+")
# More applications than that nobody has; a flood of registrations must not become a flood of work.
NEWEST = 20

# Under way, or overdue: nobody accepts what somebody signs whose issuing authority was taken back.
_RENEWING = (
    "EXISTS (SELECT FROM passphrase_certificate c JOIN passphrase_issuance i ON i.serial = c.serial JOIN "  # noqa: S608
    "passphrase_issuance e ON e.idempotency_key = i.authority_id AND e.revoked_at IS NOT NULL "
    "WHERE c.application_id = a.id AND c.revoked_at IS NULL) "
    "OR EXISTS (SELECT FROM enrollment_application s WHERE s.predecessor_id = a.id "
    f"AND s.purpose = '{Application.Purpose.RENEWAL}' "
    f"AND s.status NOT IN ({', '.join(repr(each.value) for each in comparisons.ENDED)}))"
)
# In SQL, and the line of the log along with it: signing applications ask before every document, and the ORM, or another
# way to the database, would take most of the answer's time.
_ASKED = (
    f"WITH found AS (SELECT id, created_at, {words.as_sql(_RENEWING)} AS word FROM enrollment_application a "  # noqa: S608
    "WHERE institution_id = %(institution)s AND {column} = %(wanted)s "
    f"ORDER BY created_at DESC, id DESC LIMIT {NEWEST}), told AS (SELECT id, word FROM found "
    f"ORDER BY {words.most_telling_first('word')}, created_at DESC, id DESC LIMIT 1), "
    "logged AS (INSERT INTO esign_apicall (client_id, act, answer, subject) "
    f"SELECT %(client)s, '{ApiCall.Act.STATUS}', coalesce(told.word, %(unknown)s), told.id FROM {UNWAITED} "
    "LEFT JOIN told ON true) SELECT word FROM told"
)


def _asked(column: str, kind: str) -> Statement:
    others = {"client": "uuid", "unknown": "text", "waited": "boolean"}
    return Statement(_ASKED.format(column=column), institution="bigint", wanted=kind, **others)


_BY_NIK, _BY_MAILBOX = _asked("nik_index", "bytea"), _asked("mailbox", "text")


def by_nik(client: Caller, typed: str) -> Word:
    """v1: whoever is not known is NOT_REGISTERED, whatever was typed. It leaves a line in the log."""
    return _told(client, _BY_NIK, _index(typed), NOT_REGISTERED)


def by_nik_or_mailbox(client: Caller, nik: str, mailbox: str) -> Word:
    """v2: by NIK when one is given, else by mailbox; a NIK that could be somebody's has NO_CERTIFICATE. It leaves a
    line in the log."""
    if nik:
        return _told(client, _BY_NIK, _index(nik), NO_CERTIFICATE if _is_nik(nik) else NOT_REGISTERED)
    return _told(client, _BY_MAILBOX, mailbox.strip().lower(), NOT_REGISTERED)


def _index(typed: str) -> bytes:
    return blind_index("nik", numbers.squeeze(typed)) if _is_nik(typed) else b""


def _told(client: Caller, asked: Statement, wanted: str | bytes, unknown: Word) -> Word:
    if not wanted:
        calls.write(client.pk, ApiCall.Act.STATUS, unknown.status)
        return unknown
    rows = asked.rows(
        client=client.pk, institution=client.institution_id, wanted=wanted, unknown=unknown.status, waited=waited()
    )
    return words.BY_STATUS[rows[0][0]] if rows else unknown


def _is_nik(typed: str) -> bool:
    digits = numbers.squeeze(typed)
    return len(digits) == 16 and digits.isascii() and digits.isdigit()


def certificate(institution: int, wanted: str) -> Certificate | None:
    """By serial number, or the newest of the person with that NIK."""
    of_here = Certificate.objects.filter(application__institution_id=institution).order_by("-pk")
    if _is_nik(wanted):
        index = blind_index("nik", numbers.squeeze(wanted))
        return of_here.filter(application__nik_index=index).first()
    serial = wanted.strip().upper().lstrip("0")
    return of_here.filter(serial=serial).first() if _HEXADECIMAL.fullmatch(serial) else None
