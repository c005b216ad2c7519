"""What a message is: composed at the last moment by the function registered for its template, from a row's ids."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core import checks
from django.template.loader import render_to_string
from django.utils import timezone

from tte_portal import copying, workers
from tte_portal.models import Link, OutboxMessage
from tte_portal.whatsapp import WhatsAppMessage

DELIVER = "tte_portal.tasks.deliver_message"
SWEEP = "tte_portal.tasks.sweep_outbox"


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


Content = Mail | WhatsAppMessage
Compose = Callable[[dict[str, str]], Content]
AnyCompose = TypeVar("AnyCompose", bound=Compose)


@dataclass(frozen=True)
class Registered:
    """How messages of one template are composed. ``instead`` and ``silence``: see :func:`message`."""

    compose: Compose
    instead: str = ""
    silence: timedelta | None = None


_composers: dict[str, Registered] = {}


def message(
    template: str, *, instead: str = "", silence: timedelta | None = None
) -> Callable[[AnyCompose], AnyCompose]:
    """Register the function that composes messages of ``template`` from the ids in their row.

    One that returns a :class:`WhatsAppMessage` names ``instead``: the template of the mail that goes, with the same
    ids, when WhatsApp refuses or is silent for ``silence`` (``WHATSAPP_SILENCE_SECONDS`` when it does not say). It may
    return a :class:`Mail` all the same, for somebody without a number.
    """

    def register(compose: AnyCompose) -> AnyCompose:
        _composers[template] = Registered(compose, instead, silence)
        return compose

    return register


def registered(template: str) -> Registered:
    return _composers[template]


def render(template: str, to: str, context: dict[str, Any]) -> Mail:
    """A mail from ``templates/email/<template>/{subject.txt,body.txt,body.html}``, times in the zone ``time_zone``,
    from ``sender`` (the portal's own when the context names none)."""
    with timezone.override(context.get("time_zone")):
        subject = " ".join(render_to_string(f"email/{template}/subject.txt", context).split())
        context = {**context, "subject": subject}
        text = render_to_string(f"email/{template}/body.txt", context)
        return Mail(to, subject, text, render_to_string(f"email/{template}/body.html", context), context.get("sender"))


def content(row: OutboxMessage) -> Content:
    """The message of a row as it would go out now. Raises :class:`Unneeded`."""
    return _composers[row.template].compose(row.ids)


def compose(row: OutboxMessage) -> Mail:
    """The mail of a row whose template is a mail's."""
    mail = content(row)
    if not isinstance(mail, Mail):
        raise TypeError(f"{row.template} is no mail.")
    return mail


def write(template: str, *, subject: UUID | None = None, **ids: UUID | str) -> OutboxMessage:
    """Queue one message inside the caller's transaction; a worker hears of it once that commits."""
    known = _composers.get(template)
    channel = OutboxMessage.Channel.WHATSAPP if known and known.instead else OutboxMessage.Channel.EMAIL
    return _queue(template, channel, {name: str(value) for name, value in ids.items()}, subject)


# So many workers are told of one by one; more of them would keep all other tasks waiting.
TOLD_SINGLY = 50


def write_many(template: str, subjects: Sequence[UUID], ids: Iterable[dict[str, str]]) -> None:
    """Queue one mail for each subject. No worker is told of thousands at once: the sweep finds them, batch by batch."""
    rows = [(uuid.uuid4(), subject, each) for subject, each in zip(subjects, ids, strict=True)]
    copying.copy_in(
        OutboxMessage, ("id", "subject", "ids"), rows, template=template, state=OutboxMessage.State.WAITING,
        channel=OutboxMessage.Channel.EMAIL, attempts=0, error="", delivery="", fell_back_reason="",
    )  # fmt: skip
    if len(rows) > TOLD_SINGLY:
        workers.tell(SWEEP)
    else:
        for key, _, _ in rows:
            workers.tell(DELIVER, key)


def write_instead(row: OutboxMessage) -> OutboxMessage:
    """Queue the mail that goes in place of ``row``, with the same ids; the database takes one for each row."""
    return _queue(_composers[row.template].instead, OutboxMessage.Channel.EMAIL, row.ids, row.subject, instead_of=row)


def _queue(template: str, channel: str, ids: dict[str, str], subject: UUID | None, **more: Any) -> OutboxMessage:
    row = OutboxMessage.objects.create(template=template, channel=channel, ids=ids, subject=subject, **more)
    workers.tell(DELIVER, row.pk)
    return row


def link_is_open(row: OutboxMessage) -> bool:
    """A link that was used up or replaced before its message went out is not worth one."""
    link = row.ids.get("link")
    return link is None or Link.objects.filter(pk=link, finished_at=None, replaced_at=None).exists()


@checks.register
def check_that_mails_take_over(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """Each ``instead`` names a template that is registered and needs no other in its turn."""
    return [
        checks.Error(f"{template!r} names {each.instead!r} instead, which is no registered mail.", id="outbox.E001")
        for template, each in _composers.items()
        if each.instead and (each.instead not in _composers or _composers[each.instead].instead)
    ]
