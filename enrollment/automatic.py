"""The automatic verification of what was handed in: agreement in everything, or a verifier with the reasons."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from enrollment import comparisons, lifecycle, matching, terms
from enrollment.matching import Verdict
from enrollment.models import Application, Correction
from enrollment.wizard import phone_codes

logger = logging.getLogger(__name__)

# The registries may take 40 seconds: what waits longer has lost its worker.
LOST_AFTER = timedelta(seconds=90)
BATCH = 50
TAKEN = "NIK yang sama sudah dipakai pengajuan lain."
BROKEN = "Pencocokan otomatis terganggu; data belum dibandingkan seluruhnya."
BY_MAIL = "Kode telepon terkirim lewat surel, bukan WhatsApp: nomor telepon belum terbukti."


def transition_of(application: Application) -> str:
    """How this application is handed in: to the registries, or to a verifier."""
    if terms.of(application).wizard.check != "automatic" or application.kind != Application.Kind.ASN:
        return "submit"
    # Whoever was asked to put something right is looked at by a person.
    asked_before = Correction.objects.filter(application=application).exists()
    return "submit" if asked_before else "submit_for_matching"


def _waiting() -> QuerySet[Application]:
    status, turn = lifecycle.MATCHING
    return Application.objects.filter(status=status, waiting_for=turn)


def lost() -> list[UUID]:
    """Applications whose matching nobody has finished, oldest first."""
    rows = _waiting().filter(since__lt=Now() - LOST_AFTER).order_by("since")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def settle(application_id: UUID | str) -> None:
    """Ask the registries and act on what they say; any number of times and workers, it happens once."""
    application = _waiting().select_related("institution", "record", "photo").filter(pk=application_id).first()
    if application is None:
        return
    verdict = _verdict(application)
    with transaction.atomic():
        stored = lifecycle.locked(application.pk)
        if lifecycle.state_of(stored) != lifecycle.MATCHING or stored.since != application.since:
            return
        if verdict.agreed and _match(stored):
            return
        _refer(stored, verdict.reasons or (TAKEN,))


def _verdict(application: Application) -> Verdict:
    try:
        found = matching.match(application)
    except DatabaseError:
        raise
    except Exception as error:
        # A person waits: whatever broke, a verifier goes on. The kind of error alone, for its words may hold answers.
        logger.error("Application %s not matched: %s", application.pk, type(error).__name__)
        return Verdict(False, (BROKEN,))
    if terms.of(application).wizard.proves_phone and phone_codes.went_by_mail(application):
        return Verdict(False, (*found.reasons, BY_MAIL))
    return found


def _match(stored: Application) -> bool:
    """The NIK is this person's from now on; ``False`` when another application was first to take it."""
    stored.nik_taken = not comparisons.predecessor_holds_nik(stored)
    try:
        with transaction.atomic():
            lifecycle.change("match", stored, by=None)
    except IntegrityError as error:
        if "nik_taken_once" in str(error):
            return False
        raise
    return True


def _refer(stored: Application, reasons: tuple[str, ...]) -> None:
    fresh = lifecycle.locked(stored.pk)
    fresh.referral = list(reasons)
    lifecycle.change("refer", fresh, by=None, detail={"reasons": list(reasons)})
