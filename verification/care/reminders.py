"""Mails about waiting cases: once a day at the institution's own hour, and at once when one has waited too long."""

from collections.abc import Set
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from enrollment.models import Institution
from tte_portal import outbox
from tte_portal.models import Account
from verification.care import waiting
from verification.care.models import Digest, Reminders

BATCH = 2000

# Each institution whose hour has come today, in its own time zone, and that was not told of that day.
_DUE = """
SELECT i.id, there.at::date
FROM enrollment_institution i LEFT JOIN care_reminders r ON r.institution_id = i.id
CROSS JOIN LATERAL (SELECT coalesce(%s::timestamptz, now()) AT TIME ZONE i.time_zone AS at) there
WHERE extract(hour FROM there.at) >= coalesce(r.digest_hour, %s)
  AND NOT EXISTS (SELECT 1 FROM care_digest d WHERE d.institution_id = i.id AND d.day = there.at::date)
ORDER BY i.id
"""
# One look into the queue's index for each institution and stage, at what has waited longest.
_LONG = """
INSERT INTO care_longwait (application_id, since)
SELECT a.id, a.since
FROM enrollment_institution i LEFT JOIN care_reminders r ON r.institution_id = i.id
CROSS JOIN unnest(%s::text[]) AS turn
CROSS JOIN LATERAL (
  SELECT w.id, w.since FROM enrollment_application w
  WHERE w.institution_id = i.id AND w.waiting_for = turn AND w.waiting_for <> 'nobody'
    AND w.since < now() - make_interval(hours => coalesce(r.urgent_after_hours, %s))
    AND NOT EXISTS (SELECT 1 FROM care_longwait told WHERE told.application_id = w.id AND told.since = w.since)
  ORDER BY w.since LIMIT %s) a
ON CONFLICT DO NOTHING
RETURNING application_id
"""


def due(at: datetime | None = None) -> list[tuple[int, date]]:
    """(institution, its day) where the hour has come, by the database's clock or at another moment."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [at, Reminders._meta.get_field("digest_hour").get_default()])
        return [(institution, day) for institution, day in cursor.fetchall()]


def send_digests() -> int:
    """Tell the officers of every institution whose hour has come what waits there; returns how many mails."""
    return sum(_digest(institution_id, day) for institution_id, day in due())


def _digest(institution_id: int, day: date) -> int:
    """All mails of one institution's day, or none: the row that says it was told stands with them."""
    with transaction.atomic():
        _, fresh = Digest.objects.get_or_create(institution_id=institution_id, day=day)
        if not fresh:
            return 0
        institution = Institution.objects.get(pk=institution_id)
        wanted = Q(preference=None) | Q(preference__daily_digest=True)
        return _tell("waiting_digest", institution, waiting.DECIDE, wanted)


def send_urgent() -> int:
    """Tell officers of cases that have just waited longer than their institution bears; returns how many mails."""
    default = Reminders._meta.get_field("urgent_after_hours").get_default()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LONG, [list(waiting.OFFICERS_TURNS), default, BATCH])
            fresh = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT institution_id, array_agg(DISTINCT waiting_for::text) FROM enrollment_application "
                "WHERE id = ANY(%s::uuid[]) GROUP BY 1 ORDER BY 1",
                [fresh],
            )
            found = cursor.fetchall()
        sent = 0
        for institution_id, turns in found:
            kinds = {stage.role for stage in waiting.STAGES if stage.waiting_for in turns}
            sent += _tell("waiting_long", Institution.objects.get(pk=institution_id), kinds, Q())
        return sent


def _tell(template: str, institution: Institution, kinds: Set[str], wanted: Q) -> int:
    told = [account for account in waiting.officers(institution, kinds).filter(wanted) if _waits(account, institution)]
    for account in told:
        outbox.write(template, account=str(account.pk), institution=str(institution.pk))
    return len(told)


def _waits(account: Account, institution: Institution) -> bool:
    return bool(waiting.at(institution, waiting.kinds_at(account, institution)))
