"""Messages leave through here: written in the transaction of their cause, sent by a worker, found again by a sweep.

A row names a template and ids. What is sent is composed at the last moment by the function that the template's app
registered, so neither a link's token nor a person's words ever lie in the table.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from tte_portal import workers
from tte_portal.models import Link, OutboxMessage

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
BATCH = 200
DELIVER = "tte_portal.tasks.deliver_message"


@dataclass(frozen=True)
class Mail:
    """A composed mail, ready to send."""

    to: str
    subject: str
    text: str
    html: str
    sender: str | None = None


class Unneeded(Exception):
    """The reason for a message has gone (its link was replaced, say): it is dropped, not sent."""


Compose = Callable[[dict[str, str]], Mail]
_composers: dict[str, Compose] = {}


def message(template: str) -> Callable[[Compose], Compose]:
    """Register the function that composes messages of ``template`` from the ids in their row."""

    def register(compose: Compose) -> Compose:
        _composers[template] = compose
        return compose

    return register


def render(template: str, to: str, context: dict[str, Any]) -> Mail:
    """A mail from ``templates/email/<template>/{subject.txt,body.txt,body.html}``, times in the zone ``time_zone``."""
    with timezone.override(context.get("time_zone")):
        subject = " ".join(render_to_string(f"email/{template}/subject.txt", context).split())
        context = {**context, "subject": subject}
        text = render_to_string(f"email/{template}/body.txt", context)
        return Mail(to, subject, text, render_to_string(f"email/{template}/body.html", context))


def compose(row: OutboxMessage) -> Mail:
    return _composers[row.template](row.ids)


def write(template: str, *, subject: UUID | None = None, **ids: UUID | str) -> OutboxMessage:
    """Queue one message inside the caller's transaction; a worker hears of it once that commits."""
    row = OutboxMessage.objects.create(
        template=template, subject=subject, ids={name: str(value) for name, value in ids.items()}
    )
    workers.tell(DELIVER, row.pk)
    return row


def deliver(message_id: UUID | str) -> bool:
    """Send one waiting message; ``True`` when it went out now.

    The row stays locked while the mail is handed over, so two workers never send the same one, and a worker that
    dies leaves it waiting. The Message-ID is the row's own: should a mail be handed over twice, it is told as one.
    """
    with transaction.atomic():
        row = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=OutboxMessage.State.WAITING, due_at__lte=Now())
            .first()
        )
        if row is None:
            return False
        try:
            with transaction.atomic():
                if not _link_is_open(row):
                    raise Unneeded
                _send(row, compose(row))
        except Unneeded:
            _close(row, OutboxMessage.State.DROPPED)
            return False
        except Exception as error:
            _retry_later(row, error)
            return False
        _close(row, OutboxMessage.State.SENT)
        return True


def _link_is_open(row: OutboxMessage) -> bool:
    """A link that was used up or replaced before its mail went out is not worth a mail."""
    link = row.ids.get("link")
    return link is None or Link.objects.filter(pk=link, finished_at=None, replaced_at=None).exists()


def _send(row: OutboxMessage, mail: Mail) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    email = EmailMultiAlternatives(
        mail.subject, mail.text, mail.sender, [mail.to], headers={"Message-ID": f"<{row.pk}@{domain}>"}
    )
    email.attach_alternative(mail.html, "text/html")
    email.send()


def _close(row: OutboxMessage, state: OutboxMessage.State) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(state=state, sent_at=Now(), attempts=row.attempts + 1, error="")


def _retry_later(row: OutboxMessage, error: Exception) -> None:
    """Back off 30 s, 1 min, 2 min … up to 6 h; after the last try an officer sees the row as failed."""
    attempts = row.attempts + 1
    state = OutboxMessage.State.FAILED if attempts >= MAX_ATTEMPTS else OutboxMessage.State.WAITING
    wait = min(timedelta(seconds=30 * 2 ** (attempts - 1)), timedelta(hours=6))
    # The kind of error alone: an SMTP answer often repeats the address.
    logger.warning("Message %s (%s) not sent, try %s: %s", row.pk, row.template, attempts, type(error).__name__)
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=state, attempts=attempts, due_at=Now() + wait, error=type(error).__name__
    )


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
