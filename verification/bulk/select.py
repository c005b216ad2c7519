"""Which waiting cases a bulk decision is about, which of them are left out, and why: asked anew when each has its turn.

Each rule looks at all cases at once, in a query or two, whether there are two hundred of them or one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from enrollment import comparisons, lifecycle
from enrollment.models import Application, Holder, Institution
from tte_portal import audit
from tte_portal.models import Account, AuditRow
from verification import checks, queue
from verification.bulk.models import BulkRun
from verification.desks import ALL, Desk
from verification.models import Check

# The desks at which many cases may be decided at once, by the names in their addresses.
DESKS = tuple(desk for desk in ALL if desk.queue in (queue.REVIEW, queue.PRE_CHECK, queue.ISSUE))
Kind = BulkRun.Kind
# So many cases are looked at to find enough that can be decided.
LOOKED_AT = 3

OWN = "Pengajuan Anda sendiri."
MADE = "Anda sudah mengubah atau memeriksa pengajuan ini; petugas lain yang memutuskannya."
UNCHECKED = "Belum diperiksa otomatis."
TAKEN = "NIK sudah dipakai pengajuan lain yang disetujui."
TOO_MANY = "Melebihi {most} pengajuan dalam satu kali jalan."


@dataclass(frozen=True)
class Sorted:
    """Cases that can be decided, and those that are left out with the reason."""

    taken: list[Application]
    left: list[tuple[Application, str]]


def desk_of(slug: str) -> Desk | None:
    return next((desk for desk in DESKS if desk.slug == slug), None)


def found(officer: Account, desk: Desk, institution: Institution, asked: Mapping[str, Any]) -> QuerySet[Application]:
    """The waiting cases of one institution that a search finds, oldest first. ``asked``: see ``forms.SearchForm``."""
    rows = queue.waiting(officer, desk.queue).filter(institution=institution)
    if asked.get("opd"):
        rows = rows.filter(opd=asked["opd"])
    if asked.get("days"):
        rows = rows.filter(since__lte=Now() - timedelta(days=asked["days"]))
    if asked.get("name"):
        rows = rows.filter(name__istartswith=asked["name"])
    if asked.get("procedure"):
        rows = rows.filter(procedure__slug=asked["procedure"])
    if asked.get("sound"):
        made = _checks_of(desk)
        rows = rows.filter(Exists(made), ~Exists(made.exclude(outcome=Check.Outcome.OK)))
    return rows.select_related("institution", "claimed_by", "opd").annotate(held=queue.HELD).order_by("since", "pk")


def procedures_of(institutions: QuerySet[Institution]) -> list[str]:
    """What these institutions ask now, and what their waiting applications began with."""
    slugs = {slug for slug in institutions.values_list("procedure_slug", flat=True) if slug}
    turns = [desk.queue.state[1].value for desk in DESKS]
    waiting = Application.objects.filter(institution__in=list(institutions), waiting_for__in=turns)
    began = waiting.order_by().values_list("procedure__slug", flat=True).distinct()
    return sorted(slugs | set(began))


def not_sound(officer: Account, desk: Desk, institution: Institution, asked: Mapping[str, Any]) -> str:
    """How many more the same search would find that have a warning or were not checked; empty when none."""
    if not asked.get("sound"):
        return ""
    sound = found(officer, desk, institution, asked)
    all_ = found(officer, desk, institution, {**asked, "sound": False})
    number = all_.exclude(pk__in=sound.order_by().values("pk")).order_by()[: queue.MOST + 1].count()
    return queue.told(number) if number else ""


def _checks_of(desk: Desk) -> QuerySet[Check]:
    """Those of the present submission; where a desk has none of its own, what the desk before it saw."""
    made = Check.objects.filter(application=OuterRef("pk"))
    return made.filter(made_at__gte=OuterRef("since")) if desk.queue.state in checks.CHECKED else made


def preview(officer: Account, desk: Desk, kind: str, cases: QuerySet[Application]) -> Sorted:
    """The search result as it would be decided now, at most as many as one run takes."""
    most: int = settings.BULK_MOST
    sorted_ = sort(officer, desk, kind, list(cases[: most * LOOKED_AT]))
    rest = [(case, TOO_MANY.format(most=most)) for case in sorted_.taken[most:]]
    return Sorted(sorted_.taken[:most], sorted_.left + rest)


def sort(officer: Account, desk: Desk, kind: str, cases: list[Application]) -> Sorted:
    """Cases as they stand now (annotated with ``held``), each with the first reason that keeps it out, if any."""
    made, taken = _made_by(officer, desk, cases), set[UUID]()
    doubts: dict[UUID, str] = {}
    if kind == Kind.APPROVE:
        doubts, taken = _doubts(desk, cases), _niks_taken(desk, cases)
    result = Sorted([], [])
    for case in cases:
        if why := _why(case, officer, made, doubts, taken):
            result.left.append((case, why))
        else:
            result.taken.append(case)
    return result


def _why(case: Any, officer: Account, made: set[UUID], doubts: dict[UUID, str], taken: set[UUID]) -> str:
    if officer.mailbox and officer.mailbox.lower() == case.mailbox.lower():
        return OWN
    if case.held and case.claimed_by_id != officer.pk:
        return f"Sedang dipegang {case.claimed_by}."
    if case.pk in made:
        return MADE
    return doubts.get(case.pk) or (TAKEN if case.pk in taken else "")


def _made_by(officer: Account, desk: Desk, cases: list[Application]) -> set[UUID]:
    """Cases in which the officer has had a hand that makes them another's (``lifecycle.has_checked``, for many)."""
    subjects: dict[UUID, set[UUID]] = {case.pk: {case.pk} for case in cases}
    of_mailbox: dict[str, list[UUID]] = {}
    of_record: dict[UUID | int, list[UUID]] = {}
    for case in cases:
        of_mailbox.setdefault(case.mailbox, []).append(case.pk)
        if case.record_id:
            of_record.setdefault(case.record_id, []).append(case.pk)
    # What was agreed to in a person's profile stands under its holder.
    person = Q(mailbox__in=list(of_mailbox)) | Q(record__in=list(of_record))
    holders = Holder.objects.filter(person, institution__in={case.institution_id for case in cases})
    for pk, mailbox, record in holders.values_list("pk", "mailbox", "record"):
        owned = of_mailbox.get(mailbox, []) + (of_record.get(record, []) if record else [])
        subjects.setdefault(pk, set()).update(owned)
    rows = AuditRow.objects.filter(subject__in=list(subjects), actor=audit.actor_name(officer))
    events = {event for name in desk.queue.decisions for event in lifecycle.BY_NAME[name].not_after}
    hit = rows.filter(event__in=events).values_list("subject", flat=True)
    return {case for subject in hit if subject for case in subjects[subject]}


def _doubts(desk: Desk, cases: Iterable[Application]) -> dict[UUID, str]:
    """What the automatic checks have against approving without a look: anything but "ok", and no checks at all."""
    rows = Check.objects.filter(application__in=[case.pk for case in cases])
    if desk.queue.state in checks.CHECKED:
        rows = rows.filter(made_at__gte=F("application__since"))
    seen: dict[UUID, list[str]] = {}
    for application, name, outcome in rows.values_list("application", "name", "outcome").order_by("position"):
        titles = seen.setdefault(application, [])
        if outcome != Check.Outcome.OK:
            titles.append(checks.title_of(name))
    told = {pk: f"Pemeriksaan otomatis tidak semuanya cocok: {', '.join(titles)}." for pk, titles in seen.items()}
    return {case.pk: told[case.pk] if case.pk in seen else UNCHECKED for case in cases if seen.get(case.pk) != []}


def _niks_taken(desk: Desk, cases: Iterable[Application]) -> set[UUID]:
    """Cases whose NIK another application holds already."""
    if desk.queue == queue.ISSUE:
        return set()
    of_nik = {bytes(case.nik_index): case.pk for case in cases if case.nik_index is not None}
    held = Application.objects.filter(nik_index__in=list(of_nik), nik_taken=True)
    followed = [case.predecessor_id for case in cases if case.predecessor_id]
    held = held.exclude(status__in=comparisons.ENDED).exclude(pk__in=[*of_nik.values(), *followed])
    numbers = {bytes(nik) for nik in held.values_list("nik_index", flat=True) if nik is not None}
    return {case.pk for case in cases if case.nik_index is not None and bytes(case.nik_index) in numbers}
