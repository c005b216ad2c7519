"""The HR officer's look at a registration: the data are those of one of the institution's people, or they are not."""

from uuid import UUID

from enrollment import lifecycle
from enrollment.models import Application
from tte_portal.models import Account
from verification import claims, queue
from verification.models import Decision


def confirm(case_id: UUID, *, by: Account) -> Application:
    """Hand the registration on to the verifiers. Raises ``NotPossible``, ``NotAllowed`` or :class:`claims.Held`."""
    with claims.case(case_id, by, queue.HR_CHECK) as application:
        lifecycle.change("confirm_data", application, by=by)
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.APPROVE, reasons={})
    return application


def refuse(case_id: UUID, reason: str, *, by: Account) -> Application:
    """End the registration for a reason that the applicant reads. Raises like :func:`confirm`."""
    with claims.case(case_id, by, queue.HR_CHECK) as application:
        application.rejection_reason = reason
        lifecycle.change("refuse_data", application, by=by, detail={"reasons": {"": reason}})
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.REJECT, reasons={"": reason})
    return application
