"""Whether a message arrived, and the mail that goes in its place, once, when it did not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now

from tte_portal.encryption import blind_index
from tte_portal.models import OutboxMessage
from tte_portal.outbox_messages import Registered, Unneeded, link_is_open, registered, write_instead
from tte_portal.prepared import Prepared

State, Reason, Delivery = OutboxMessage.State, OutboxMessage.FallBack, OutboxMessage.Delivery
BATCH = 200
# Words about one message come in any order and more than once: a later stage is never taken back by an earlier one.
# That it failed counts until it is told to have arrived.
STAGES = ("", Delivery.SENT.value, Delivery.FAILED.value, Delivery.DELIVERED.value, Delivery.READ.value)


@dataclass(frozen=True)
class Fallback:
    """A message that WhatsApp did not bring: the mail in its place was written ``at``."""

    template: str
    at: datetime
    reason: OutboxMessage.FallBack


def answer_due(row: OutboxMessage) -> CombinedExpression:
    """When silence about a message handed over (or tried) now becomes too long."""
    silence = registered(row.template).silence or timedelta(seconds=settings.WHATSAPP_SILENCE_SECONDS)
    return Now() + silence


def answer_still_due(row: OutboxMessage) -> Coalesce:
    """The same from the first try on: many tries do not put it off."""
    return Coalesce("answer_due_at", answer_due(row))


def reference_of(wamid: str) -> bytes | None:
    """How the row remembers WhatsApp's id of the message: the id itself has the person's number in it."""
    return blind_index("wamid", wamid) if wamid else None


def overdue() -> list[UUID]:
    """Ids of messages about which WhatsApp has been silent for too long, longest first."""
    rows = OutboxMessage.objects.filter(answer_due_at__lte=Now()).order_by("answer_due_at")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def end_silence(message_id: UUID) -> bool:
    """Write the mail in place of a message nobody vouches for; ``True`` when it was written now."""
    with transaction.atomic():
        row = (
            OutboxMessage.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(pk=message_id, answer_due_at__lte=Now())
            .first()
        )
        if row is None:
            return False
        return take_over(row, Reason.SILENT if row.state == State.SENT else Reason.UNREACHABLE)


def take_over(row: OutboxMessage, reason: OutboxMessage.FallBack, *, error: str = "") -> bool:
    """Write the mail in place of this message, with the same ids, unless one was, or nobody needs it any more.

    The caller holds the row locked, and it stands as it is in the table: so it happens once.
    """
    if row.fell_back_at or row.delivered_at:
        return False
    known = registered(row.template)
    if not known.instead or not _is_needed(row, known):
        ended = State.SENT if row.state == State.SENT else State.DROPPED if known.instead else State.FAILED
        _update(row, state=ended, answer_due_at=None, error=error)
        return False
    write_instead(row)
    _update(row, state=State.FELL_BACK, answer_due_at=None, fell_back_at=Now(), fell_back_reason=reason, error=error)
    return True


def _is_needed(row: OutboxMessage, known: Registered) -> bool:
    if not link_is_open(row):
        return False
    try:
        with transaction.atomic():
            registered(known.instead).compose(row.ids)
    except Unneeded:
        return False
    except Exception:
        # Not the moment to find out: the mail has tries of its own.
        return True
    return True


def note(stage: str, *, wamid: str, row_id: UUID | None = None, code: int | None = None) -> None:
    """Keep what WhatsApp says of a message: sent, delivered, read or failed. What it says of others' is nothing to us.

    Found by the row's own id, which WhatsApp sends back: so the word that overtakes the answer to the sender waits for
    the row instead of missing it.
    """
    with transaction.atomic():
        row = _found(wamid, row_id).select_for_update(no_key=True).first()
        if row is None or stage not in STAGES[1:] or STAGES.index(stage) <= STAGES.index(row.delivery):
            return
        if stage == Delivery.FAILED:
            _update(row, delivery=stage)
            take_over(row, Reason.FAILED, error=f"WhatsApp {code}" if code is not None else "WhatsApp")
        elif stage == Delivery.SENT:
            _update(row, delivery=stage)
        else:
            _arrived(row, stage)


def _found(wamid: str, row_id: UUID | None) -> QuerySet[OutboxMessage]:
    whatsapp = OutboxMessage.objects.filter(channel=OutboxMessage.Channel.WHATSAPP)
    return whatsapp.filter(pk=row_id) if row_id else whatsapp.filter(provider_ref=reference_of(wamid) or b"")


def _arrived(row: OutboxMessage, stage: str) -> None:
    """It came, late perhaps. What still waits (a try whose answer was lost) or was given up need not go again."""
    came: dict[str, Any] = {"delivery": stage, "delivered_at": Coalesce("delivered_at", Now()), "answer_due_at": None}
    if row.state in (State.WAITING, State.FAILED):
        came |= {"state": State.SENT, "sent_at": Now(), "error": ""}
    _update(row, **came)


def _update(row: OutboxMessage, **values: Any) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(**values)


def _fallen(subject: UUID) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(subject=subject, fell_back_at__isnull=False).order_by("fell_back_at")


_FALLEN = Prepared(1, _fallen)


def fallbacks_of(subject: UUID) -> list[Fallback]:
    """The messages about ``subject`` that WhatsApp did not bring and a mail took over, oldest first."""
    rows = _FALLEN.all(subject)
    return [Fallback(row.template, row.fell_back_at, Reason(row.fell_back_reason)) for row in rows if row.fell_back_at]
