"""A small Natuna and Sulteng whose numbers are counted by hand, and the officers who read them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enrollment import terms
from enrollment.models import Application, Institution, Opd, Role, StatusPeriod
from tests import cast
from tte_portal.models import Account
from verification.reports.scope import Scope, ScopeForm


@dataclass(frozen=True)
class Stay:
    """A stretch in a state: from a moment, for so many hours; 0 hours: still."""

    status: str
    waiting_for: str
    since: datetime
    hours: float = 0


class Registry:
    """Makes applications with a past of one's choosing."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, institution: Institution, *stays: Stay, opd: Opd | None = None, name: str = "") -> Application:
        self.count += 1
        last = stays[-1]
        application = Application(
            institution=institution, procedure=terms.keep(terms.in_force(institution)), opd=opd,
            receipt=f"TTE-UJI-{self.count:04}", mailbox=f"rahasia{self.count}@contoh.go.id",
            name=name or f"Rahasia Orangnya {self.count}", status=last.status, waiting_for=last.waiting_for,
            since=last.since, created_at=stays[0].since,
        )  # fmt: skip
        application.save(force_insert=True)
        StatusPeriod.objects.bulk_create(
            StatusPeriod(
                application=application, institution=institution, status=stay.status, waiting_for=stay.waiting_for,
                since=stay.since, until=stay.since + timedelta(hours=stay.hours) if stay.hours else None,
            )
            for stay in stays
        )  # fmt: skip
        return application


@pytest.fixture
def registry(db: None) -> Registry:
    return Registry()


@pytest.fixture
def reader(natuna: Institution) -> Account:
    """Reads numbers at Natuna, and may see no person."""
    return cast.make_officer("pembaca", (natuna, Role.Kind.REPORT_READER))


@pytest.fixture
def manager(natuna: Institution) -> Account:
    return cast.make_officer("kelola", (natuna, Role.Kind.ADMINISTRATOR))


def scope_of(officer: Account, **asked: Any) -> Scope:
    form = ScopeForm({name: str(value) for name, value in asked.items()}, officer=officer)
    assert form.is_valid(), form.errors
    return form.scope()


Ask = Callable[..., Any]


@pytest.fixture
def get() -> Callable[..., Any]:
    """``get(officer, address, **filters)``."""

    def ask(officer: Account, address: str, **filters: Any) -> Any:
        return _signed_in(officer).get(address, filters)

    clients: dict[int, Client] = {}

    def _signed_in(officer: Account) -> Client:
        if officer.pk not in clients:
            clients[officer.pk] = cast.sign_in(officer)
        return clients[officer.pk]

    return ask


def at(text: str) -> datetime:
    """A moment in UTC: "2026-03-01 02:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def today() -> date:
    return timezone.localdate()
