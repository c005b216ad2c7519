"""Applications that were begun and left: erased when their time is over, as the privacy policy says."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application
from tte_portal import audit, data_keys, files
from tte_portal.models import Link, SealedFile

# The privacy policy's number (enrollment/texts/kebijakan-privasi.toml).
ABANDONED_AFTER = timedelta(days=90)
BATCH = 500


def abandoned() -> list[UUID]:
    """Applications never handed in that nobody has touched for their time, oldest first."""
    status, turn = lifecycle.DRAFT
    drafts = Application.objects.filter(status=status, waiting_for=turn, submitted_at=None)
    left = drafts.filter(since__lt=Now() - ABANDONED_AFTER).order_by("since")
    return list(left.values_list("pk", flat=True)[:BATCH])


def forget(application_id: UUID) -> bool:
    """Erase one abandoned application: its row, its files and the key of its person's audit detail.

    The audit trail keeps that it was, and stays provable. ``False`` when it was handed in meanwhile.
    """
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if lifecycle.state_of(application) != lifecycle.DRAFT or application.submitted_at is not None:
            return False
        chain = application.institution.audit_chain
        audit.record("forget", by=None, chain=chain, subject=application.pk, facts={"reason": "abandoned"})
        for file in SealedFile.objects.filter(owner=application.pk):
            files.erase(file)
        Link.objects.filter(subject=application.pk).delete()
        application.delete()
        transaction.on_commit(lambda: data_keys.destroy(application_id))
        return True
