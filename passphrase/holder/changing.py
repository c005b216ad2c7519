"""Another passphrase for the same key: nothing is signed anew, and what was signed stays as it is."""

from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from enrollment import lifecycle
from enrollment.models import Application
from passphrase import custody
from passphrase.holder import unlocking
from tte_portal import audit, outbox
from tte_portal.models import AuditRow

EVENT = "change_passphrase"


class Overtaken(Exception):
    """The key was wrapped anew or destroyed by another request meanwhile: this one changed nothing."""


@sensitive_variables("old", "new")
def change(application: Application, old: str, new: str) -> None:
    """Wrap the key under ``new`` and tell the holder by mail.

    Raises :class:`Overtaken`, or as :func:`passphrase.custody.open_key`. The new one is the caller's to have judged.
    """
    # Before the transaction: two derivations take a processor a while, and a row must not stay locked that long.
    with unlocking.told_of_lock(application):
        made = custody.rewrap(application.pk, old, new)
    with transaction.atomic():
        locked = lifecycle.locked(application.pk)
        if not custody.in_place(made):
            raise Overtaken
        audit.record(EVENT, by=locked, chain=locked.institution.audit_chain, subject=locked.pk)
        outbox.write("passphrase_changed", subject=locked.pk, application=locked.pk)


def last_changed(application: Application) -> datetime | None:
    rows = AuditRow.objects.filter(subject=application.pk, event=EVENT)
    return rows.order_by("-pk").values_list("at", flat=True).first()
