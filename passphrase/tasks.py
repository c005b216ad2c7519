"""The certificates' tasks: issue one, and sweep for what is due or was lost."""

import logging
from uuid import UUID

from celery import shared_task

from passphrase import actions, reminders
from passphrase.authority import Unavailable
from passphrase.pki import lists, upkeep

logger = logging.getLogger(__name__)


@shared_task
def issue(application_id: str) -> None:
    actions.issue_certificate(UUID(application_id))


@shared_task
def sweep() -> None:
    actions.issue_due()
    actions.activate_due()
    actions.expire_due()


@shared_task
def remind() -> None:
    reminders.sweep()


@shared_task
def publish_list(authority_id: str) -> None:
    """Told by a revocation; a host without the authority's key leaves it to the sweep of one that has it."""
    try:
        lists.build(UUID(authority_id))
    except Unavailable as error:
        logger.info("Revocation list left to another host: %s", error)


@shared_task
def sweep_pki() -> None:
    upkeep.keep_up()
