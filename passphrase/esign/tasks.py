"""The interface's housekeeping."""

from celery import shared_task

from passphrase.esign import calls


@shared_task
def forget_old() -> None:
    calls.forget_old()
