"""The room's task: a round of questions to the personnel registry."""

from celery import shared_task

from verification.certificates import asking


@shared_task
def ask_registry() -> None:
    asking.sweep()
