"""The certificates' tasks: issue one, and sweep for what is due or was lost."""

from uuid import UUID

from celery import shared_task

from passphrase import actions


@shared_task
def issue(application_id: str) -> None:
    actions.issue_certificate(UUID(application_id))


@shared_task
def sweep() -> None:
    actions.issue_due()
    actions.activate_due()
    actions.expire_due()
