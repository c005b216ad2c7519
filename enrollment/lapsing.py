"""Applications whose person does not go on: reminded once, a week before, and ended when the institution's time is up.

Where an application lapses, it does so before what was never handed in would be erased (enrollment/retention.py): the
90 days of the privacy policy are counted from the same moment, the beginning of the person's turn.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from enrollment import channels, elsewhere, lifecycle, terms
from enrollment.models import Application
from tte_portal import audit, links
from tte_portal.models import AuditRow

logger = logging.getLogger(__name__)

REMINDED_BEFORE = 7
BATCH = 500
# What the status page knows it by; the words with the way back are made when they are shown.
REASON = "Gugur karena tidak dilanjutkan."
REMIND = "remind_of_lapse"
LAPSE = "lapse"

# A look into the queue's index for each institution that lets applications lapse: what has been its person's turn for
# longest. ``waiting_for`` stands as a constant, so that the partial index is used.
_DUE = """
SELECT a.id
FROM enrollment_institution i
CROSS JOIN LATERAL (
  SELECT w.id, w.since FROM enrollment_application w
  WHERE w.institution_id = i.id AND w.waiting_for = 'applicant'
    AND w.since <= clock_timestamp() - make_interval(days => greatest(i.lapses_after_days - %s, 0))
    {more}
  ORDER BY w.since LIMIT %s) a
WHERE i.lapses_after_days > 0
ORDER BY a.since LIMIT %s
"""
_NOT_REMINDED = """
    AND w.since > clock_timestamp() - make_interval(days => i.lapses_after_days)
    AND NOT EXISTS (SELECT 1 FROM tte_portal_auditrow r WHERE r.subject = w.id AND r.event = %s AND r.at >= w.since)
"""


def due() -> list[UUID]:
    """Applications whose time is over, by the database's clock, the longest first."""
    return _ids(_DUE.format(more=""), [0, BATCH, BATCH])


def to_remind() -> list[UUID]:
    """Those that will lapse within a week, and whose person has not been told in this turn."""
    return _ids(_DUE.format(more=_NOT_REMINDED), [REMINDED_BEFORE, REMIND, BATCH, BATCH])


def _ids(statement: str, values: list[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def sweep() -> int:
    """Remind and end what is due; returns how many. One transaction each: one that fails keeps nobody waiting."""
    return sum(_each(due(), lapse)) + sum(_each(to_remind(), remind))


def _each(ids: list[UUID], do: Callable[[UUID], bool]) -> list[bool]:
    done = []
    for application_id in ids:
        try:
            done.append(do(application_id))
        except Exception as error:
            logger.error("Application %s: %s failed: %s", application_id, do.__name__, type(error).__name__)
    return done


def lapse(application_id: UUID) -> bool:
    """End one application, close its links and tell its person; ``False`` when its time is not over (any more)."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if _days_left(application) > 0:
            return False
        application.rejection_reason = REASON
        lifecycle.change(LAPSE, application, by=None)
        links.open_links(application.pk, "activation", "passphrase").update(finished_at=application.since)
        return True


def remind(application_id: UUID) -> bool:
    """Tell the person once in this turn when the application lapses, with a fresh link; the audit row says it was."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        told = AuditRow.objects.filter(subject=application.pk, event=REMIND, at__gte=application.since)
        if not 0 < _days_left(application) <= REMINDED_BEFORE or told.exists():
            return False
        lifecycle.send("lapse_reminder", application, link=_link_of(application))
        audit.record(REMIND, by=None, chain=application.institution.audit_chain, subject=application.pk)
        return True


def _link_of(application: Application) -> str:
    """The purpose of the link that goes along; none where the passphrase's goes by WhatsApp alone, or comes from
    elsewhere."""
    if lifecycle.state_of(application) == lifecycle.DRAFT:
        return "activation"
    return "" if elsewhere.at_bsre() or channels.passphrase_by_whatsapp(application) else "passphrase"


def _days_left(application: Application) -> float:
    """Days until it lapses, by the database's clock; for ever where nothing lapses or it is not the person's turn."""
    days = application.institution.lapses_after_days
    if not days or lifecycle.state_of(application) not in (lifecycle.DRAFT, lifecycle.PASSPHRASE):
        return float("inf")
    left: timedelta = application.since + timedelta(days=days) - lifecycle.now()
    return left / timedelta(days=1)


def has_lapsed(application: Application) -> bool:
    return lifecycle.state_of(application) == lifecycle.REJECTED and application.rejection_reason == REASON


def way_back(application: Application) -> str:
    """How to apply again, in the words of the institution's front door."""
    institution = application.institution
    if not institution.is_open:
        return f"Untuk mengajukan lagi, hubungi {institution.helpdesk_email}."
    service = terms.in_force(institution).way_in.title
    return f"Anda boleh mengajukan lagi kapan saja: buka halaman {institution.short_name}, lalu pilih “{service}”."
