"""The tasks: ask BSrE about one person at once, and sweep for everybody who is due."""

from uuid import UUID

from celery import shared_task

from passphrase.bsre import actions


@shared_task
def ask(application_id: str) -> None:
    actions.ask(UUID(application_id))


@shared_task
def sweep() -> None:
    actions.sweep()
