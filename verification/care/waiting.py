"""What waits in one institution, stage by stage, and which officers it waits for: numbers alone, nobody's data."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from enrollment.collective.models import CollectiveRequest
from enrollment.models import Application, Institution, ProfileChange, Role
from enrollment.scoping import in_force
from tte_portal.models import Account
from verification import desks, queue, roles
from verification.care.models import Absence

MOST = queue.MOST


@dataclass(frozen=True)
class Stage:
    """One kind of waiting at an institution; ``page`` is where its officers work."""

    title: str
    role: str
    page: str
    waiting_for: str


STAGES: tuple[Stage, ...] = (
    Stage("Pengajuan yang menunggu pemeriksaan", roles.VERIFIER, "admin:queue", queue.REVIEW.state[1].value),
    *(Stage(each.title, each.queue.role, f"admin:{each.slug}", each.queue.state[1].value) for each in desks.DESKS),
)
CHANGES = Stage("Perubahan profil yang menunggu persetujuan", roles.HR, "admin:profile-changes", "")
REQUESTS = Stage("Permohonan OPD yang menunggu keputusan", roles.ADMINISTRATOR, "admin:collective", "")
DECIDE = frozenset(stage.role for stage in (*STAGES, CHANGES, REQUESTS))
OFFICERS_TURNS = tuple(stage.waiting_for for stage in STAGES)


@dataclass(frozen=True)
class Waiting:
    """How many wait at a stage, and since when the oldest does."""

    stage: Stage
    number: str
    oldest: datetime


def at(institution: Institution, kinds: Set[str]) -> list[Waiting]:
    """What waits at the stages of officers with these kinds of role; stages where nothing does are left out."""
    found = [_cases(institution, stage) for stage in STAGES if stage.role in kinds]
    if CHANGES.role in kinds:
        changes = ProfileChange.objects.filter(holder__institution=institution, state=ProfileChange.State.WAITING)
        found.append(_rows(CHANGES, changes, "asked_at"))
    if REQUESTS.role in kinds:
        asked = CollectiveRequest.objects.filter(institution=institution, state=CollectiveRequest.State.SUBMITTED)
        found.append(_rows(REQUESTS, asked, "submitted_at"))
    return [each for each in found if each is not None]


def _cases(institution: Institution, stage: Stage) -> Waiting | None:
    return _rows(stage, Application.objects.filter(institution=institution, waiting_for=stage.waiting_for), "since")


def _rows(stage: Stage, rows: QuerySet[Any], since: str) -> Waiting | None:
    oldest = rows.order_by(since).values_list(since, flat=True).first()
    return Waiting(stage, _told(rows.order_by()[: MOST + 1].count()), oldest) if oldest else None


def _told(counted: int) -> str:
    return f"lebih dari {MOST}" if counted > MOST else str(counted)


def officers(institution: Institution, kinds: Set[str]) -> QuerySet[Account]:
    """Who is to hear of it: active officers with such a role in force there and a mailbox. The absent are not told;
    whoever stands in holds the role meanwhile."""
    held = Role.objects.filter(in_force(), account=OuterRef("pk"), institution=institution, kind__in=kinds)
    away = Absence.objects.filter(account=OuterRef("pk"), institution=institution, begins__lte=Now(), ends__gt=Now())
    rows = Account.objects.filter(Exists(held), ~Exists(away), is_active=True, is_staff=True).exclude(mailbox="")
    return rows.order_by("pk")


def kinds_at(account: Account, institution: Institution) -> set[str]:
    return set(Role.objects.filter(in_force(), account=account, institution=institution).values_list("kind", flat=True))
