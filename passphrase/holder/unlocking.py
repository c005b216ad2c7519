"""The way back from a lock: patience, or once a day a fresh link to the dinas mailbox (docs/decisions/0034)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application
from passphrase import custody
from passphrase.holder.visitor import Visitor
from tte_portal import audit, links, outbox
from tte_portal.audit import Actor
from tte_portal.models import Link

PURPOSE = "unlock"
# Ten more guesses a day are what a link gives, whoever reads the mailbox.
REST = timedelta(hours=24)


class NotNow(Exception):
    """There is no lock, or a link has lifted one within the last day."""


def is_locked(visitor: Visitor) -> bool:
    return custody.locked_until(visitor.application.pk) is not None


@contextmanager
def told_of_lock(application: Application) -> Iterator[None]:
    """Tell the holder when the guess made within is the one that locks the key; the exception goes on."""
    try:
        yield
    except custody.WrongPassphrase as wrong:
        if not wrong.tries_left:
            with transaction.atomic():
                _record("lock_passphrase", application)
                outbox.write("passphrase_locked", subject=application.pk, application=application.pk)
        raise


def has_rested(application: Application) -> bool:
    """Whether no link has lifted a lock of this key within the last day."""
    return not Link.objects.filter(
        subject=application.pk, purpose=PURPOSE, finished_at__gt=Now() - REST
    ).exists()  # fmt: skip


def ask(application: Application) -> None:
    """Mail a link that lifts the lock. Raises :class:`NotNow`."""
    with transaction.atomic():
        application = lifecycle.locked(application.pk)
        if custody.locked_until(application.pk) is None or not has_rested(application):
            raise NotNow
        link = links.make(PURPOSE, application.pk)
        outbox.write("passphrase_unlock", subject=application.pk, application=application.pk, link=link.pk)
        _record("ask_unlock", application)


def lift(application_id: UUID, link_id: UUID) -> bool:
    """Use the link up and lift the lock; ``False`` when the lock had ended by itself. Raises ``LinkClosed``."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if not links.finish(link_id):
            raise links.LinkClosed("used")
        lifted = custody.lift_lock(application_id)
        if lifted:
            _record("unlock_passphrase", application)
        return lifted


def _record(event: str, application: Application) -> None:
    by: Actor = application
    audit.record(event, by=by, chain=application.institution.audit_chain, subject=application.pk)
