"""The ledger's entries of requests: reserved first, then filled once, with a certificate or with why there is none.

In SQL: each step is one statement and one commit, and the ORM takes longer to write these than PostgreSQL to do them.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from passphrase.authority import Unavailable


class Entry(NamedTuple):
    """What the ledger holds for one idempotency key; ``der`` and ``refusal`` are both empty until it is answered."""

    idempotency_key: UUID
    authority_id: UUID
    serial: str
    csr_hash: bytes
    reserved_at: datetime
    der: bytes | None
    refusal: str


_COLUMNS = "idempotency_key, authority_id, serial, csr_hash, reserved_at, der, refusal"
_FIND = f"SELECT {_COLUMNS} FROM passphrase_issuance WHERE idempotency_key = %s"  # noqa: S608 (own constants)
# Who was there already is read first; whoever is overtaken between the reading and the writing finds it anew.
_RESERVE = (
    "WITH known AS ({find}), "
    "made AS (INSERT INTO passphrase_issuance "
    "(idempotency_key, authority_id, serial, csr_hash, reserved_at, refusal, revocation_reason) "
    "SELECT %s, office.id, %s, %s, statement_timestamp(), '', '' "
    "FROM passphrase_certificateauthority office{wait} "
    "WHERE office.kind = 'issuing' AND office.retired_at IS NULL AND NOT EXISTS (SELECT FROM known) "
    "ON CONFLICT (idempotency_key) DO NOTHING RETURNING {columns}) "
    "SELECT * FROM known UNION ALL SELECT * FROM made"
)
# Empty until now: of several who have signed at once, the first one's stands and the others' are thrown away.
_FILL = (
    "UPDATE passphrase_issuance SET der = %s, not_after = %s, refusal = %s, "
    "signed_at = CASE WHEN %s = '' THEN statement_timestamp() END "
    "WHERE idempotency_key = %s AND der IS NULL AND refusal = ''"
)


def find(idempotency_key: UUID) -> Entry | None:
    return _one(_FIND, [idempotency_key])


def reserve(idempotency_key: UUID, serial: str, csr_hash: bytes) -> Entry | None:
    """The entry of this key, made by the authority in office unless there is one; ``None`` without an authority.

    Committed, but the disk is not waited for: whatever is signed for it leaves this process only after :func:`fill`,
    whose commit carries this one along. Should both be lost, so is what was signed.
    """
    # Within a rehearsal's transaction nothing is committed at all.
    wait = "" if connection.in_atomic_block else ", set_config('synchronous_commit', 'off', true)"
    statement = _RESERVE.format(find=_FIND, columns=_COLUMNS, wait=wait)
    values = [idempotency_key, idempotency_key, serial, csr_hash]
    return _one(statement, values) or find(idempotency_key)


def fill(entry: Entry, *, der: bytes | None = None, ends: datetime | None = None, refusal: str = "") -> Entry:
    """Write the certificate (DER) and its end down, or why there is none; the entry as it stands for good.

    Raises :class:`passphrase.authority.Unavailable` when the database has meanwhile lost the reservation.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [der, ends, refusal, refusal, entry.idempotency_key])
        if cursor.rowcount:
            return entry._replace(der=der, refusal=refusal)
    written = find(entry.idempotency_key)
    if written is None:
        raise Unavailable("The ledger has lost what was just reserved: what was signed for it is given to nobody.")
    return written


def _one(statement: str, values: list[Any]) -> Entry | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    key, authority_id, serial, csr_hash, reserved_at, der, refusal = row
    return Entry(key, authority_id, serial, bytes(csr_hash), reserved_at, None if der is None else bytes(der), refusal)
