"""What a verifier decides about a case: approve, ask for a correction, reject. One transaction each."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from enrollment import comparisons, lifecycle
from enrollment.models import Application, Correction
from tte_portal import audit
from tte_portal.models import Account
from verification import queue
from verification.claims import Held as Held
from verification.claims import case
from verification.claims import claim as claim
from verification.claims import claim_next as claim_next
from verification.claims import release as release
from verification.models import Decision


class NikTaken(Exception):
    """Another application already holds this NIK; nothing was changed."""


def approve(application_id: UUID, *, by: Account) -> Application:
    """The NIK is this person's from now on, and the passphrase link goes out.

    Raises :class:`Held`, :class:`NikTaken`, ``NotPossible`` or ``NotAllowed``.
    """
    with case(application_id, by, queue.REVIEW) as application:
        application.nik_taken = not comparisons.predecessor_holds_nik(application)
        try:
            with transaction.atomic():
                lifecycle.change("approve", application, by=by)
        except IntegrityError as error:
            if "nik_taken_once" in str(error):
                raise NikTaken from error
            raise
        _keep(application, by, Decision.Kind.APPROVE, {})
    return application


def ask_correction(application_id: UUID, reasons: Mapping[str, str], *, by: Account) -> Application:
    """Give the case back to the applicant with a reason for each field. Raises like :func:`approve`."""
    if not reasons:
        raise ValueError("A correction names at least one field.")
    with case(application_id, by, queue.REVIEW) as application:
        # One moment for the whole round: that is what the applicant is shown together.
        at = lifecycle.now()
        rows = [Correction(application=application, field=f, reason=text, asked_at=at) for f, text in reasons.items()]
        Correction.objects.bulk_create(rows)
        lifecycle.change("ask_correction", application, by=by, detail={"reasons": dict(reasons)})
        _keep(application, by, Decision.Kind.CORRECT, dict(reasons))
    return application


def reject(application_id: UUID, reason: str, *, by: Account) -> Application:
    """End the application for a reason that the applicant reads. Raises like :func:`approve`."""
    with case(application_id, by, queue.REVIEW) as application:
        application.rejection_reason = reason
        lifecycle.change("reject", application, by=by, detail={"reasons": {"": reason}})
        _keep(application, by, Decision.Kind.REJECT, {"": reason})
    return application


def _keep(application: Application, officer: Account, kind: Decision.Kind, reasons: dict[str, str]) -> None:
    Decision.objects.create(application=application, officer=officer, kind=kind, reasons=reasons)


def note_photo_view(application: Application, officer: Account, field: str = "photo") -> None:
    """Every look at a face or a KTP is on record: who, when, whose, which (UU 27/2022)."""
    with transaction.atomic():
        audit.record(
            "view_photo", by=officer, chain=application.institution.audit_chain, subject=application.pk,
            facts={"reason": "verification", "field": field},
        )  # fmt: skip
