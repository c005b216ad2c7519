"""The room's tasks: ask for one mailbox, and sweep for those that are due."""

from celery import shared_task
from django.conf import settings

from enrollment.collective import provision as provisioning
from tte_portal import workers


@shared_task
def provision(person_id: str) -> None:
    provisioning.provision(person_id, settings.MAILBOX_QUOTA_MB)


@shared_task
def sweep() -> None:
    """Mailboxes that are due: new ones, those whose server was away, those whose worker died."""
    for person_id in provisioning.due():
        workers.tell(provisioning.PROVISION, person_id)
