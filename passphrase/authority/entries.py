"""The ledger's entries of requests: reserved first, then filled once, with a certificate or with why there is none.

In SQL, planned once a connection: each step is one statement and one commit, and the ORM takes longer to write these
than PostgreSQL to do them.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from passphrase.authority import Unavailable
from tte_portal.prepared import Statement
from tte_portal.throttles import UNWAITED, waited


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
_FIND = Statement(f"SELECT {_COLUMNS} FROM passphrase_issuance WHERE idempotency_key = %(key)s", key="uuid")  # noqa: S608
_RESERVE = Statement(
    "INSERT INTO passphrase_issuance "  # noqa: S608
    "(idempotency_key, authority_id, serial, csr_hash, reserved_at, refusal, revocation_reason) "
    "SELECT %(key)s, office.id, %(serial)s, %(csr_hash)s, statement_timestamp(), '', '' "
    f"FROM passphrase_certificateauthority office, {UNWAITED} "
    "WHERE office.kind = 'issuing' AND office.retired_at IS NULL "
    f"ON CONFLICT (idempotency_key) DO NOTHING RETURNING {_COLUMNS}",
    key="uuid", serial="text", csr_hash="bytea", waited="boolean",
)  # fmt: skip
# Empty until now: of several who have signed at once, the first one's stands and the others' are thrown away.
_FILL = Statement(
    "UPDATE passphrase_issuance SET der = %(der)s, not_after = %(ends)s, refusal = %(refusal)s, "
    "signed_at = CASE WHEN %(refusal)s = '' THEN statement_timestamp() END "
    "WHERE idempotency_key = %(key)s AND der IS NULL AND refusal = '' RETURNING 1",
    key="uuid", der="bytea", ends="timestamptz", refusal="text",
)  # fmt: skip


def find(idempotency_key: UUID) -> Entry | None:
    return _entry(_FIND.rows(key=idempotency_key))


def reserve(idempotency_key: UUID, serial: str, csr_hash: bytes) -> Entry | None:
    """The entry of this key, made by the authority in office unless there is one; ``None`` without an authority.

    Committed, but the disk is not waited for: whatever is signed for it leaves this process only after :func:`fill`,
    whose commit carries this one along. Should both be lost, so is what was signed.
    """
    rows = _RESERVE.rows(key=idempotency_key, serial=serial, csr_hash=csr_hash, waited=waited())
    return _entry(rows) or find(idempotency_key)


def fill(entry: Entry, *, der: bytes | None = None, ends: datetime | None = None, refusal: str = "") -> Entry:
    """Write the certificate (DER) and its end down, or why there is none; the entry as it stands for good.

    Raises :class:`passphrase.authority.Unavailable` when the database has meanwhile lost the reservation.
    """
    if _FILL.rows(key=entry.idempotency_key, der=der, ends=ends, refusal=refusal):
        return entry._replace(der=der, refusal=refusal)
    written = find(entry.idempotency_key)
    if written is None:
        raise Unavailable("The ledger has lost what was just reserved: what was signed for it is given to nobody.")
    return written


def _entry(rows: list[tuple[Any, ...]]) -> Entry | None:
    for key, authority_id, serial, csr_hash, reserved_at, der, refusal in rows:
        content = None if der is None else bytes(der)
        return Entry(key, authority_id, serial, bytes(csr_hash), reserved_at, content, refusal)
    return None
