"""Who put a certificate out of use for a while, and why: what an officer has suspended only an officer sets free."""

from enrollment.models import Application, Status
from tte_portal import audit
from tte_portal.audit import actor_name
from tte_portal.models import AuditRow

# What an officer may give as the reason; its holder reads these words. Notes for colleagues stay with them.
REASONS = {
    "deviceLost": "Ponsel atau komputer Anda hilang",
    "keyDoubt": "Passphrase dikhawatirkan diketahui orang lain",
    "holderAsked": "Atas permintaan Anda",
    "dataCheck": "Data Anda sedang diperiksa",
    "useCheck": "Pemakaian sertifikat sedang diperiksa",
    "awayFromDuty": "Anda sedang tidak bertugas, misalnya cuti di luar tanggungan negara",
}


def is_own(application: Application) -> bool:
    """Whether the holder did: the audit trail knows who suspended it last."""
    if application.status != Status.SUSPENDED:
        return False
    last = _last(application)
    return last is not None and last.actor == actor_name(application)


def is_by_officer(application: Application) -> bool:
    return bool(application.status == Status.SUSPENDED) and not is_own(application)


def reason_of(application: Application) -> str:
    """Why an officer suspended it, in the words its holder may read; empty when none was given, or it was erased."""
    last = _last(application)
    return words_of(last) if last is not None else ""


def words_of(row: AuditRow) -> str:
    """The reason that the row of a suspension keeps, in the words its holder may read; empty as above."""
    return REASONS.get(str(audit.read_detail(row).get("reason", "")), "")


def _last(application: Application) -> AuditRow | None:
    return AuditRow.objects.filter(subject=application.pk, event="suspend").order_by("-at").first()
