"""One sweep of the outbox at a time, until nothing is due."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

from enrollment.models import Institution
from tests import cast
from tte_portal import outbox
from tte_portal.models import OutboxMessage

pytestmark = pytest.mark.django_db

HOLD = "SELECT pg_try_advisory_lock(hashtext('outbox sweep'))"


@pytest.fixture
def another_worker() -> Iterator[psycopg2.extensions.connection]:
    found = psycopg2.connect(**_parameters())
    yield found
    found.close()


def _parameters() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {key: value for key, value in known.items() if key in ("dbname", "user", "password", "host", "port")}


def test_a_second_sweep_leaves_the_mails_to_the_first(
    natuna: Institution, another_worker: psycopg2.extensions.connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 1)
    cast.begin(natuna, 0)
    cast.begin(natuna, 1)
    with another_worker.cursor() as cursor:
        cursor.execute(HOLD)
        assert outbox.sweep() == 0
        cursor.execute("SELECT pg_advisory_unlock_all()")

    assert outbox.sweep() == 2
    assert not OutboxMessage.objects.filter(state="waiting").exists()
    with another_worker.cursor() as cursor:
        cursor.execute(HOLD)
        # The first has let go.
        assert cursor.fetchone() == (True,)
