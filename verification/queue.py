"""The queues of waiting cases: who may take which, oldest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enrollment import lifecycle
from enrollment.models import Application, Institution
from enrollment.status import in_words
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
class Row:
    """A waiting case as the list shows it. ``holder``: the officer (id and name) who holds it until ``held_until``;
    ``warnings``: of its checks, ``None`` before it was checked."""

    pk: UUID
    receipt: str
    name: str
    mailbox: str
    place: str
    since: datetime
    waited: str
    holder: tuple[int, str] | None
    held_until: datetime | None
    warnings: int | None


@dataclass(frozen=True)
class Page:
    """One page of the queue; ``after`` is the place where the next one begins."""

    cases: Sequence[Row]
    after: str


def institutions(officer: Account, of: Queue = REVIEW) -> QuerySet[Institution]:
    """The institutions whose cases in this queue are the officer's."""
    return Institution.objects.for_officer(officer, of.role)


def waiting(officer: Account, of: Queue = REVIEW) -> QuerySet[Application]:
    """The cases that wait in this queue in the officer's institutions."""
    # The ids, not a subquery: with constants PostgreSQL walks the queue's index instead of guessing.
    places, (status, waiting_for) = roles.places_of(officer, of.role), of.state
    return Application.objects.filter(institution_id__in=places, status=status, waiting_for=waiting_for)


def walk(officer: Account, of: Queue = REVIEW) -> Walk:
    """The same cases, to be walked in the order of the index. Whose turn it is tells the state in a queue."""
    return Walk(roles.places_of(officer, of.role), of.state[1].value)


def free(officer: Account, of: Queue, after: Place | None = None) -> Walk:
    """Those that the officer may take."""
    ours = walk(officer, of).after(after)
    return ours.free_for(audit.actor_name(officer), officer.mailbox, of.not_after)


def page(officer: Account, after: str = "", of: Queue = REVIEW, age: Age | None = None) -> Page:
    """Fifty cases from ``after`` on (of one age, when given), with holder and number of warnings."""
    ours = walk(officer, of).after(place_of(after))
    places = (ours.aged(age.days, age.until) if age else ours).oldest(PAGE + 1)
    more, places = len(places) > PAGE, places[:PAGE]
    return Page(_rows([pk for _, pk in places]), f"{places[-1][0].isoformat()}_{places[-1][1]}" if more else "")


# Plain values: fifty objects with all their columns would take longer than everything else on the page.
_SHOWN = (
    "pk", "receipt", "name", "mailbox", "institution__short_name", "since", "claimed_by", "claimed_by__name",
    "claimed_until", "held",
)  # fmt: skip


def _rows(ids: Sequence[UUID]) -> list[Row]:
    cases = Application.objects.filter(pk__in=ids).annotate(held=HELD).order_by("since", "pk").values_list(*_SHOWN)
    warnings, now = _warnings(ids), timezone.now()
    return [
        Row(
            pk, receipt, name, mailbox, place, since, in_words((now - since).total_seconds()),
            (holder, called) if is_held else None, until if is_held else None, warnings.get(pk),
        )
        for pk, receipt, name, mailbox, place, since, holder, called, until, is_held in cases
    ]  # fmt: skip


def _warnings(cases: Sequence[UUID]) -> dict[UUID, int]:
    """How many warnings there are for each case that was checked; one query for the page."""
    found = Count("pk", filter=Q(outcome=Check.Outcome.WARNING))
    return dict(Check.objects.filter(application__in=cases).values_list("application").annotate(warnings=found))


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
    found = walk(officer, of).counts([(age.days, age.until) for age in AGES], MOST + 1)
    return [{"age": age, "waiting": told(number)} for age, number in zip(AGES, found, strict=True)]


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
