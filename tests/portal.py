"""A whole portal of real processes for browser tests, drills and benches: web, worker, scheduler, own database."""

import json
import os
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from urllib.request import urlopen

import psycopg2
from django.conf import settings
from django_otp.oath import totp

from tests.ports import free_port
from tests.side_by_side import NUMBERS, numbered
from tte_portal.environment import ROOT

START_SECONDS = 300
LAST_CODE = (
    "SELECT max(last_t) FROM otp_totp_totpdevice d JOIN tte_portal_account a ON a.id = d.user_id WHERE a.login = %s"
)

Found = TypeVar("Found")
_portals = count()


@dataclass
class Portal:
    """A running portal: where it is, its demo accounts and people, its environment for further commands."""

    url: str
    var: Path
    environment: dict[str, str]
    log: Path

    def demo(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.var / "demo.json").read_text())
        return found

    def account(self, role: str, institution: str = "natuna") -> dict[str, str]:
        accounts: list[dict[str, str]] = self.demo()["accounts"]
        return next(each for each in accounts if (each["role"], each["institution"]) == (role, institution))

    def person(self, number: int, institution: str = "natuna") -> dict[str, str]:
        people: list[dict[str, str]] = self.demo()["people"]
        return [each for each in people if each["institution"] == institution][number]

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """What /kotak-keluar/ shows for an address, newest first."""
        with urlopen(f"{self.url}/kotak-keluar/?format=json&q={quote(to)}") as answer:  # noqa: S310
            found: list[dict[str, Any]] = json.loads(answer.read())["messages"]
        return found

    def wait_for_message(self, to: str, template: str, seconds: float = 30) -> dict[str, Any]:
        return wait_for(
            lambda: next((m for m in self.messages(to) if m["template"] == template and m["state"] == "sent"), None),
            f"a {template} mail to {to}",
            seconds,
        )

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg2.connect(self.environment["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def fresh_code(self, account: dict[str, str]) -> str:
        """What the account's authenticator shows now; waits for the next one where this one was used, for each works
        once."""
        used = self.query(LAST_CODE, account["login"])[0][0]
        wait_for(lambda: time.time() // 30 > used, "a fresh code", 40)
        return f"{totp(b32decode(account['totp_secret'])):06}"

    def manage(self, *words: str) -> str:
        """What a command of the portal prints; raises ``AssertionError`` with what it complained of."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """Ask until there is an answer; raises ``AssertionError`` naming what never came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {seconds:.0f} s")


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Portal]:
    """Start ``manage.py serve`` on a database and a Redis number of its own, and end all of it afterwards."""
    port = free_port()
    environment = {
        **os.environ, "TTE_MODE": "demo", "TTE_VAR": str(folder), "PORT": str(port), "DATABASE_URL": _new_database(),
        "REDIS_URL": _other_redis(), "TTE_DEMO_PAUSE_SECONDS": "3", "TTE_SWEEP_SECONDS": "1",
        "TTE_LOG_LEVEL": "INFO", "TTE_DEMO_STAGES": "no", **more,
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    portal = Portal(f"http://127.0.0.1:{port}", folder, environment, folder / "serve.log")
    folder.mkdir(parents=True, exist_ok=True)
    with portal.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: _is_ready(portal, process), "the portal", START_SECONDS)
        yield portal
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _is_ready(portal: Portal, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, portal.log.read_text()
    return "The portal runs at" in portal.log.read_text()


def _new_database() -> str:
    """A database beside the tests' own on the same server."""
    name = f"portal_{os.getpid()}_{time.monotonic_ns()}"
    url = os.environ["DATABASE_URL"]
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    base, _, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{query}"


def _other_redis() -> str:
    """Another number of the same Redis for each portal, so that no queue is shared; the last is the drills' own."""
    return numbered(settings.REDIS_URL, NUMBERS + next(_portals) % (15 - NUMBERS))
