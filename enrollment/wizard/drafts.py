"""The draft as it is stored: locked while one step of it is written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from enrollment import lifecycle
from enrollment.models import Application


class AlreadyDone(Exception):
    """The link was used up meanwhile: another tab or a second click was first."""


@contextmanager
def while_a_draft(application: Application) -> Iterator[Application]:
    """The row as it is stored, locked: another tab may have saved a step or submitted since this one was opened.

    Raises :class:`AlreadyDone` when it is no draft any more.
    """
    with transaction.atomic():
        stored = lifecycle.locked(application.pk)
        if lifecycle.state_of(stored) != lifecycle.DRAFT:
            raise AlreadyDone
        yield stored
