"""Changes of profiles that wait for the HR officer, in the officer's institutions alone, oldest first."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from enrollment import terms
from enrollment.models import Institution, ProfileChange
from tte_portal.models import Account
from verification import queue, roles
from verification.keyset import cursor_of, rows_after

PAGE = 50
MOST = 1000
ORDER = ["asked_at", "pk"]
NEEDED = ("holder__account", "holder__institution", "holder__record", "evidence__copy")


def waiting(officer: Account) -> QuerySet[ProfileChange]:
    rows = ProfileChange.objects.for_officer(officer, roles.HR)
    return rows.filter(state=ProfileChange.State.WAITING).select_related(*NEEDED).order_by(*ORDER)


def page(officer: Account, after: str) -> tuple[list[ProfileChange], str]:
    """Fifty changes from ``after`` on, and the place where the next page begins."""
    found = list(rows_after(waiting(officer), ORDER, after)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return found, cursor_of(found[-1], ORDER) if more else ""


def find(change_id: UUID, officer: Account) -> ProfileChange | None:
    """One change of the officer's institutions, waiting or decided."""
    rows = ProfileChange.objects.for_officer(officer, roles.HR).select_related(*NEEDED, "decided_by")
    return rows.filter(pk=change_id).first()


def is_used(officer: Account) -> bool:
    """Whether people of the officer's institutions have profiles to change, or changes wait all the same."""
    here = list(Institution.objects.for_officer(officer, roles.HR)[: queue.NAMED + 1])
    profiles = any(each.is_open and terms.in_force(each).way_in.kind == "profile" for each in here)
    return len(here) > queue.NAMED or profiles or waiting(officer).exists()


def counts(officer: Account) -> list[dict[str, Any]]:
    """How many changes wait at each institution, and since when the oldest does."""
    rows = []
    for institution in Institution.objects.for_officer(officer, roles.HR).order_by("name"):
        changes = waiting(officer).filter(holder__institution=institution)
        counted = changes.order_by()[: MOST + 1].count()
        oldest = changes.values_list("asked_at", flat=True).first()
        shown = f"lebih dari {MOST}" if counted > MOST else str(counted)
        rows.append({"institution": institution, "waiting": shown, "oldest": oldest})
    return rows
