"""`manage.py serve`: everything runs at the printed address, a killed part comes back, the end leaves nothing."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.ports import free_port
from tte_portal.embedded import processes
from tte_portal.embedded.folders import ROOT
from tte_portal.embedded.supervisor import Program, Supervisor
from tte_portal.management.commands import serve

IGNORE_TERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


class Said(list[str]):
    """Collects what a supervisor says."""

    def __call__(self, name: str, line: str) -> None:
        self.append(f"{name}: {line}")

    def has(self, words: str) -> bool:
        return any(words in line for line in self)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture(autouse=True)
def _signals_stay_as_they_were() -> Iterator[None]:
    """A supervisor takes the signals and the orphans of its process over, here those of the tests."""
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for sign, handler in before.items():
        signal.signal(sign, handler)
    # Other tests look for orphans where they usually go.
    processes.libc.prctl(processes.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.3)
    return condition()


def is_gone(pid: int) -> bool:
    """Ended: what the machine's first process has not collected yet still has its number, and nothing else."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def processes_with(word: str) -> dict[int, str]:
    """The processes whose environment or command line holds `word`."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if word.encode() in line + environment:
            found[int(folder.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


def started(var: Path, port: int, output: Path) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    given = {"TTE_MODE": "demo", "TTE_VAR": str(var), "PORT": str(port), "TTE_SWEEP_SECONDS": "1"}
    given["TTE_DEMO_STAGES"] = "no"
    command = [sys.executable, "-m", "tte_portal.embedded", "--ephemeral", "--port", "--"]
    with output.open("wb") as file:
        return subprocess.Popen(
            [*command, sys.executable, "manage.py", "serve"], cwd=ROOT, env=kept | given, stdout=file, stderr=file
        )


def test_the_whole_portal_runs_heals_and_ends(tmp_path: Path) -> None:
    """One long test, for a start takes ten seconds."""
    var, port, output = tmp_path / "var", free_port(), tmp_path / "output"
    var.mkdir()
    portal = started(var, port, output)
    try:
        assert eventually(lambda: "The portal runs at" in output.read_text(), 180), output.read_text()
        assert f"http://127.0.0.1:{port}/" in output.read_text()
        assert status(port, "/healthz") == 200
        assert status(port, "/") == 200
        assert json.loads((var / "demo.json").read_text())["accounts"][0]["login"] in output.read_text()
        assert eventually(lambda: status(port, "/readyz") == 200), "worker and scheduler show no heartbeat"

        web = min(pid for pid, line in processes_with(str(var)).items() if "granian" in line)
        os.kill(web, signal.SIGKILL)

        assert eventually(lambda: "ended by itself (SIGKILL)" in output.read_text())
        assert eventually(lambda: status(port, "/healthz") == 200)
    finally:
        portal.send_signal(signal.SIGTERM)
        code = portal.wait(40)

    assert code == 0
    assert "nothing is left running" in output.read_text()
    assert processes_with(str(var)) == {}
    assert "Traceback" not in output.read_text()


def test_a_taken_port_stops_the_start_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        monkeypatch.setattr(serve.Command, "prepare", lambda self: pytest.fail("something was started"))

        with pytest.raises(CommandError, match=f"Port {taken.getsockname()[1]} is in use"):
            call_command("serve")


def test_what_a_program_says_is_passed_on_by_the_line(said: Said) -> None:
    supervisor = Supervisor([Program("talker", ["sh", "-c", "printf 'one\\ntw'; sleep 0.2; echo o; sleep 60"])], said)
    supervisor.start()

    assert supervisor.run_until(lambda: said.has("talker: two"), 10)

    supervisor.stop()
    assert said[:2] == ["talker: one", "talker: two"]


def test_a_program_that_ends_is_started_again_later_and_later(said: Said) -> None:
    supervisor = Supervisor([Program("short", ["sh", "-c", "exit 3"])], said)
    supervisor.start()

    assert supervisor.run_until(lambda: said.has("started again in 2 s"), 10)

    supervisor.stop()
    assert said == [
        "short: ended by itself (code 3); started again in 1 s",
        "short: ended by itself (code 3); started again in 2 s",
    ]


def test_children_of_a_killed_program_do_not_stay_beside_the_new_one(said: Said) -> None:
    supervisor = Supervisor([Program("parent", ["sh", "-c", "sleep 61 & echo $!; wait"])], said)
    supervisor.start()
    assert supervisor.run_until(lambda: said.has("parent: "), 10)
    child = int(said[0].partition(": ")[2])

    assert supervisor.programs[0].process
    supervisor.programs[0].process.kill()

    assert supervisor.run_until(lambda: said.has("ended by itself"), 10)
    assert eventually(lambda: is_gone(child), 10)
    supervisor.stop()


def test_the_end_reaches_grandchildren_that_went_their_own_way(said: Said) -> None:
    supervisor = Supervisor([Program("parent", ["sh", "-c", "setsid sleep 62 & echo $!; wait"])], said)
    supervisor.start()
    assert supervisor.run_until(lambda: said.has("parent: "), 10)
    grandchild = int(said[0].partition(": ")[2])

    supervisor.stop()

    assert eventually(lambda: is_gone(grandchild), 10)


def test_a_second_ctrl_c_does_not_wait(said: Said) -> None:
    supervisor = Supervisor([Program("deaf", [sys.executable, "-c", IGNORE_TERM])], said)
    supervisor.start()
    assert supervisor.run_until(lambda: said.has("deaf: deaf"), 10)
    supervisor.asked = 2
    begun = time.monotonic()

    supervisor.stop()

    assert time.monotonic() - begun < 5


def test_ctrl_c_ends_the_loop(said: Said) -> None:
    supervisor = Supervisor([Program("long", ["sleep", "60"])], said)
    supervisor.start()

    os.kill(os.getpid(), signal.SIGINT)
    supervisor.run()

    supervisor.stop()
    assert supervisor.asked == 1
    assert said == []


@pytest.mark.django_db
def test_migrations_that_are_there_are_not_run_again() -> None:
    assert serve.migrate() == "nothing to do"


@pytest.mark.django_db
def test_the_database_says_its_version() -> None:
    assert serve.wait_for_database().startswith("PostgreSQL 18")


def test_static_files_are_collected_when_one_has_changed(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }

    told = [serve.collect_static_files(tmp_path / "sum"), serve.collect_static_files(tmp_path / "sum")]
    (source / "page.css").write_text("a { color: red }")
    told.append(serve.collect_static_files(tmp_path / "sum"))

    assert told == ["collected and compressed", "unchanged", "collected and compressed"]


def test_the_accounts_of_the_first_institution_are_shown(tmp_path: Path) -> None:
    def officer(login: str, institution: str) -> dict[str, str]:
        return {"login": login, "password": "p", "totp_secret": "T", "role": "verifier", "institution": institution}

    (tmp_path / "demo.json").write_text(json.dumps({"accounts": [officer("vera", "one"), officer("sulis", "two")]}))

    shown = "\n".join(serve.accounts(tmp_path / "demo.json"))

    assert "vera" in shown
    assert "sulis" not in shown
    assert settings.BASE_URL in shown
