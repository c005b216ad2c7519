"""The queue of waiting cases: who may take which, oldest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enrollment.models import Application, Institution, Status, WaitingFor
from tte_portal.models import Account
from verification import roles
from verification.models import Check, Decision

PAGE = 50
LEASE = timedelta(minutes=20)
HELD = Q(claimed_by__isnull=False, claimed_until__gt=Now())


@dataclass(frozen=True)
class Page:
    """One page of the queue; ``after`` is the place where the next one begins."""

    cases: Sequence[Application]
    after: str


def institutions(officer: Account) -> QuerySet[Institution]:
    """The institutions whose cases the officer verifies."""
    return Institution.objects.for_officer(officer, roles.VERIFIER)


def waiting(officer: Account) -> QuerySet[Application]:
    """The cases that wait for a verifier in the officer's institutions."""
    # The ids first: with constants PostgreSQL walks the queue's index instead of guessing about a subquery.
    held = list(institutions(officer).values_list("pk", flat=True))
    rows = Application.objects.for_officer(officer, roles.VERIFIER)
    return rows.filter(institution_id__in=held, status=Status.NEW, waiting_for=WaitingFor.VERIFIER)


def not_own(cases: QuerySet[Application], officer: Account) -> QuerySet[Application]:
    return cases.exclude(mailbox__iexact=officer.mailbox) if officer.mailbox else cases


def page(officer: Account, after: str = "") -> Page:
    """Fifty cases from ``after`` on, with holder and number of warnings."""
    rows = waiting(officer)
    if place := _place(after):
        since, last = place
        rows = rows.filter(Q(since__gt=since) | Q(since=since, pk__gt=last), since__gte=since)
    warned = Count("checks", filter=Q(checks__outcome=Check.Outcome.WARNING))
    found = list(
        rows.order_by("since", "pk")
        .only("receipt", "name", "mailbox", "since", "claimed_until", "claimed_by__name", "institution__short_name")
        .select_related("institution", "claimed_by")
        .annotate(
            warnings=warned,
            checked=Exists(Check.objects.filter(application=OuterRef("pk"))),
            held=HELD,
        )[: PAGE + 1]
    )
    more = len(found) > PAGE
    found = found[:PAGE]
    return Page(found, f"{found[-1].since.isoformat()}_{found[-1].pk}" if more else "")


def _place(after: str) -> tuple[datetime, UUID] | None:
    since, _, last = after.partition("_")
    try:
        at = parse_datetime(since)
        return (at, UUID(last)) if at and timezone.is_aware(at) else None
    except ValueError:
        return None


def counts(officer: Account) -> list[dict[str, Any]]:
    """How many cases wait at each institution, and since when the oldest does: a walk over the queue's index alone."""
    rows = []
    for institution in institutions(officer).order_by("name"):
        cases = waiting(officer).filter(institution=institution)
        oldest = cases.order_by("since").values_list("since", flat=True).first()
        rows.append({"institution": institution, "waiting": cases.count(), "oldest": oldest})
    return rows


def progress(officer: Account) -> tuple[int, int]:
    """(decided by this officer today, still waiting)."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Decision.objects.for_officer(officer, roles.VERIFIER).filter(officer=officer, at__gte=midnight)
    return decided.count(), waiting(officer).count()
