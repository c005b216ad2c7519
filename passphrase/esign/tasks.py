"""The interface's housekeeping."""

from celery import shared_task

from passphrase.esign import upkeep


@shared_task
def forget_old() -> None:
    upkeep.forget_old()
