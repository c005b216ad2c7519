"""Taking back an application and the consents in it, before a certificate exists (UU 27/2022 art. 9)."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import comparisons, lifecycle
from enrollment.models import Application, Consent, Paper
from enrollment.wizard import uploads
from tte_portal import files, links

REASON = "Ditarik oleh pemohon."
PICTURES = ("photo", "ktp_photo", "second_photo")


def can_withdraw(application: Application) -> bool:
    return any(each.name == "withdraw" for each in lifecycle.possible(application))


def goes_on(application: Application) -> bool:
    """Whether the person keeps a certificate all the same: this one was to take its place."""
    before = application.predecessor
    return before is not None and before.status in comparisons.WITH_CERTIFICATE


def withdraw(application_id: UUID) -> None:
    """End the application at its person's wish: consents taken back, pictures and papers erased, links closed.

    What is left tells that it was, and when it ended. Raises ``lifecycle.NotPossible`` when it is too late, or done.
    """
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        left = [file for name in PICTURES if (file := getattr(application, name))]
        application.photo = application.ktp_photo = application.second_photo = None
        application.draft = {}
        application.rejection_reason = REASON
        lifecycle.change("withdraw", application, by=application)
        Consent.objects.filter(application=application, withdrawn_at=None).update(withdrawn_at=Now())
        links.shut(application.pk, "activation", "passphrase")
        for paper in Paper.objects.filter(application=application, holder=None).select_related("copy", "original"):
            left += uploads.erased(paper)
        for file in left:
            files.erase(file)
