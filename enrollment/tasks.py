"""The enrolment's tasks: answer requests for links, and sweep for what was missed."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import shared_task
from django.db import transaction
from django.db.models.functions import Now

from enrollment import actions, automatic, lapsing, retention
from enrollment.holders import accounts
from enrollment.models import MailboxRequest, Registration
from enrollment.ways_in import drafts, take
from tte_portal import workers
from tte_portal.throttles import Throttle

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

# Mails that one mailbox may be sent on request: enough for a person, too few to plague one.
BY_MAILBOX = Throttle("mails-on-request", limit=5, seconds=3600)


@shared_task
def answer_mailbox_request(request_id: str) -> None:
    _answer(request_id)


@shared_task
def take_registration(registration_id: str) -> None:
    take.take(registration_id)


@shared_task
def sweep() -> None:
    """Requests whose task was lost. After a day nobody waits any more, and no mailbox is kept for nothing."""
    MailboxRequest.objects.filter(created_at__lt=Now() - timedelta(days=1)).delete()
    waiting = MailboxRequest.objects.filter(created_at__lt=Now() - timedelta(seconds=20)).order_by("created_at")
    for request_id in waiting.values_list("pk", flat=True):
        try:
            _answer(request_id)
        except Exception as error:
            # One that fails keeps nobody else waiting.
            logger.error("Request %s not answered: %s", request_id, type(error).__name__)


@shared_task
def sweep_registrations() -> None:
    """Registrations whose task was lost, and the files of those that were never sent."""
    waiting = Registration.objects.filter(created_at__lt=Now() - timedelta(seconds=20)).order_by("created_at")
    for registration_id in waiting.values_list("pk", flat=True):
        try:
            take.take(registration_id)
        except Exception as error:
            # One that fails keeps nobody else waiting.
            logger.error("Registration %s not taken: %s", registration_id, type(error).__name__)
    drafts.erase_unsent()


@shared_task
def match_application(application_id: str) -> None:
    automatic.settle(application_id)


@shared_task
def sweep_matching() -> None:
    """Applications whose task was lost, or whose worker died while it asked the registries."""
    for application_id in automatic.lost():
        workers.tell("enrollment.tasks.match_application", application_id)


@shared_task
def forget_abandoned() -> None:
    for application_id in retention.abandoned():
        try:
            retention.forget(application_id)
        except Exception as error:
            # One that fails keeps nobody else's data here.
            logger.error("Application %s not forgotten: %s", application_id, type(error).__name__)


@shared_task
def sweep_lapsing() -> None:
    """Turns that nobody has taken: a reminder, then the end."""
    lapsing.sweep()


def _answer(request_id: "UUID | str") -> None:
    with transaction.atomic():
        asked = (
            MailboxRequest.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("institution")
            .filter(pk=request_id)
            .first()
        )
        if asked is None:
            return
        mailbox = asked.mailbox
        if BY_MAILBOX.allows(mailbox):
            if asked.purpose == MailboxRequest.Purpose.ACCOUNT:
                accounts.answer_request(mailbox)
            else:
                actions.answer_mailbox_request(asked.institution, mailbox, asked.purpose)
        asked.delete()
