"""What the issuer decides: the certificate may be made, the application ends, a refused request goes out anew."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from enrollment import lifecycle
from enrollment.models import Application
from passphrase import actions as passphrase
from passphrase.models import CertificateRequest
from tte_portal import audit
from tte_portal.models import Account
from verification import claims, keyset, queue, roles
from verification.models import Decision

ORDER = ["since", "pk"]
State = CertificateRequest.State


def approve(case_id: UUID, *, by: Account) -> Application:
    """Let the certificate be made. Raises ``NotPossible``, :class:`claims.Held`, or ``NotAllowed`` for who made the
    first check."""
    with claims.case(case_id, by, queue.ISSUE):
        application = passphrase.approve_issue(case_id, by=by)
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.APPROVE, reasons={})
    return application


def refuse(case_id: UUID, reason: str, *, by: Account) -> Application:
    """End the application for a reason that the applicant reads. Raises like :func:`approve`."""
    with claims.case(case_id, by, queue.ISSUE):
        application = passphrase.refuse_issue(case_id, reason, by=by)
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.REJECT, reasons={"": reason})
    return application


def refused(officer: Account) -> QuerySet[Application]:
    """The officer's applications whose request the authority has refused, so that nothing more happens by itself."""
    status, waiting_for = lifecycle.ENROLLED
    requests = CertificateRequest.objects.filter(application=OuterRef("pk"))
    rows = Application.objects.for_officer(officer, roles.ISSUER).filter(status=status, waiting_for=waiting_for)
    return rows.filter(Exists(requests.filter(state=State.REJECTED)), ~Exists(requests.filter(state=State.PENDING)))


def refused_by_authority(officer: Account, after: str) -> dict[str, Any]:
    """A page of :func:`refused` for the list, oldest first, each with the authority's words."""
    rows = keyset.rows_after(refused(officer).select_related("institution").order_by(*ORDER), ORDER, after)
    found = list(rows[: queue.PAGE + 1])
    more, found = len(found) > queue.PAGE, found[: queue.PAGE]
    requests = CertificateRequest.objects.filter(application__in=found, state=State.REJECTED).order_by("pk")
    words = dict(requests.values_list("application_id", "error"))
    for case in found:
        case.refusal = words.get(case.pk, "")
    return {"refused": found, "refused_after": keyset.cursor_of(found[-1], ORDER) if more else ""}


def ask_again(case_id: UUID, *, by: Account) -> bool:
    """Put a refused request before the authority anew; ``False`` when there is none (any more)."""
    with transaction.atomic():
        if not passphrase.ask_again(case_id):
            return False
        application = lifecycle.locked(case_id)
        audit.record("ask_again", by=by, chain=application.institution.audit_chain, subject=application.pk, facts={})
        return True
