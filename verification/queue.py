"""The queues of waiting cases: who may take which, oldest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enrollment import lifecycle
from enrollment.models import Application, Institution
from tte_portal.models import Account
from verification import roles
from verification.models import Check, Decision

PAGE = 50
MOST = 1000
LEASE = timedelta(minutes=20)
HELD = Q(claimed_by__isnull=False, claimed_until__gt=Now())


@dataclass(frozen=True)
class Queue:
    """One kind of waiting: officers of ``role`` decide the cases that stand in ``state``, by the ``decisions`` (names
    of transitions, the agreeing ones first)."""

    role: str
    state: lifecycle.State
    decisions: tuple[str, ...]

    def may_decide(self, application: Application, officer: Account) -> bool:
        """Whether the officer may agree here, once the case waits: whoever may not agree may not refuse either."""
        agreeing = self._agreeing(application)
        return agreeing is not None and lifecycle.may_make(agreeing, application, officer)

    def has_checked(self, application: Application, officer: Account) -> bool:
        """Whether the officer has agreed to something before that makes this another's."""
        agreeing = self._agreeing(application)
        return agreeing is not None and lifecycle.has_checked(agreeing, application, officer)

    def _agreeing(self, application: Application) -> str | None:
        possible = {each.name for each in lifecycle.possible(application)}
        return next((name for name in self.decisions if name in possible), None)


REVIEW = Queue(roles.VERIFIER, lifecycle.REVIEW, ("approve", "ask_correction", "reject"))
HR_CHECK = Queue(roles.HR, lifecycle.HR_CHECK, ("confirm_data", "refuse_data"))
PRE_CHECK = Queue(roles.VERIFIER, lifecycle.PRE_CHECK, ("admit", "vouch", "reject"))
ISSUE = Queue(roles.ISSUER, lifecycle.APPROVAL, ("approve_issue", "refuse_issue"))


@dataclass(frozen=True)
class Page:
    """One page of the queue; ``after`` is the place where the next one begins."""

    cases: Sequence[Application]
    after: str


def institutions(officer: Account, of: Queue = REVIEW) -> QuerySet[Institution]:
    """The institutions whose cases in this queue are the officer's."""
    return Institution.objects.for_officer(officer, of.role)


def waiting(officer: Account, of: Queue = REVIEW) -> QuerySet[Application]:
    """The cases that wait in this queue in the officer's institutions."""
    # The ids first: with constants PostgreSQL walks the queue's index instead of guessing about a subquery.
    held = list(institutions(officer, of).values_list("pk", flat=True))
    status, waiting_for = of.state
    rows = Application.objects.for_officer(officer, of.role)
    return rows.filter(institution_id__in=held, status=status, waiting_for=waiting_for)


def not_own(cases: QuerySet[Application], officer: Account) -> QuerySet[Application]:
    return cases.exclude(mailbox__iexact=officer.mailbox) if officer.mailbox else cases


def page(officer: Account, after: str = "", of: Queue = REVIEW) -> Page:
    """Fifty cases from ``after`` on, with holder and number of warnings."""
    rows = waiting(officer, of)
    if place := _place(after):
        since, last = place
        rows = rows.filter(Q(since__gt=since) | Q(since=since, pk__gt=last), since__gte=since)
    rows = rows.order_by("since", "pk").select_related("institution", "claimed_by").annotate(held=HELD)
    rows = rows.only(
        "receipt", "name", "mailbox", "since", "claimed_until", "claimed_by__name", "institution__short_name"
    )
    # One walk for each institution: the index has the order of one at a time, and several together would be sorted.
    walks = [rows.filter(institution=each)[: PAGE + 1] for each in institutions(officer, of)]
    found = list(merge(*walks, key=lambda case: (case.since, case.pk)))[: PAGE + 1]
    more, found = len(found) > PAGE, found[:PAGE]
    _count_warnings(found)
    return Page(found, f"{found[-1].since.isoformat()}_{found[-1].pk}" if more else "")


def _count_warnings(cases: Sequence[Any]) -> None:
    """Put on each case whether it was checked, and how many warnings there are; one query for the page."""
    results = Check.objects.filter(application__in=cases).values_list("application", "outcome")
    outcomes: dict[UUID, list[str]] = {}
    for application, outcome in results:
        outcomes.setdefault(application, []).append(outcome)
    for case in cases:
        case.checked = case.pk in outcomes
        case.warnings = outcomes.get(case.pk, []).count(Check.Outcome.WARNING)


def _place(after: str) -> tuple[datetime, UUID] | None:
    since, _, last = after.partition("_")
    try:
        at = parse_datetime(since)
        return (at, UUID(last)) if at and timezone.is_aware(at) else None
    except ValueError:
        return None


def counts(officer: Account, of: Queue = REVIEW) -> list[dict[str, Any]]:
    """How many cases wait at each institution, and since when the oldest does, from the queue's index."""
    rows = []
    for institution in institutions(officer, of).order_by("name"):
        cases = waiting(officer, of).filter(institution=institution)
        oldest = cases.order_by("since").values_list("since", flat=True).first()
        rows.append({"institution": institution, "waiting": up_to_most(cases), "oldest": oldest})
    return rows


def up_to_most(cases: QuerySet[Application]) -> str:
    """How many there are, as text; past a thousand nobody needs the exact number, and counting on takes time."""
    counted = cases.order_by()[: MOST + 1].count()
    return f"lebih dari {MOST}" if counted > MOST else str(counted)


def progress(officer: Account, of: Queue = REVIEW) -> tuple[int, str]:
    """(decided by this officer today, still waiting)."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Decision.objects.for_officer(officer, of.role).filter(officer=officer, at__gte=midnight)
    return decided.count(), up_to_most(waiting(officer, of))
