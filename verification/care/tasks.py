"""The room's tasks: reminders whose time has come, absences that begin, old sign-ins forgotten."""

from celery import shared_task

from verification.care import absences, reminders, sign_ins


@shared_task
def remind() -> None:
    absences.release_due()
    reminders.send_digests()
    reminders.send_urgent()


@shared_task
def keep_house() -> None:
    sign_ins.forget_old()
