"""The worker's processes: found, stopped, killed; and the steps at which the database holds them for that."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlparse

import psycopg2

from tests.portal import Portal, wait_for

LOCK = 4711
# What a worker is about to write at each step: the table, the kind of statement, and which of its rows.
STEPS = {
    "mail handed over, not noted": ("tte_portal_outboxmessage", "UPDATE", "NEW.state = 'sent'"),
    "checks made, not kept": ("verification_check", "INSERT", "true"),
    "authority not asked yet": ("passphrase_certificaterequest", "UPDATE", "NEW.attempts > OLD.attempts"),
    "no serial reserved yet": ("passphrase_issuance", "INSERT", "true"),
    "signed, not in the ledger": ("passphrase_issuance", "UPDATE", "NEW.der IS NOT NULL"),
    "in the ledger, not kept": ("passphrase_certificate", "INSERT", "true"),
    "issued, not committed": ("tte_portal_outboxmessage", "INSERT", "NEW.template = 'issued'"),
    "activating": ("enrollment_application", "UPDATE", "NEW.status = 'ACTIVE' AND OLD.status = 'ISSUE'"),
    "active, not committed": ("tte_portal_outboxmessage", "INSERT", "NEW.template = 'active'"),
}
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"


class Worker:
    """The Celery worker of one portal: a main process and the pool that does the tasks."""

    def __init__(self, portal: Portal) -> None:
        self.name = f"tte-{urlparse(portal.url).port}@%h"

    def processes(self) -> tuple[list[int], list[int]]:
        """(main, pool); empty while the supervisor waits to start it again."""
        parents = dict(self._found())
        main = [pid for pid, parent in parents.items() if parent not in parents]
        return main, [pid for pid in parents if pid not in main]

    def _found(self) -> Iterator[tuple[int, int]]:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.name.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                    parent = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
                    yield int(folder.name), int(parent)

    def wait_until_it_works(self) -> None:
        wait_for(lambda: self.processes()[1], "the worker", 120)

    def kill_pool(self) -> None:
        self._send(signal.SIGKILL, self.processes()[1])

    def kill_whole(self) -> None:
        main, pool = self.processes()
        self._send(signal.SIGKILL, main + pool)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It takes no task meanwhile. The pool ends what it has begun: stopped in it, it would hold on to a row."""
        self.wait_until_it_works()
        main, _ = self.processes()
        self._send(signal.SIGSTOP, main)
        try:
            yield
        finally:
            self._send(signal.SIGCONT, main)

    def _send(self, sign: signal.Signals, pids: list[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, sign)


class Gate:
    """Triggers in the portal's database that let a worker wait at one step, for as long as it is closed."""

    def __init__(self, portal: Portal) -> None:
        self.connection = psycopg2.connect(portal.environment["DATABASE_URL"])
        self.connection.autocommit = True
        self._run("CREATE TABLE drill_step (name text PRIMARY KEY)")
        self._run(
            "CREATE FUNCTION drill_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF EXISTS (SELECT FROM drill_step WHERE name = TG_ARGV[0]) THEN"
            f" PERFORM pg_advisory_xact_lock_shared({LOCK}); END IF; RETURN NEW; END $$"
        )
        for number, (step, (table, event, rows)) in enumerate(STEPS.items()):
            self._run(
                f"CREATE TRIGGER drill_{number} BEFORE {event} ON {table} FOR EACH ROW WHEN ({rows})"
                f" EXECUTE FUNCTION drill_wait('{step}')"
            )

    def _run(self, sql: str, *values: object) -> list[tuple[int]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def closed(self, step: str) -> Iterator[None]:
        """Yields once a worker stands at the step; opens again afterwards."""
        self._run("SELECT pg_advisory_lock(%s)", LOCK)
        self._run("INSERT INTO drill_step VALUES (%s)", step)
        try:
            wait_for(lambda: self._run(WAITING), f"a worker at '{step}'", 300)
            yield
        finally:
            self._run("DELETE FROM drill_step")
            self._run("SELECT pg_advisory_unlock(%s)", LOCK)

    def close(self) -> None:
        self.connection.close()
