"""Telling a worker that there is something to do, once the transaction that wrote it down stands."""

from uuid import UUID

from celery import current_app
from django.db import transaction


def tell(task: str, *ids: UUID) -> None:
    """Start the task of that name (tasks stand above whoever tells them) with these ids.

    A broker that is away costs a minute, not a page and not the work: the task's sweep finds it in PostgreSQL.
    """

    # A function with a name of its own, no partial: Django names it in the log when the broker is away.
    def send() -> None:
        current_app.send_task(task, [str(each) for each in ids])

    transaction.on_commit(send, robust=True)
