"""Why officers refuse, counted: which ready-made reason stands behind the sealed words of a decision.

A decision's words are sealed, for officers write names and numbers into them. What is kept in the clear is only which
ready-made reason they begin with, and the field; a refusal in an officer's own words is counted as just that.
"""

from collections.abc import Iterable

from django.db import transaction

from verification import reasons
from verification.models import Decision, Reason
from verification.reports.models import GivenReason, UnreadDecision, Wording

BATCH = 500


def sort_reasons() -> int:
    """Read the reasons of a batch of refusals; how many refusals there were."""
    with transaction.atomic():
        unread = UnreadDecision.objects.select_for_update(no_key=True, skip_locked=True).order_by("pk")
        found = list(unread.values_list("pk", flat=True)[:BATCH])
        wordings: dict[str, Wording] = {}
        decisions = Decision.objects.filter(pk__in=found).select_related("application")
        own = _own({each.application.institution_id for each in decisions})
        given = []
        for decision in decisions:
            offered = own.get(decision.application.institution_id, [])
            for field, text in decision.reasons.items():
                ready = _ready(text, [*offered, *_portals(field)])
                given.append(GivenReason(decision=decision, field=field[:40], wording=_wording(ready, wordings)))
        GivenReason.objects.bulk_create(given, ignore_conflicts=True)
        UnreadDecision.objects.filter(pk__in=found).delete()
        return len(found)


def _ready(text: str, offered: Iterable[str]) -> str:
    """The ready-made reason that the words begin with (free ones follow it); empty when there is none."""
    return max((ready for ready in offered if text == ready or text.startswith(f"{ready} ")), key=len, default="")


def _portals(field: str) -> Iterable[str]:
    return reasons.CORRECTIONS.get(field, ()) if field else (*reasons.REJECTIONS, *reasons.REGISTRATIONS)


def _own(institutions: set[int]) -> dict[int, list[str]]:
    """Institution → its own ready-made reasons, those no longer offered too: a decision may be older."""
    found: dict[int, list[str]] = {}
    for institution, text in Reason.objects.filter(institution__in=institutions).values_list("institution", "text"):
        found.setdefault(institution, []).append(text)
    return found


def _wording(text: str, known: dict[str, Wording]) -> Wording | None:
    if text and text not in known:
        known[text], _ = Wording.objects.get_or_create(text=text)
    return known.get(text)
