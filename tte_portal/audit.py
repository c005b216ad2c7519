"""The audit trail: one row for each event, in the event's own transaction, chained by a keyed hash.

Rows of one institution form one chain. Each row's MAC (HMAC-SHA256 under a key outside the database) covers the row
and the MAC before it, so a row that is changed, removed or moved by SQL breaks the chain. A chain that is cut off at
its end, or a whole database put back to an older day, is found against the heads that were sent out of the machine.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tte_portal import copying, data_keys
from tte_portal.encryption import derived_key
from tte_portal.models import Account, AuditChain, AuditRow

PORTAL_CHAIN = "portal"
FIRST = bytes(32)


class Person(Protocol):
    """Whoever acts without an account: an applicant, known by the id of the application."""

    pk: UUID


Actor = Account | Person | None


@dataclass(frozen=True)
class Fault:
    """Something wrong in a chain, in words for whoever runs ``manage.py audit verify``."""

    chain: str
    sequence: int
    what: str


def actor_name(by: Actor) -> str:
    if by is None:
        return "system"
    return f"account:{by.pk}" if isinstance(by, Account) else f"applicant:{by.pk}"


def record(
    event: str,
    *,
    by: Actor,
    chain: str = PORTAL_CHAIN,
    subject: UUID | None = None,
    facts: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditRow:
    """Append one row. ``facts`` stay readable (states, ids); ``detail`` is personal and sealed for ``subject``.

    Must run inside the transaction of the change: the head's row lock orders writers until that commits.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An audit row belongs into the transaction of its event.")
    sealed = _seal(subject, detail) if subject and detail else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tte_portal_auditchain (name, sequence, head) VALUES (%s, 1, %s) "
            "ON CONFLICT (name) DO UPDATE SET sequence = tte_portal_auditchain.sequence + 1 "
            "RETURNING sequence, head, clock_timestamp()",
            [chain, FIRST],
        )
        sequence, previous, at = cursor.fetchone()
    row = AuditRow(
        chain=chain, sequence=sequence, at=at, event=event, actor=actor_name(by), subject=subject,
        facts=facts or {}, detail=sealed, previous=bytes(previous),
    )  # fmt: skip
    row.mac = _mac(row)
    row.save(force_insert=True)
    AuditChain.objects.filter(name=chain).update(head=row.mac)
    return row


def record_many(
    event: str, subjects: Sequence[UUID], *, by: Actor, chain: str = PORTAL_CHAIN, facts: dict[str, Any] | None = None
) -> None:
    """Append one row for each subject, all with the same facts and none with personal detail: for bulk actions.

    The rows are chained exactly as :func:`record` chains them one by one; the head moves once.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Audit rows belong into the transaction of their events.")
    if not subjects:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tte_portal_auditchain (name, sequence, head) VALUES (%s, %s, %s) "
            "ON CONFLICT (name) DO UPDATE SET sequence = tte_portal_auditchain.sequence + EXCLUDED.sequence "
            "RETURNING sequence, head, clock_timestamp()",
            [chain, len(subjects), FIRST],
        )
        last, head, at = cursor.fetchone()
    actor, told, previous = actor_name(by), facts or {}, bytes(head)
    rows = []
    for sequence, subject in enumerate(subjects, last - len(subjects) + 1):
        mac = _digest(chain, sequence, at, event, actor, subject, told, None, previous)
        rows.append((sequence, subject, previous, mac))
        previous = mac
    copying.copy_in(
        AuditRow, ("sequence", "subject", "previous", "mac"), rows, chain=chain, at=at, event=event, actor=actor,
        facts=told,
    )  # fmt: skip
    AuditChain.objects.filter(name=chain).update(head=previous)


def read_detail(row: AuditRow) -> dict[str, Any]:
    """The personal part of a row; empty when there is none or the person was erased."""
    if row.detail is None or row.subject is None:
        return {}
    try:
        plain = data_keys.unseal(data_keys.find(row.subject), bytes(row.detail), _place(row.subject))
    except data_keys.Erased:
        return {}
    found: dict[str, Any] = json.loads(plain)
    return found


def _seal(subject: UUID, detail: dict[str, Any]) -> bytes:
    key = data_keys.find_or_make(subject)
    return data_keys.seal(key, json.dumps(detail, ensure_ascii=False).encode(), _place(subject))


def _place(subject: UUID) -> str:
    return f"audit.{subject.hex}"


def _mac(row: AuditRow) -> bytes:
    detail = None if row.detail is None else bytes(row.detail)
    return _digest(
        row.chain, row.sequence, row.at, row.event, row.actor, row.subject, row.facts, detail, bytes(row.previous)
    )


def _digest(
    chain: str, sequence: int, at: datetime, event: str, actor: str, subject: UUID | None, facts: dict[str, Any],
    detail: bytes | None, previous: bytes,
) -> bytes:  # fmt: skip
    told = [
        chain, sequence, at.timestamp(), event, actor, str(subject), facts,
        detail.hex() if detail is not None else None, previous.hex(),
    ]  # fmt: skip
    key = derived_key(settings.AUDIT_KEY, "audit chain")
    return hmac.digest(key, json.dumps(told, sort_keys=True).encode(), hashlib.sha256)


def heads() -> dict[str, tuple[int, str]]:
    """The head of every chain: name → (sequence, MAC in hex), to be kept out of the machine."""
    return {chain.name: (chain.sequence, bytes(chain.head).hex()) for chain in AuditChain.objects.order_by("name")}


def verify(kept: dict[str, tuple[int, str]] | None = None) -> Iterator[Fault]:
    """Walk every chain and yield its faults; ``kept`` are heads that were sent out earlier."""
    stored = heads()
    names = set(stored) | set(kept or {}) | set(AuditRow.objects.values_list("chain", flat=True).distinct())
    for name in sorted(names):
        yield from _verify_chain(name, stored.get(name), (kept or {}).get(name))


def _verify_chain(name: str, stored: tuple[int, str] | None, kept: tuple[int, str] | None) -> Iterator[Fault]:
    previous, expected = FIRST, 1
    for row in AuditRow.objects.filter(chain=name).order_by("sequence").iterator():
        if row.sequence != expected:
            yield Fault(name, expected, f"rows {expected} to {row.sequence - 1} are missing")
        elif bytes(row.previous) != previous:
            yield Fault(name, row.sequence, "does not follow the row before it")
        if not hmac.compare_digest(_mac(row), bytes(row.mac)):
            yield Fault(name, row.sequence, "was changed")
        if kept and row.sequence == kept[0] and bytes(row.mac).hex() != kept[1]:
            yield Fault(name, row.sequence, "is not the row whose head was sent out")
        previous, expected = bytes(row.mac), row.sequence + 1
    last = expected - 1
    if stored is None or stored[0] != last or (last and stored[1] != previous.hex()):
        yield Fault(name, last, "the chain does not end where its head says: rows were cut off or added")
    if kept and kept[0] > last:
        yield Fault(name, last, f"the head sent out stands at row {kept[0]}: rows were cut off or an old copy put back")
