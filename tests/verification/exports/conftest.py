"""Exports as an officer of the first institution asks for them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.models import Account, Job
from verification.exports import actions
from verification.exports.models import Export

Make = Callable[..., Export]


@pytest.fixture
def administrator(natuna: Institution) -> Account:
    return cast.make_officer("adi", (natuna, Role.Kind.ADMINISTRATOR))


@pytest.fixture
def wanted(natuna: Institution, administrator: Account) -> Make:
    def make(**more: Any) -> Export:
        given = {
            "owner": administrator, "form": "csv", "institutions": [natuna.pk], "first": date(2000, 1, 1),
            "last": date(2100, 1, 1), "zone": "Asia/Jakarta", "place": natuna.name,
        }  # fmt: skip
        return actions.ask(Export(**{**given, **more}))

    return make


@pytest.fixture
def made(wanted: Make) -> Make:
    """An export at the end of its job, done step by step as a worker does it."""

    def make(**more: Any) -> Export:
        export = wanted(**more)
        work(export)
        export.refresh_from_db()
        return export

    return make


def work(export: Export) -> None:
    from tte_portal import jobs

    jobs.run(export.job_id or "")
    assert Job.objects.get(pk=str(export.job_id)).error == ""


def content(export: Export) -> bytes:
    """What is handed out; the fetch is used up."""
    assert actions.fetch(export)
    return b"".join(actions.content(export))
