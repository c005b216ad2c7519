"""/healthz says that the process lives, /readyz which part does not."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from tests.hostile import sql
from tte_portal import outbox, tasks
from tte_portal.models import Heartbeat, OutboxMessage

pytestmark = pytest.mark.django_db


def ready() -> tuple[int, dict[str, Any]]:
    page = Client().get("/readyz")
    return page.status_code, page.json()


def test_the_process_lives_without_asking_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = Client().get("/healthz")
    assert (page.status_code, page.content) == (200, b"ok")


def test_all_is_ready_once_a_worker_has_beaten() -> None:
    assert ready()[0] == 503
    tasks.heartbeat()
    status, told = ready()
    assert status == 200
    assert told["ready"]
    assert told["outbox_age_seconds"] is None


def test_a_worker_that_has_been_silent_for_five_minutes_is_missed() -> None:
    tasks.heartbeat()
    sql("UPDATE tte_portal_heartbeat SET at = now() - interval '4 minutes 59 seconds'")
    assert ready()[0] == 200
    sql("UPDATE tte_portal_heartbeat SET at = now() - interval '5 minutes 1 second'")
    status, told = ready()
    assert (status, told["worker"], told["scheduler"], told["database"]) == (503, False, False, True)


def test_a_heartbeat_is_one_row_however_often() -> None:
    for _ in range(3):
        tasks.heartbeat()
    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize(("minutes", "well"), [(14, True), (16, False)])
def test_a_message_that_waits_too_long_is_told(minutes: int, well: bool) -> None:
    tasks.heartbeat()
    outbox.write("submitted")
    sql("UPDATE tte_portal_outboxmessage SET due_at = now() - %s * interval '1 minute'", minutes)
    status, told = ready()
    assert (status == 200, told["outbox"]) == (well, well)
    assert told["outbox_age_seconds"] == pytest.approx(minutes * 60, abs=5)


def test_sent_failed_and_future_messages_are_not_late() -> None:
    tasks.heartbeat()
    for state in OutboxMessage.State:
        OutboxMessage.objects.create(template="submitted", state=state)
    sql("UPDATE tte_portal_outboxmessage SET due_at = now() - interval '1 day' WHERE state <> 'waiting'")
    sql("UPDATE tte_portal_outboxmessage SET due_at = now() + interval '1 day' WHERE state = 'waiting'")
    assert ready()[1]["outbox_age_seconds"] is None


def test_a_broker_that_is_away_is_told(settings: Any) -> None:
    tasks.heartbeat()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, told = ready()
    assert (status, told["broker"], told["database"]) == (503, False, True)


def test_a_database_that_is_away_is_told_and_nothing_else_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr("tte_portal.health.connection.cursor", away)
    status, told = ready()
    assert (status, told["database"], "worker" in told) == (503, False, False)


def test_no_answer_tells_a_secret_or_an_address(settings: Any) -> None:
    text = Client().get("/readyz").content.decode()
    assert settings.DATABASES["default"]["NAME"] not in text
    assert "redis" not in text
