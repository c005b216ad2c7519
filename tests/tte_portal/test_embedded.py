"""The embedded services as real processes: what they give a command, and that nothing outlives them."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ports import free_port
from tte_portal.embedded import folders, postgresql, processes, redis_server
from tte_portal.embedded.folders import ROOT, PrivateFolder, sweep
from tte_portal.embedded.identity import service_identity
from tte_portal.embedded.ports import require_free_port, wanted_port
from tte_portal.embedded.problems import Problem, explained

WRAPPER = [sys.executable, "-m", "tte_portal.embedded"]
AS_ROOT = os.geteuid() == 0
# An ordinary user; the capability lets it reach an interpreter and a clone that lie in root's closed home.
ORDINARY = ["setpriv", "--reuid=nobody", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
SPEAK_TO_BOTH = """
import os, psycopg2, redis
with psycopg2.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
    cursor.execute("SELECT version(), rolsuper FROM pg_roles WHERE rolname = current_user")
    print(*cursor.fetchone(), sep="|")
print(redis.Redis.from_url(os.environ["REDIS_URL"].replace("redis+socket", "unix")).ping())
"""


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A var folder with a blank in its path, open on the way as a usual clone is."""
    home = Path(tempfile.mkdtemp(prefix="var with a blank "))
    home.chmod(0o755)
    yield home / "var"
    shutil.rmtree(home)


def environment(var: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "TTE_VAR"}}
    return kept | {"TTE_VAR": str(var)} | more


def run(var: Path, *words: str, before: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess[str]:
    command = [*before, *WRAPPER, *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(var, **more), capture_output=True, text=True, check=False, timeout=60
    )


def start(var: Path, *words: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*WRAPPER, *words],
        cwd=ROOT,
        env=environment(var, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def started(var: Path) -> "tuple[subprocess.Popen[str], str]":
    """A wrapper whose command waits, and the address of its database."""
    wrapper = start(var, "--", "sh", "-c", 'echo "$DATABASE_URL"; exec sleep 60')
    assert wrapper.stdout
    return wrapper, wrapper.stdout.readline().strip()


def finish(wrapper: "subprocess.Popen[str]", sign: int = signal.SIGTERM) -> int:
    wrapper.send_signal(sign)
    code = wrapper.wait(30)
    if wrapper.stdout:
        wrapper.stdout.close()
    return code


def descendants(pid: int) -> set[int]:
    parents = processes.parents()
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def server_pid(data: Path) -> int:
    """The server's process, 0 while there is none."""
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError):
        return 0


def socket_folder(address: str) -> Path:
    return Path(address.rpartition("host=")[2].replace("%2F", "/"))


def test_a_command_speaks_to_both_services_as_no_superuser(var: Path) -> None:
    done = run(var, "--", sys.executable, "-c", SPEAK_TO_BOTH)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("PostgreSQL 18")
    assert done.stdout.split("|")[1].split() == ["False", "True"]
    assert not (var / "services.json").exists()


def test_the_addresses_are_for_this_user_alone(var: Path) -> None:
    wrapper, address = started(var)
    try:
        assert (var / "services.json").stat().st_mode & 0o777 == 0o600
        assert json.loads((var / "services.json").read_text())["DATABASE_URL"] == address
        assert socket_folder(address).stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(socket_folder(address) / ".s.PGSQL.5432")) <= 107
    finally:
        finish(wrapper)

    assert not socket_folder(address).parent.exists()


def test_a_wrong_password_is_refused(var: Path) -> None:
    wrong = "import os, psycopg2; psycopg2.connect(os.environ['DATABASE_URL'], password='guess')"

    done = run(var, "--", sys.executable, "-c", wrong)

    assert "password authentication failed" in done.stderr


def test_nothing_is_started_when_both_addresses_are_given(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "--", "sh", "-c", "exit 7", DATABASE_URL="postgresql://a/b", REDIS_URL="redis://c")

    assert done.returncode == 7
    assert not (tmp_path / "var").exists()


def test_only_redis_is_started_when_the_database_is_given(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "--", "sh", "-c", "echo $DATABASE_URL $REDIS_URL", DATABASE_URL="postgresql://a/b")

    assert done.stdout.startswith("postgresql://a/b redis+socket://")
    assert not (tmp_path / "var" / "postgresql").exists()


def test_a_second_command_attaches_and_leaves_the_first_alone(var: Path) -> None:
    wrapper, address = started(var)
    try:
        second = run(var, "--", "sh", "-c", 'echo "$DATABASE_URL"')
        third = run(var, "--", sys.executable, "-c", SPEAK_TO_BOTH)
    finally:
        finish(wrapper)

    assert second.stdout.strip() == address
    assert third.returncode == 0, third.stderr


def test_temporary_services_run_beside_and_leave_nothing(var: Path) -> None:
    wrapper, address = started(var)
    try:
        show = 'echo "$DATABASE_URL"; echo "$TTE_VAR"'
        done = subprocess.run(
            [*WRAPPER, "--ephemeral", "--", "sh", "-c", show],
            cwd=ROOT,
            env={name: value for name, value in environment(var).items() if name != "TTE_VAR"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    finally:
        finish(wrapper)

    other, place = done.stdout.split()
    assert other != address
    assert not Path(place).parent.exists()


def test_kill_9_of_the_wrapper_leaves_nothing_running_and_the_next_start_heals(var: Path) -> None:
    wrapper, address = started(var)
    left = descendants(wrapper.pid)

    finish(wrapper, signal.SIGKILL)

    assert len(left) > 3
    assert eventually(lambda: not alive(left))
    assert run(var, "--", sys.executable, "-c", SPEAK_TO_BOTH).returncode == 0
    assert not socket_folder(address).exists()


def test_a_killed_server_is_started_again_at_the_same_address(var: Path) -> None:
    wrapper, _ = started(var)
    try:
        data = (var / "postgresql").resolve() / "data"
        pid = server_pid(data)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: server_pid(data) not in {0, pid})
        assert eventually(lambda: run(var, "--", sys.executable, "-c", SPEAK_TO_BOTH).returncode == 0)
    finally:
        finish(wrapper)


def test_a_stale_pid_file_that_names_a_living_stranger_is_healed(var: Path) -> None:
    run(var, "--", "true")
    data = (var / "postgresql").resolve() / "data"
    stranger = subprocess.Popen(["sleep", "60"])  # what got the number after a power cut
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n0\n5432\n/tmp\n\n1 1\nready\n")

    done = run(var, "--", sys.executable, "-c", SPEAK_TO_BOTH)

    still_there = stranger.poll() is None
    stranger.kill()
    stranger.wait()
    assert done.returncode == 0, done.stderr
    assert still_there


def test_signals_reach_the_command_and_its_code_comes_back(var: Path) -> None:
    wrapper = start(var, "--", "sh", "-c", "trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.1; done")
    assert wrapper.stdout
    wrapper.stdout.readline()

    wrapper.send_signal(signal.SIGTERM)
    told = wrapper.stdout.read()

    assert wrapper.wait(30) == 9
    assert told == "told\n"
    wrapper.stdout.close()


def test_what_the_command_leaves_behind_is_ended(var: Path, tmp_path: Path) -> None:
    leave = f"setsid sleep 60 & echo $! > '{tmp_path}/pid'"

    run(var, "--", "sh", "-c", leave)

    assert not alive({int((tmp_path / "pid").read_text())})


def test_an_ordinary_user_starts_it_in_a_folder_with_a_blank(tmp_path: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="ordinary user "))
    home.chmod(0o777)

    done = run(home / "var", "--", sys.executable, "-c", SPEAK_TO_BOTH, before=tuple(ORDINARY if AS_ROOT else ()))

    shutil.rmtree(home)
    assert done.returncode == 0, done.stderr


def test_a_clone_in_a_closed_folder_works_too(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    first = run(closed / "var", "--", "true")
    again = run(closed / "var", "--", sys.executable, "-c", SPEAK_TO_BOTH)

    shutil.rmtree((closed / "var" / "postgresql").resolve())
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.ENAMETOOLONG, "too long")],
)
def test_what_the_system_refuses_is_said_in_a_sentence(code: int, words: str) -> None:
    with pytest.raises(Problem, match=words), explained(Path("/somewhere")):
        raise OSError(code, os.strerror(code))


def test_a_var_folder_that_cannot_be_made_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = run(tmp_path / "file" / "var", "--", "true")

    assert done.returncode == 1
    assert "should be a folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_is_not_there_ends_with_a_sentence(var: Path) -> None:
    done = run(var, "--", "no-such-command")

    assert done.returncode == 1
    assert "no-such-command cannot be started" in done.stderr
    assert "Traceback" not in done.stderr


def test_data_of_another_version_are_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "var" / "postgresql"
    (place / "data").mkdir(parents=True)
    (place / "data" / "PG_VERSION").write_text("17\n")
    identity = service_identity()
    if identity:
        identity.owns(place / "data")
    private = PrivateFolder(identity)

    with pytest.raises(Problem, match="made by PostgreSQL 17"):
        postgresql.PostgreSQL(place, private, tmp_path / "log").start()

    private.remove()


def test_data_of_another_user_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    private = PrivateFolder(None)
    server = postgresql.PostgreSQL(tmp_path, private, tmp_path / "log")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(Problem, match="another user"):
        server.start()

    monkeypatch.undo()
    private.remove()


def test_the_servers_own_words_are_passed_on() -> None:
    assert "disk is full" in postgresql.reason("FATAL: could not write: No space left on device", Path("log"))
    assert "boom" in postgresql.reason("LOG: starting\nFATAL: boom\nLOG: bye\n", Path("log"))


@pytest.mark.parametrize("program", [postgresql, redis_server])
def test_a_missing_program_is_named_with_the_way_out(program: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(Problem, match=r"set (DATABASE|REDIS)_URL"):
        program.installed()  # type: ignore[attr-defined]


def test_the_machines_own_redis_is_used_where_the_wheel_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    assert redis_server.installed() == Path("/usr/bin/redis-server")


def test_a_long_temporary_folder_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(long))

    private = PrivateFolder(None)

    assert private.path.parent in {Path("/tmp"), Path("/var/tmp")}
    private.remove()


def test_the_sweep_takes_what_is_orphaned_and_leaves_what_is_in_use(tmp_path: Path) -> None:
    for name in ("tte-orphan", "tte-young"):
        (tmp_path / name).mkdir()
    (tmp_path / "tte-orphan" / "lock").touch()
    private = PrivateFolder(None)

    sweep(tmp_path)
    sweep(private.path.parent)

    assert not (tmp_path / "tte-orphan").exists()
    assert (tmp_path / "tte-young").exists()  # no lock in it yet: somebody is just making it
    assert private.path.exists()
    private.remove()


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(tmp_path / "var", "--port", "--", "true", PORT=str(port))

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "8000 ", "٨٠"])
def test_a_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)

    with pytest.raises(Problem, match="PORT must be a number"):
        wanted_port()


def test_a_free_port_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))

    require_free_port()


def test_the_default_var_lies_in_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TTE_VAR", raising=False)
    monkeypatch.setattr(folders, "ROOT", tmp_path)

    assert folders.var_folder() == tmp_path / "var"
