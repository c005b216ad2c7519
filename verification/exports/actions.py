"""What is done with an export: ask for it, hand it out once, erase it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Institution
from tte_portal import audit, jobs, sealed_streams
from tte_portal.models import Account, Job
from verification import roles
from verification.exports.models import Export

KIND = "export"
# Who takes lists of people away; whose numbers stand in them is for administrators alone.
EXPORTERS = (roles.VERIFIER, roles.ADMINISTRATOR)
NUMBERS_FOR = (roles.ADMINISTRATOR,)
KEPT_FOR = timedelta(hours=24)
SAME = ("form", "with_numbers", "institutions", "opd", "statuses", "first", "last", "zone")


def allowed(export: Export) -> bool:
    """Whether its owner may, at this moment, see everybody it lists."""
    owner = Account.objects.filter(pk=export.owner_id, is_active=True).first()
    kinds = NUMBERS_FOR if export.with_numbers else EXPORTERS
    held = Institution.objects.for_officer(owner, *kinds).values_list("pk", flat=True) if owner else ()
    return set(export.institutions) <= set(held)


def ask(export: Export) -> Export:
    """Have the export made; the one that is being made when it was asked for already."""
    _settle(Q(owner=export.owner))
    told = {name: str(getattr(export, name)) for name in SAME}
    export.digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    with suppress(IntegrityError), transaction.atomic():
        export.save(force_insert=True)
        export.job = jobs.begin(KIND, export.pk, by=export.owner)
        export.save(update_fields=["job"])
        return export
    return Export.objects.filter(owner=export.owner, digest=export.digest).latest("asked_at")


def record(event: str, export: Export) -> None:
    """One row in the chain of each institution whose people are listed: who, how many, with numbers or not, and why."""
    facts: dict[str, Any] = {
        "export": str(export.pk), "rows": export.rows, "form": export.form, "with_numbers": export.with_numbers,
        "from": export.first.isoformat(), "to": export.last.isoformat(), "statuses": export.statuses,
    }  # fmt: skip
    detail = {"reason": export.reason} if export.with_numbers else None
    for institution in Institution.objects.filter(pk__in=export.institutions).order_by("pk"):
        audit.record(
            event, by=export.owner, chain=institution.audit_chain, subject=export.pk, facts=facts, detail=detail
        )


@transaction.atomic
def fetch(export: Export) -> bool:
    """Take the one fetch there is; ``False`` when it is not there to be fetched."""
    if not allowed(export):
        Export.objects.filter(pk=export.pk).update(state=Export.State.NOT_ALLOWED)
        return False
    mine = Export.objects.filter(pk=export.pk, state=Export.State.READY, expires_at__gt=Now())
    if mine.update(state=Export.State.FETCHED, fetched_at=Now()) != 1:
        return False
    record("fetch_export", export)
    return True


def content(export: Export) -> Iterator[bytes]:
    """The content, chunk by chunk; when all of it was taken it is erased. A line that broke leaves the fetch undone."""
    complete = False
    try:
        yield from sealed_streams.read(export.stream, export.parts)
        complete = True
    finally:
        if complete:
            erase(export)
        else:
            Export.objects.filter(pk=export.pk, state=Export.State.FETCHED, erased_at=None).update(
                state=Export.State.READY, fetched_at=None
            )


def erase(export: Export) -> None:
    sealed_streams.erase(export.stream)
    Export.objects.filter(pk=export.pk).update(erased_at=Now())


def _settle(which: Q) -> None:
    """An export whose job was stopped, or failed and was left so, is not being made any more."""
    given_up = Q(job__state=Job.State.CANCELLED) | Q(job__state=Job.State.FAILED, asked_at__lt=Now() - KEPT_FOR)
    making = Export.objects.filter(which, state=Export.State.MAKING)
    # The ids first: PostgreSQL takes no join in an update.
    stopped = list(making.filter(given_up | Q(job=None)).values_list("pk", flat=True))
    Export.objects.filter(pk__in=stopped).update(state=Export.State.STOPPED)


def overdue() -> int:
    """Erase what nobody may fetch any more; returns how many exports were."""
    Export.objects.filter(state=Export.State.READY, expires_at__lte=Now()).update(state=Export.State.EXPIRED)
    _settle(Q())
    over = (Export.State.EXPIRED, Export.State.STOPPED, Export.State.NOT_ALLOWED, Export.State.TOO_LARGE)
    # Fetched an hour ago and still there: the web server was killed while it handed the list out.
    killed = Q(state=Export.State.FETCHED, fetched_at__lt=Now() - timedelta(hours=1))
    found = Export.objects.filter(killed | Q(state__in=over), erased_at=None)[:50]
    for export in found:
        erase(export)
    Export.objects.filter(erased_at__isnull=False, asked_at__lt=Now() - timedelta(days=30)).delete()
    return len(found)
