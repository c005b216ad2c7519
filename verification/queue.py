"""The queues of waiting cases: who may take which, oldest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enrollment import lifecycle
from enrollment.models import Application, Institution
from tte_portal import audit
from tte_portal.models import Account
from verification import roles
from verification.models import Check, Decision
from verification.walk import Place, Walk

PAGE = 50
MOST = 1000
# The start page names no more institutions than anybody reads.
NAMED = 12
LEASE = timedelta(minutes=20)
HELD = Q(claimed_by__isnull=False, claimed_until__gt=Now())


@dataclass(frozen=True)
class Age:
    """How long cases have waited: at least ``days``, less than ``until`` days. ``slug`` stands in the address."""

    slug: str
    name: str
    days: int
    until: int | None


AGES = (
    Age("baru", "kurang dari 1 hari", 0, 1),
    Age("1-3-hari", "1–3 hari", 1, 3),
    Age("3-7-hari", "3–7 hari", 3, 7),
    Age("lama", "lebih dari 7 hari", 7, None),
)


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

    @property
    def not_after(self) -> frozenset[str]:
        """What an officer has done to a case who is not to decide it here."""
        return frozenset(event for name in self.decisions for event in lifecycle.BY_NAME[name].not_after)

    def _agreeing(self, application: Application) -> str | None:
        possible = {each.name for each in lifecycle.possible(application)}
        return next((name for name in self.decisions if name in possible), None)


REVIEW = Queue(roles.VERIFIER, lifecycle.REVIEW, ("approve", "ask_correction", "reject"))
HR_CHECK = Queue(roles.HR, lifecycle.HR_CHECK, ("confirm_data", "refuse_data"))
PRE_CHECK = Queue(roles.VERIFIER, lifecycle.PRE_CHECK, ("admit", "vouch", "reject"))
ISSUE = Queue(roles.ISSUER, lifecycle.APPROVAL, ("approve_issue", "refuse_issue"))
QUEUES = (REVIEW, HR_CHECK, PRE_CHECK, ISSUE)


def of_case(application: Application) -> Queue | None:
    """The queue in which it waits now."""
    return next((each for each in QUEUES if each.state == lifecycle.state_of(application)), None)


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


def walk(officer: Account, of: Queue = REVIEW) -> Walk:
    """The same cases, to be walked in the order of the index. Whose turn it is tells the state in a queue."""
    return Walk(list(institutions(officer, of).order_by().values_list("pk", flat=True)), of.state[1].value)


def free(officer: Account, of: Queue, after: Place | None = None) -> Walk:
    """Those that the officer may take."""
    ours = walk(officer, of).after(after)
    return ours.free_for(audit.actor_name(officer), officer.mailbox, of.not_after)


def page(officer: Account, after: str = "", of: Queue = REVIEW, age: Age | None = None) -> Page:
    """Fifty cases from ``after`` on (of one age, when given), with holder and number of warnings."""
    ours = walk(officer, of).after(place_of(after))
    places = (ours.aged(age.days, age.until) if age else ours).oldest(PAGE + 1)
    more, places = len(places) > PAGE, places[:PAGE]
    rows = Application.objects.for_officer(officer, of.role).filter(pk__in=[pk for _, pk in places])
    rows = rows.order_by("since", "pk").select_related("institution", "claimed_by").annotate(held=HELD)
    found = list(
        rows.only("receipt", "name", "mailbox", "since", "claimed_until", "claimed_by__name", "institution__short_name")
    )
    _count_warnings(found)
    return Page(found, f"{places[-1][0].isoformat()}_{places[-1][1]}" if more else "")


def _count_warnings(cases: Sequence[Any]) -> None:
    """Put on each case whether it was checked, and how many warnings there are; one query for the page."""
    results = Check.objects.filter(application__in=cases).values_list("application", "outcome")
    outcomes: dict[UUID, list[str]] = {}
    for application, outcome in results:
        outcomes.setdefault(application, []).append(outcome)
    for case in cases:
        case.checked = case.pk in outcomes
        case.warnings = outcomes.get(case.pk, []).count(Check.Outcome.WARNING)


def place_of(after: str) -> Place | None:
    """The place that an address names; nothing for rubbish."""
    since, _, last = after.partition("_")
    try:
        at = parse_datetime(since)
        return (at, UUID(last)) if at and timezone.is_aware(at) else None
    except ValueError:
        return None


def age_of(slug: str) -> Age | None:
    return next((age for age in AGES if age.slug == slug), None)


def ages(officer: Account, of: Queue = REVIEW) -> list[dict[str, Any]]:
    """How many cases have waited how long, from the queue's index."""
    ours = walk(officer, of)
    return [{"age": age, "waiting": told(ours.aged(age.days, age.until).count(MOST + 1))} for age in AGES]


def counts(officer: Account, of: Queue = REVIEW) -> list[dict[str, Any]]:
    """How many cases wait at each institution, and since when the oldest does: those that have waited longest first,
    and of an officer with few institutions the idle ones too."""
    here = {each.pk: each for each in institutions(officer, of)}
    found = Walk(list(here), of.state[1].value).fullest(NAMED, MOST + 1)
    rows = [{"institution": here.pop(pk), "waiting": told(number), "oldest": at} for pk, at, number in found]
    idle = sorted(here.values(), key=lambda each: each.name) if len(here) + len(rows) <= NAMED else []
    return [*rows, *({"institution": each, "waiting": "0", "oldest": None} for each in idle)]


def told(counted: int) -> str:
    """As text; past a thousand nobody needs the exact number, and counting on takes time."""
    return f"lebih dari {MOST}" if counted > MOST else str(counted)


def held(officer: Account, of: Queue = REVIEW) -> QuerySet[Application]:
    """What the officer holds now in this queue; what was handed over stands first, for it is held longest."""
    return waiting(officer, of).filter(HELD, claimed_by=officer).order_by("-claimed_until", "pk")


def progress(officer: Account, of: Queue = REVIEW) -> tuple[int, str]:
    """(decided by this officer today, still waiting)."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Decision.objects.for_officer(officer, of.role).filter(officer=officer, at__gte=midnight)
    return decided.count(), told(walk(officer, of).count(MOST + 1))
