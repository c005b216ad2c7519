"""The officers' room's one task: check a case that has come in."""

from uuid import UUID

from celery import shared_task

from verification import checks


@shared_task
def run_checks(application_id: str) -> None:
    checks.run(UUID(application_id))
