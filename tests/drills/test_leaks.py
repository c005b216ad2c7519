"""P3, P6, P7: after a whole journey, what was typed and mailed stands in no dump, file, queue or log."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import redis

from tests.drills.crowd import Applicant, Crowd, Person
from tests.drills.postman import Postman
from tests.drills.victims import Worker
from tests.hostile import files_under, spellings
from tests.portal import Portal, wait_for
from tte_portal.embedded.postgresql import installed

pytestmark = pytest.mark.drill

# The demo's own accounts and people, the keys to everything, the addresses of the services: made to be read there.
BY_DESIGN = ("demo.json", "secrets", "services.json")
PASSPHRASE = "Sangat+Rahasia & 4711 Kapal"


def test_after_a_whole_journey_nothing_that_was_typed_or_mailed_can_be_found(
    portal: Portal, postman: Postman, worker: Worker, broker: "redis.Redis", crowd: Crowd
) -> None:
    person = crowd.registry.invite()
    person.passphrase = PASSPHRASE
    queues = walk(Applicant(person, portal, postman), crowd, worker, broker)
    tokens = mailed_tokens(portal, person)
    places = {
        "the dump": dump(portal),
        "the files": written_files(portal.var),
        "the broker": queues + everything_in(broker),
        "the log": portal.log.read_bytes(),
    }

    # The search itself finds what is there: ids and the names of tasks.
    assert all(person.application.encode() in places[where] for where in ("the dump", "the broker"))
    assert b"deliver_message" in places["the log"]
    assert len(tokens) >= 2
    secrets = [person.nik, person.nip, *phones(person), PASSPHRASE, *tokens]
    found = [(place, secret) for place, text in places.items() for secret in secrets if stands_in(secret, text)]
    assert found == []


def test_a_task_that_fails_loudly_tells_no_secret(portal: Portal, worker: Worker, broker: "redis.Redis") -> None:
    """Celery's own words about a message repeat all of it."""
    from celery import Celery

    nik, token, name = "9901015705680123", "Zk3" * 14 + "x", "drill.tasks.unknown"
    with Celery(broker=portal.environment["REDIS_URL"]) as stranger:
        stranger.send_task(name, [nik, f"/email/set/passphrase/{token}/"])
    # Its last part; what was in the message stands before it.
    wait_for(lambda: b"The delivery info for this task" in portal.log.read_bytes(), "the worker's complaint", 60)

    written = portal.log.read_bytes()
    assert name.encode() in written
    assert b"The full contents of the message body was" in written
    assert nik.encode() not in written
    assert token.encode() not in written


def walk(applicant: Applicant, crowd: Crowd, worker: Worker, broker: "redis.Redis") -> bytes:
    """The whole way, the worker held at each change, so that what is queued for it can be seen."""
    person, seen = applicant.person, b""
    applicant.fill_in()
    applicant.photograph()
    for change in (applicant.submit, lambda: crowd.verifier.approve(person.application), applicant.make_passphrase):
        if change == applicant.make_passphrase:
            applicant.follow("/email/set/passphrase/")
        with worker.stopped():
            change()
            seen += everything_in(broker)
    applicant.wait_until_active()
    return seen


def mailed_tokens(portal: Portal, person: Person) -> list[str]:
    links = [link for message in portal.messages(person.mailbox) for link in message["links"] if "/email/" in link]
    return sorted({link.rstrip("/").rpartition("/")[2] for link in links})


def phones(person: Person) -> list[str]:
    """As it was typed, without its country, and as people here write it."""
    return [person.phone, person.phone[3:], f"0{person.phone[3:]}"]


def dump(portal: Portal) -> bytes:
    """The database as its own backup program writes it; where that is too old for the server, every row by COPY."""
    own = installed() / "pg_dump"
    url = portal.environment["DATABASE_URL"]
    done = subprocess.run([own, "--inserts", "-d", url], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b"".join(rows(portal))


def rows(portal: Portal) -> Iterator[bytes]:
    for (table,) in portal.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        for (row,) in portal.query(f'SELECT each::text FROM "{table}" each'):  # noqa: S608 - the catalogue's own names
            yield row.encode()


def written_files(var: Path) -> bytes:
    return b"".join(
        files_under(each) if each.is_dir() else each.read_bytes()
        for each in var.iterdir()
        if each.name not in BY_DESIGN
    )


def everything_in(broker: "redis.Redis") -> bytes:
    """Every key with what it holds, and the bodies of the tasks as they were before base64."""
    return b"".join(bytes(key) + b"".join(_held(broker, key)) for key in broker.scan_iter())


def _held(broker: "redis.Redis", key: Any) -> Iterator[bytes]:
    yield bytes(broker.dump(key) or b"")
    kind = broker.type(key)
    # Tasks that wait, and those that a worker has taken.
    for task in broker.lrange(key, 0, -1) if kind == b"list" else broker.hvals(key) if kind == b"hash" else []:
        told = json.loads(task)
        yield (task if isinstance(task, bytes) else task.encode()) + base64.b64decode(
            (told[0] if isinstance(told, list) else told)["body"]
        )


def stands_in(secret: str, text: bytes) -> bool:
    written = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    return any(spelling in text for each in written for spelling in spellings(each.encode()))
