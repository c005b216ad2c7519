"""Messages leave through here: written in the transaction of their cause, sent by a worker, found again by a sweep.

A row names a template and ids. What is sent is composed at the last moment by the function that the template's app
registered, so neither a link's token nor a person's words ever lie in the table.
"""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models.functions import Now

from tte_portal import outbox_delivery, whatsapp, workers
from tte_portal.models import OutboxMessage
from tte_portal.outbox_delivery import Fallback, fallbacks_of
from tte_portal.outbox_messages import (
    DELIVER,
    Content,
    Mail,
    Unneeded,
    compose,
    content,
    link_is_open,
    message,
    registered,
    render,
    write,
    write_many,
)  # fmt: skip
from tte_portal.whatsapp import WhatsAppMessage

__all__ = [
    "Content", "Fallback", "Mail", "Unneeded", "WhatsAppMessage", "compose", "content", "deliver", "due",
    "fallbacks_of", "message", "render", "send_again", "sweep", "write",
    "write_many",
]  # fmt: skip

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
BATCH = 200
SWEEP_SECONDS = 30
Channel, Reason = OutboxMessage.Channel, OutboxMessage.FallBack


def deliver(message_id: UUID | str) -> bool:
    """Send one waiting message; ``True`` when it went out now.

    The row stays locked while the message is handed over, so two workers never send the same one, and a worker that
    dies leaves it waiting. The Message-ID is the row's own: should a mail be handed over twice, it is told as one.
    """
    with transaction.atomic():
        row = (
            OutboxMessage.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(pk=message_id, state=OutboxMessage.State.WAITING, due_at__lte=Now())
            .first()
        )
        if row is None:
            return False
        try:
            with transaction.atomic():
                if not link_is_open(row):
                    raise Unneeded
                told = _hand_over(row, content(row))
        except Unneeded:
            _close(row, OutboxMessage.State.DROPPED, answer_due_at=None)
            return False
        except whatsapp.Refused as refusal:
            _refused(row, refusal)
            return False
        except Exception as error:
            _retry_later(row, error)
            return False
        _close(row, OutboxMessage.State.SENT, **told)
        return True


def _hand_over(row: OutboxMessage, made: Content) -> dict[str, Any]:
    """Give the message to its channel; what the row is to remember of that."""
    if isinstance(made, Mail):
        _send(row, made)
        return {"channel": Channel.EMAIL, "answer_due_at": None}
    if not registered(row.template).instead:
        raise TypeError(f"{row.template} names no mail to take over.")
    if whatsapp.is_played():
        return {"channel": Channel.WHATSAPP, "delivered_at": Now()}
    wamid = whatsapp.send(made, str(row.pk))
    return {
        "channel": Channel.WHATSAPP,
        "provider_ref": outbox_delivery.reference_of(wamid),
        "answer_due_at": outbox_delivery.answer_due(row),
    }


def _send(row: OutboxMessage, mail: Mail) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    email = EmailMultiAlternatives(
        mail.subject, mail.text, mail.sender, [mail.to], headers={"Message-ID": f"<{row.pk}@{domain}>"}
    )
    email.attach_alternative(mail.html, "text/html")
    email.send()


def _close(row: OutboxMessage, state: OutboxMessage.State, **more: Any) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=state, sent_at=Now(), attempts=row.attempts + 1, error="", **more
    )


def _refused(row: OutboxMessage, refusal: whatsapp.Refused) -> None:
    reason = Reason.NOT_CONFIGURED if isinstance(refusal, whatsapp.NotConfigured) else Reason.REFUSED
    logger.warning("Message %s (%s): %s by WhatsApp, error %s", row.pk, row.template, reason.value, refusal.code)
    OutboxMessage.objects.filter(pk=row.pk).update(attempts=row.attempts + 1)
    outbox_delivery.take_over(row, reason, error=f"WhatsApp {refusal.code}" if refusal.code else "WhatsApp")


def _retry_later(row: OutboxMessage, error: Exception) -> None:
    """Back off 30 s, 1 min, 2 min … up to 6 h; after the last try an officer sees the row as failed."""
    attempts = row.attempts + 1
    state = OutboxMessage.State.FAILED if attempts >= MAX_ATTEMPTS else OutboxMessage.State.WAITING
    wait = min(timedelta(seconds=30 * 2 ** (attempts - 1)), timedelta(hours=6))
    # The kind of error alone: an SMTP answer often repeats the address.
    logger.warning("Message %s (%s) not sent, try %s: %s", row.pk, row.template, attempts, type(error).__name__)
    silence = {"answer_due_at": outbox_delivery.answer_still_due(row)} if row.channel == Channel.WHATSAPP else {}
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=state, attempts=attempts, due_at=Now() + wait, error=type(error).__name__, **silence
    )


def sweep() -> int:
    """Send what waits past its time, batch after batch, for half a minute; returns how many went out.

    One sweep at a time in the whole portal: behind a list of thousands they would take every worker from other tasks.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('outbox sweep'))")
        (alone,) = cursor.fetchone()
    if not alone:
        return 0
    try:
        sent, until = 0, monotonic() + SWEEP_SECONDS
        while monotonic() < until:
            went_out = sum([deliver(message_id) for message_id in due()])
            sent += went_out
            if not went_out:
                break
        return sent
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('outbox sweep'))")


def due() -> list[UUID]:
    """Ids of messages that wait past their time, oldest first."""
    rows = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=Now()).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def send_again(row: OutboxMessage) -> None:
    """Put a failed message back in the queue, from its first try."""
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=row.pk, state=OutboxMessage.State.FAILED).update(
            state=OutboxMessage.State.WAITING, attempts=0, due_at=Now(), error=""
        )
        workers.tell(DELIVER, row.pk)
