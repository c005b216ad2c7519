"""The room's sweeps: lists nobody may fetch any more, and months that are over."""

from celery import shared_task

from verification.exports import actions
from verification.reports import monthly


@shared_task
def sweep() -> None:
    actions.overdue()


@shared_task
def send_months() -> None:
    monthly.send_due()
