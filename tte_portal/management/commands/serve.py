"""`manage.py serve`: the whole portal in one terminal, from an empty database to the printed address."""

import hashlib
import http.client
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from tte_portal.embedded.ports import require_free_port, wanted_port
from tte_portal.embedded.problems import Problem
from tte_portal.embedded.supervisor import Program, Supervisor

WEB_SECONDS = 60
BLOCKING_THREADS = 4
LAW = (
    "Certificates come from the embedded authority: for pilots, training and internal use, not for the outside world.",
    "PP 71/2019 art. 63 lets holders' keys be entrusted to a licensed provider (PSrE) alone: see docs/operating.md.",
)


class Command(BaseCommand):
    help = "Prepares the database, the static files and the demo, then runs web, worker and scheduler until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_free_port()
            self.prepare()
            self.run_programs()
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.stdout.write("Ended.")

    def prepare(self) -> None:
        with self.step("database") as note:
            note(wait_for_database())
        with self.step("migrations") as note:
            note(migrate())
        with self.step("static files") as note:
            note(collect_static_files(settings.VAR / "static.sum"))
        with self.step("authority") as note:
            note(quietly("authority", "create"))
        if settings.DEMO:
            with self.step("demo") as note:
                note(quietly("demo"))
        # The programs open their own connections.
        connections.close_all()

    def run_programs(self) -> None:
        port = wanted_port()
        supervisor = Supervisor(programs(port), self.tell)
        supervisor.start()
        try:
            begun = time.monotonic()
            if supervisor.run_until(lambda: answers(port), WEB_SECONDS):
                self.tell("web, worker, scheduler", f"running ({time.monotonic() - begun:.1f} s)")
                self.say(welcome(settings.VAR / "demo.json"))
            elif not supervisor.asked:
                raise Problem(f"The web server did not answer on port {port} within {WEB_SECONDS} s.")
            supervisor.run()
        finally:
            supervisor.stop()
        self.say("Ended: nothing is left running.")

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        begun, notes = time.monotonic(), ["done"]
        yield notes.append
        self.tell(name, f"{notes[-1]} ({time.monotonic() - begun:.1f} s)")

    def tell(self, name: str, line: str) -> None:
        self.say(f"{name:<24}{line}")

    def say(self, line: str) -> None:
        # A closed terminal, or one that went away with make, keeps nothing here from being ended.
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def quietly(*words: str) -> str:
    """Runs a command; returns the first line of what it says."""
    said = io.StringIO()
    call_command(*words, stdout=said)
    return next(iter(said.getvalue().splitlines()), "done").rstrip(".")


def wait_for_database(seconds: float = 30) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_version")
                return f"PostgreSQL {cursor.fetchone()[0].split()[0]} answers"
        except OperationalError as error:
            if time.monotonic() > deadline:
                raise Problem(f"The database does not answer: {str(error).strip()}") from error
            time.sleep(0.5)


def migrate() -> str:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if count:
        call_command("migrate", interactive=False, verbosity=0)
    return f"{count} applied" if count else "nothing to do"


def collect_static_files(stamp: Path) -> str:
    """Collects when a source file has changed since the last time; compressing takes seconds."""
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return "unchanged"
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)
    return "collected and compressed"


def fingerprint() -> str:
    total = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            total.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def programs(port: int) -> list[Program]:
    # Whoever runs `make run` as root has decided to: Celery need not say it at every start.
    celery = [sys.executable, "-W", "ignore:::celery.platforms", "-m", "celery", "-A", "tte_portal", "--quiet"]
    # Two portals on one machine each have a worker of their own name.
    worker = ["worker", "-l", "WARNING", "--concurrency", "2", "-n", f"tte-{port}@%h", "--without-gossip"]
    schedule = str(settings.VAR / f"schedule-{port}")
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", str(BLOCKING_THREADS), "--respawn-failed-workers", "--no-ws"]
    web += ["--workers-kill-timeout", "8", "--log-level", "warning", "tte_portal.wsgi:application"]
    return [
        Program("web", web),
        Program("worker", [*celery, *worker]),
        Program("scheduler", [*celery, "beat", "-l", "WARNING", "--pidfile=", "-s", schedule]),
    ]


def answers(port: int) -> bool:
    """Whether /healthz answers, whatever it says: a redirect to HTTPS is a sign of life too."""
    http_client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        http_client.request("GET", "/healthz")
        return http_client.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        http_client.close()


def welcome(path: Path) -> str:
    """The address, and the accounts of the demo's first institution out of `var/demo.json`."""
    lines = ["", f"The portal runs at {settings.BASE_URL}/ (Ctrl-C ends it)"]
    if settings.DEMO:
        lines += [f"Every mail it sends stands at {settings.BASE_URL}/kotak-keluar/", *accounts(path)]
    if settings.EMBEDDED_AUTHORITY:
        lines += ["", *LAW]
    return "\n".join([*lines, ""])


def accounts(path: Path) -> list[str]:
    found: list[dict[str, str]] = json.loads(path.read_text())["accounts"]
    shown = [each for each in found if each["institution"] == found[0]["institution"]]
    lines = ["", f"Officers of {shown[0]['institution']}, who sign in at {settings.BASE_URL}/admin/ :"]
    lines.append(f"  {'login':<28}{'password':<20}{'authenticator secret':<36}role")
    for each in shown:
        lines.append(f"  {each['login']:<28}{each['password']:<20}{each['totp_secret']:<36}{each['role']}")
    return [*lines, f"The other institutions' officers and the sample people stand in {path}"]
