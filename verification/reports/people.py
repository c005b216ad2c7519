"""The people behind a number, fifty at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser

from enrollment.models import Application, Status, WaitingFor
from verification.keyset import cursor_of, rows_after
from verification.reports.scope import SEE_PEOPLE, Scope
from verification.reports.stages import name_of

PAGE = 50
# Of more, one is to be chosen: nobody looks for a person in all the country by leafing.
MOST_INSTITUTIONS = 20
NEWEST = ["-created_at", "-id"]


@dataclass(frozen=True)
class Page:
    """``after``: the place where the next page begins, empty at the end."""

    rows: Sequence[dict[str, object]]
    after: str


def page(scope: Scope, stage: str, after: str, *, begun: bool = False) -> Page:
    """``begun``: those alone that were begun in the scope's period; otherwise all as they stand now."""
    cases = Application.objects.for_officer(scope.officer or AnonymousUser(), *SEE_PEOPLE)
    if stage:
        status, _, waiting_for = stage.partition("/")
        cases = cases.filter(status=status, waiting_for=waiting_for)
    if begun:
        zone = ZoneInfo(scope.zone)
        first, end = (datetime.combine(day, time.min, zone) for day in (scope.first, scope.last + timedelta(days=1)))
        cases = cases.filter(created_at__gte=first, created_at__lt=end)
    if scope.opd is not None:
        cases = cases.filter(opd=scope.opd)
    cases = rows_after(cases, NEWEST, after).order_by(*NEWEST).select_related("institution")
    cases = cases.only(
        "receipt", "name", "mailbox", "status", "waiting_for", "since", "created_at", "institution__name"
    )
    # One walk for each institution: the index has the order of one at a time.
    walks = [cases.filter(institution=each)[: PAGE + 1] for each in scope.institutions]
    found = list(merge(*walks, key=lambda case: (case.created_at, case.pk), reverse=True))[: PAGE + 1]
    rows = [{"case": case, "stage": name_of((Status(case.status), WaitingFor(case.waiting_for)))} for case in found]
    return Page(rows[:PAGE], cursor_of(found[PAGE - 1], NEWEST) if len(found) > PAGE else "")
