"""What an officer does with a case: take, give back, approve, ask for a correction, reject. One transaction each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Correction
from tte_portal import audit
from tte_portal.models import Account
from verification import queue
from verification.models import Decision


class Held(Exception):
    """Another officer works on this case; nothing was changed."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.receipt)
        self.application = application


class NikTaken(Exception):
    """Another application already holds this NIK; nothing was changed."""


def claim_next(officer: Account) -> Application | None:
    """Take the oldest case that nobody holds: the officer's own unfinished one first. ``None`` when there is none."""
    with transaction.atomic():
        cases = queue.not_own(queue.waiting(officer), officer)
        cases = cases.select_for_update(skip_locked=True, of=("self",)).order_by("since", "pk")
        begun = cases.filter(queue.HELD, claimed_by=officer).first()
        application = begun or cases.filter(~queue.HELD | Q(claimed_by=None)).first()
        if application is not None:
            _hold(application, officer)
        return application


def claim(application_id: UUID, officer: Account) -> None:
    """Take one certain case. Raises :class:`Held`, ``NotPossible`` or ``NotAllowed``."""
    with _case(application_id, officer) as application:
        _guard(application, officer)
        _hold(application, officer)


def _guard(application: Application, officer: Account) -> None:
    """Raises what the lifecycle would raise for a decision of this officer."""
    if lifecycle.state_of(application) != lifecycle.REVIEW:
        raise lifecycle.NotPossible("The case waits for no verifier.")
    if not lifecycle.may_make("approve", application, officer):
        raise lifecycle.NotAllowed("The case is not for this officer.")


def _hold(application: Application, officer: Account) -> None:
    Application.objects.filter(pk=application.pk).update(claimed_by=officer, claimed_until=Now() + queue.LEASE)


def release(application_id: UUID, officer: Account) -> bool:
    """Give a case back; ``True`` when this officer held it."""
    mine = queue.waiting(officer).filter(pk=application_id, claimed_by=officer)
    return mine.update(claimed_by=None, claimed_until=None) == 1


def approve(application_id: UUID, *, by: Account) -> Application:
    """The NIK is this person's from now on, and the passphrase link goes out.

    Raises :class:`Held`, :class:`NikTaken`, ``NotPossible`` or ``NotAllowed``.
    """
    with _case(application_id, by) as application:
        application.nik_taken = True
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
    with _case(application_id, by) as application:
        # One moment for the whole round: that is what the applicant is shown together.
        at = lifecycle.now()
        rows = [Correction(application=application, field=f, reason=text, asked_at=at) for f, text in reasons.items()]
        Correction.objects.bulk_create(rows)
        lifecycle.change("ask_correction", application, by=by, detail={"reasons": dict(reasons)})
        _keep(application, by, Decision.Kind.CORRECT, dict(reasons))
    return application


def reject(application_id: UUID, reason: str, *, by: Account) -> Application:
    """End the application for a reason that the applicant reads. Raises like :func:`approve`."""
    with _case(application_id, by) as application:
        application.rejection_reason = reason
        lifecycle.change("reject", application, by=by, detail={"reasons": {"": reason}})
        _keep(application, by, Decision.Kind.REJECT, {"": reason})
    return application


@contextmanager
def _case(application_id: UUID, officer: Account) -> Iterator[Application]:
    """The case, locked, unless somebody else holds it."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        holder, until = application.claimed_by, application.claimed_until
        if holder is not None and holder != officer and until is not None and until > lifecycle.now():
            raise Held(application)
        yield application


def _keep(application: Application, officer: Account, kind: Decision.Kind, reasons: dict[str, str]) -> None:
    Decision.objects.create(application=application, officer=officer, kind=kind, reasons=reasons)


def note_photo_view(application: Application, officer: Account, field: str = "photo") -> None:
    """Every look at a face or a KTP is on record: who, when, whose, which (UU 27/2022)."""
    with transaction.atomic():
        audit.record(
            "view_photo", by=officer, chain=application.institution.audit_chain, subject=application.pk,
            facts={"reason": "verification", "field": field},
        )  # fmt: skip
