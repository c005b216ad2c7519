"""Several applications of one person: the one that matters most is in view, the others stand beside it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from enrollment import actions, comparisons, lifecycle, status
from enrollment.models import Application, Status

# A person has one or two; whoever has more reads of the latest.
SHOWN = 3


def foremost(rows: Iterable[Application]) -> Application | None:
    """Of one person's applications, newest first: a certificate that lives, else what is under way, else the newest."""
    return min(rows, key=_rank, default=None)


def _rank(application: Application) -> int:
    if application.status in comparisons.WITH_CERTIFICATE:
        return 0
    if application.status in comparisons.ENDED:
        # Of a successor that came to nothing, the certificate is told that it was to follow.
        return 4 if application.predecessor_id and application.status == Status.REJECTED else 3
    return 2 if actions.is_unproven(application) else 1


def of_person(application: Application) -> list[Application]:
    """Everything that the person of this application has at the institution, newest first."""
    same = Q(record=None, mailbox=application.mailbox)
    if application.record_id:
        same |= Q(record_id=application.record_id)
    rows = Application.objects.select_related("institution").filter(same, institution_id=application.institution_id)
    return list(rows.order_by("-created_at"))


def others(application: Application, rows: Iterable[Application]) -> list[Application]:
    """What is to be told beside this one: what runs, and what ended after this one began."""
    told = [
        each for each in rows if each.pk != application.pk
        and (each.status not in comparisons.ENDED or each.created_at > application.created_at)
    ]  # fmt: skip
    return told[:SHOWN]


def with_turn(rows: Iterable[Application], states: Iterable[lifecycle.State]) -> Application | None:
    """The first of them that stands in one of these states: the one whose link a button sends."""
    return next((each for each in rows if lifecycle.state_of(each) in states), None)


def told(rows: Iterable[Application]) -> list[dict[str, Any]]:
    """How a page tells of them."""
    return [
        {
            "receipt": each.receipt,
            "purpose": each.get_purpose_display() if each.predecessor_id else "",
            "headline": status.headline_of(each),
            "turn": "" if each.status in comparisons.ENDED else status.turn_of(each),
            "reason": status.reason_of(each),
        }
        for each in rows
    ]
