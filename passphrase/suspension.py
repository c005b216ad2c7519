"""Who put a certificate out of use for a while: what an officer has suspended only an officer sets free."""

from enrollment.models import Application, Status
from tte_portal.audit import actor_name
from tte_portal.models import AuditRow


def is_own(application: Application) -> bool:
    """Whether the holder did: the audit trail knows who suspended it last."""
    if application.status != Status.SUSPENDED:
        return False
    last = AuditRow.objects.filter(subject=application.pk, event="suspend").order_by("-at").first()
    return last is not None and last.actor == actor_name(application)


def is_by_officer(application: Application) -> bool:
    return bool(application.status == Status.SUSPENDED) and not is_own(application)
