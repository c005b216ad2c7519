"""Applications that were begun and left: erased when their time is over, as the privacy policy says.

Where an institution lets applications lapse sooner (enrollment/lapsing.py), one that was never handed in is erased all
the same 90 days after its person's turn began: lapsing ends it, it does not keep it.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.dispatch import Signal

from enrollment import lapsing, lifecycle
from enrollment.models import Application, StatusPeriod
from tte_portal import audit, data_keys, files
from tte_portal.models import AuditRow, Link, SealedFile

# The privacy policy's number (enrollment/texts/kebijakan-privasi.toml).
ABANDONED_AFTER = timedelta(days=90)
BATCH = 500

# Sent before the row goes (application=): rooms above remove what they keep about it.
forgetting = Signal()


def abandoned() -> list[UUID]:
    """Applications never handed in that nobody has touched for their time, oldest first."""
    status, turn = lifecycle.DRAFT
    drafts = Application.objects.filter(status=status, waiting_for=turn, submitted_at=None)
    left = drafts.filter(since__lt=Now() - ABANDONED_AFTER).order_by("since")
    return [*left.values_list("pk", flat=True)[:BATCH], *_lapsed().values_list("pk", flat=True)[:BATCH]]


def _lapsed() -> QuerySet[Application]:
    """Those that lapsed before they were handed in, by the beginning of the turn that was not taken."""
    ended, nobody = lifecycle.REJECTED
    status, turn = lifecycle.DRAFT
    rows = Application.objects.filter(status=ended, waiting_for=nobody, submitted_at=None)
    last = StatusPeriod.objects.filter(application=OuterRef("pk"), status=status, waiting_for=turn)
    lapse = AuditRow.objects.filter(subject=OuterRef("pk"), event=lapsing.LAPSE)
    old = last.filter(until=OuterRef("since"), since__lt=Now() - ABANDONED_AFTER)
    return rows.filter(Exists(old), Exists(lapse)).order_by("since")


def forget(application_id: UUID) -> bool:
    """Erase one abandoned application: its row, its files and the key of its person's audit detail.

    The audit trail keeps that it was, and stays provable. ``False`` when it was handed in meanwhile.
    """
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        left = lifecycle.state_of(application) == lifecycle.DRAFT or lapsing.has_lapsed(application)
        if not left or application.submitted_at is not None:
            return False
        chain = application.institution.audit_chain
        audit.record("forget", by=None, chain=chain, subject=application.pk, facts={"reason": "abandoned"})
        for file in SealedFile.objects.filter(owner=application.pk):
            files.erase(file)
        Link.objects.filter(subject=application.pk).delete()
        forgetting.send(Application, application=application)
        application.delete()
        transaction.on_commit(lambda: data_keys.destroy(application_id))
        return True
