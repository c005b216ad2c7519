"""Asks the personnel registry, a few at a time, whether the holders of certificates still work there.

Nothing follows by itself: what speaks for a revocation is proposed to an officer. A registry that does not answer ends
the round, and its circuit breaker has the next ones end at once; nobody is proposed because of silence.
"""

import logging
from datetime import timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localtime

from enrollment import registries, terms
from enrollment.actions import TYPED_BY_STRANGERS
from enrollment.models import Application, PersonnelRecord, Status
from enrollment.registries import Person, PersonnelRegistry, Unavailable
from enrollment.registries.imported import Imported
from enrollment.registries.standing import has_left
from passphrase.models import Certificate
from verification.certificates import proposals
from verification.certificates.models import Asked, Proposal

logger = logging.getLogger(__name__)

Finding = Proposal.Finding
# Each person once a week, a few in a round: what a registry bears without noticing.
EVERY = timedelta(days=7)
BATCH = 20


def due() -> QuerySet[Application]:
    """Holders whose turn it is: with a number to ask by, and not asked about for a week."""
    lately = Asked.objects.filter(application=OuterRef("pk"), at__gt=Now() - EVERY)
    rows = Application.objects.filter(status__in=(Status.ACTIVE, Status.SUSPENDED), employee_number_index__isnull=False)
    return rows.exclude(Exists(lately)).select_related("institution", "record")


def sweep() -> int:
    """One round; returns how many were asked about. One at a time in the whole portal: two would ask the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('registry round'))")
        if not cursor.fetchone()[0]:
            return 0
    try:
        proposals.close_ended()
        return _round(registries.personnel_registry())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('registry round'))")


def _round(registry: PersonnelRegistry) -> int:
    asked = 0
    for application in due().order_by("since", "pk")[:BATCH]:
        try:
            look(application, registry)
        except Unavailable as error:
            logger.info("The round of questions ends early: %s.", error.reason)
            break
        # Written after the answer: whoever dies in between asks again.
        Asked.objects.update_or_create(application=application, defaults={"at": Now()})
        asked += 1
    return asked


def look(application: Application, registry: PersonnelRegistry) -> None:
    """Ask about one holder, and propose what the answer speaks for. Raises :class:`Unavailable`."""
    person = registry.find(application.institution, application.employee_number)
    finding, told = _finding(application, person, registry)
    if finding:
        proposals.propose(application, finding, told)
    else:
        proposals.withdraw(application)


def _finding(application: Application, person: Person | None, registry: PersonnelRegistry) -> tuple[str, str]:
    if person is not None and has_left(person.standing):
        return Finding.LEFT, person.standing
    if elsewhere := _elsewhere(application):
        # Which institution is nobody's business here.
        return Finding.ELSEWHERE, f"Dicatat instansi lain pada {localtime(elsewhere.imported_at):%d-%m-%Y}."
    if person is None and _was_there(application, registry):
        return Finding.ABSENT, ""
    return "", ""


def _elsewhere(application: Application) -> PersonnelRecord | None:
    """The record that another institution has made of this number since the certificate was issued."""
    issued = Certificate.objects.filter(application=application).values("issued_at")[:1]
    rows = PersonnelRecord.objects.filter(
        employee_number_index=application.employee_number_index, imported_at__gt=issued
    )
    return rows.exclude(institution_id=application.institution_id).order_by("imported_at").first()


def _was_there(application: Application, registry: PersonnelRegistry) -> bool:
    """Whether the registry once had the person. The imported list is not asked about whom it may never have held."""
    if not isinstance(registry, Imported):
        return True
    return terms.of(application).way_in.kind not in TYPED_BY_STRANGERS
