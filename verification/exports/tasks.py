"""The room's sweep."""

from celery import shared_task

from verification.exports import actions


@shared_task
def sweep() -> None:
    actions.overdue()
