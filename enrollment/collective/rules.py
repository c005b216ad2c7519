"""Who may do what with a request: only where the procedure has it, and nobody decides what they wrote themselves."""

from typing import Any
from uuid import UUID

from django.db import models

from enrollment import terms
from enrollment.collective.models import ADMINISTRATOR, OPERATOR, CollectiveRequest
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Institution, Opd, Role
from enrollment.scoping import in_force
from tte_portal import audit
from tte_portal.models import Account, AuditRow

State = CollectiveRequest.State
# What makes somebody an author of a request (events of the audit trail, which outlives every change of role).
WRITTEN = ("begin_collective", "write_collective", "submit_collective")


def is_offered(institution: Institution) -> bool:
    return institution.is_open and terms.in_force(institution).way_in.collective_request


def opds_of(officer: Account) -> list[Opd]:
    """The OPDs for which the officer may ask: those whose institution's procedure has collective requests."""
    own = officer.roles.filter(in_force(), kind=OPERATOR).values("opd_id")
    opds = Opd.objects.filter(pk__in=own).select_related("institution").order_by("name")
    return [each for each in opds if is_offered(each.institution)]


def locked(request_id: UUID, *states: State) -> CollectiveRequest:
    """The request with its row lock; raises ``NotPossible`` when it is in none of these states."""
    rows = CollectiveRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("institution", "opd")
    found = rows.get(pk=request_id)
    if found.state not in states:
        raise NotPossible(f"The request is {found.state}.")
    return found


def may_decide(request: CollectiveRequest, officer: Account) -> bool:
    """An administrator of the institution who has written nothing of the request."""
    held: models.QuerySet[Role] = Role.objects.filter(
        in_force(), account=officer, kind=ADMINISTRATOR, institution_id=request.institution_id
    )
    if not officer.is_active or not held.exists():
        return False
    if officer.pk in (request.begun_by_id, request.submitted_by_id):
        return False
    rows = AuditRow.objects.filter(subject=request.pk, actor=audit.actor_name(officer))
    return not rows.filter(event__in=WRITTEN).exists()


def decided_by(request_id: UUID, officer: Account, *states: State) -> CollectiveRequest:
    """The locked request, for an administrator who may decide about it; raises ``NotPossible`` or ``NotAllowed``."""
    request = locked(request_id, *states)
    if not may_decide(request, officer):
        raise NotAllowed("An administrator who has not written the request decides.")
    return request


def note(event: str, request: CollectiveRequest, *, by: Any, **facts: Any) -> None:
    """One audit row about the request, in the chain of its institution."""
    audit.record(event, by=by, chain=request.institution.audit_chain, subject=request.pk, facts=facts)
