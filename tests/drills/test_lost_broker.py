"""P10: Redis forgets everything, goes away, or falls silent; PostgreSQL knows what is left to do."""

import time
import urllib.error
import urllib.request

import pytest
import redis

from tests.drills import outcome
from tests.drills.browser import Browser
from tests.drills.conftest import Times
from tests.drills.crowd import Crowd
from tests.drills.postman import Postman
from tests.drills.victims import Worker
from tests.drills.wire import Wire
from tests.portal import Portal, wait_for

pytestmark = pytest.mark.drill

PAGES = ("/", "/natuna/", "/status/", "/healthz")
HEARTBEAT = "SELECT at FROM tte_portal_heartbeat"


def queued(broker: "redis.Redis") -> bytes:
    return b"".join(each for each in broker.lrange("celery", 0, -1) if isinstance(each, bytes))


def a_mail_is_queued(crowd: Crowd, broker: "redis.Redis") -> bool:
    """Invites one more person; the first task may still go to the worker that was waiting for one when it stopped."""
    crowd.invited.append(crowd.registry.invite())
    return b"deliver_message" in queued(broker)


def test_a_flushed_queue_loses_nothing(
    portal: Portal, postman: Postman, worker: Worker, broker: "redis.Redis", crowd: Crowd, times: Times
) -> None:
    crowd.come()
    for _ in range(times(3, 50)):
        with worker.stopped():
            # Work of the drill's own: the others may all be waiting for the worker.
            wait_for(lambda: a_mail_is_queued(crowd, broker), "a queued mail", 60)
            broker.flushall()
            assert crowd.errors == []
    outcome.nothing_is_lost_or_doubled(portal, postman, crowd.finish())


def test_without_redis_pages_answer_and_mails_are_late_not_lost(
    portal: Portal, postman: Postman, wire: Wire, crowd: Crowd
) -> None:
    person = crowd.registry.invite()
    wire.cut()
    try:
        assert_pages_answer(portal, seconds=20)
        asked = Browser(portal.url).post("/status/", {"mailbox": person.mailbox})
        assert asked.path == "/status/terkirim/"
        assert b'"broker": false' in ready(portal)
    finally:
        wire.mend()
    crowd.go_through(person)
    postman.wait_for_link(person.mailbox, "/email/status/", 120)


def test_a_silent_redis_keeps_no_page_waiting_for_long(portal: Portal, wire: Wire, crowd: Crowd) -> None:
    wire.block()
    try:
        assert_pages_answer(portal, seconds=20)
        begun = time.monotonic()
        asked = Browser(portal.url).post("/status/", {"mailbox": "siapa@natunakab.example"})
        assert asked.path == "/status/terkirim/"
        assert time.monotonic() - begun < 30
    finally:
        # Whoever waits for an answer that never comes gives up; a cut makes that certain.
        wire.cut()
        wire.mend()
    before = portal.query(HEARTBEAT)
    wait_for(lambda: portal.query(HEARTBEAT) != before, "the worker's heartbeat", 120)
    crowd.go_through(crowd.registry.invite())


def assert_pages_answer(portal: Portal, seconds: float) -> None:
    for path in PAGES:
        begun = time.monotonic()
        assert Browser(portal.url).get(path).status == 200
        assert time.monotonic() - begun < seconds, path


def ready(portal: Portal) -> bytes:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{portal.url}/readyz", timeout=60)  # noqa: S310 - our own address
    with caught.value as answer:
        return answer.read()
