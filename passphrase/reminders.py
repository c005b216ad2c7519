"""Reminders that a certificate ends: 30, 14, 7 and 1 days before, each once, and none once another follows.

Whose issuing authority was taken back is told at once, and of nothing else after that.
"""

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from enrollment.comparisons import ENDED
from enrollment.models import Application, Status
from passphrase.authority import taking_back
from passphrase.models import Certificate
from tte_portal import audit, outbox

DAYS = (30, 14, 7, 1)
BATCH = 500
# Nearer than any day: the certificate is over for whoever checks its chain.
AT_ONCE = 0
# Message and audit event by the days that are left.
_TOLD = defaultdict(lambda: ("ending", "remind_of_end"), {AT_ONCE: ("issuer_gone", "tell_of_issuer")})

# A passphrase that somebody asked to make anew, and has not made: a stranger may have asked, so it silences nothing.
_ONLY_ASKED = Q(purpose=Application.Purpose.RESET, status=Status.ON_SET_PASSPHRASE)


def followed(application: Any) -> QuerySet[Application]:
    """What follows a certificate, so that nobody need be told of its end."""
    return Application.objects.filter(predecessor=application).exclude(status__in=ENDED).exclude(_ONLY_ASKED)


def due(days: int) -> QuerySet[Certificate]:
    """Certificates that end within so many days, by the database's clock, and whose holder has not been told so far.

    Where the institution takes nobody in any more there is nothing to renew: only the end itself is told there.
    """
    rows = Certificate.objects.filter(
        Q(reminded_days=None) | Q(reminded_days__gt=days), revoked_at=None, not_after__gt=Now(),
        not_after__lte=Now() + timedelta(days=days), application__status=Status.ACTIVE,
    )  # fmt: skip
    return _to_be_told(rows)


def orphaned() -> QuerySet[Certificate]:
    """Certificates in use whose issuing authority was taken back, and whose holder has not been told of it."""
    untold = Q(reminded_days=None) | Q(reminded_days__gt=AT_ONCE)
    return _to_be_told(taking_back.orphans().filter(untold, application__status=Status.ACTIVE))


def _to_be_told(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return rows.exclude(application__institution__procedure_slug="").exclude(Exists(followed(OuterRef("application"))))


def sweep() -> int:
    """Send what is due; returns how many. The nearest first: who was not told for weeks gets the newest alone."""
    return sum(_send(days) for days in sorted((AT_ONCE, *DAYS)))


def _send(days: int) -> int:
    sent = 0
    while told := _batch(days):
        sent += told
    return sent


def _batch(days: int) -> int:
    """Some hundred in one transaction. A row that another worker is telling of is left to it."""
    message, event = _TOLD[days]
    with transaction.atomic():
        rows = (
            (due(days) if days else orphaned())
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("application__institution")
        )
        found = list(rows.defer("der", "chain").order_by("not_after", "pk")[:BATCH])
        if not found:
            return 0
        Certificate.objects.filter(pk__in=[each.pk for each in found]).update(reminded_days=days)
        ids: list[UUID] = [each.application_id for each in found]
        outbox.write_many(message, ids, [{"application": str(each), "days": str(days)} for each in ids])
        chains: dict[str, list[UUID]] = defaultdict(list)
        for each in found:
            chains[each.application.institution.audit_chain].append(each.application_id)
        for chain, subjects in sorted(chains.items()):
            audit.record_many(event, subjects, by=None, chain=chain, facts={"days": days})
        return len(found)


def days_left(certificate: Certificate, now: datetime) -> int:
    """Days until the end, a begun one counted whole as people count them; 0 once it has ended.

    Mails, the holder's page and officers' lists all count so. ``now``: by the database's clock.
    """
    return max(math.ceil((certificate.not_after - now) / timedelta(days=1)), 0)
