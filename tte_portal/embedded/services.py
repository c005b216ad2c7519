"""The services a command needs and does not have: started, attached to, watched and stopped."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol

from tte_portal.embedded.folders import PrivateFolder, data_folder, var_folder
from tte_portal.embedded.identity import service_identity
from tte_portal.embedded.postgresql import PostgreSQL
from tte_portal.embedded.problems import Problem, explained
from tte_portal.embedded.redis_server import Redis

NAMES = ("DATABASE_URL", "REDIS_URL")
ATTACH_SECONDS = 90
LONGEST_LOG = 2**20
Say = Callable[[str], None]


class Service(Protocol):
    """What both servers can do."""

    name: str
    process: "subprocess.Popen[bytes] | None"

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Running:
    """The addresses a command is given, and the servers that stand behind them when they are ours."""

    def __init__(self, addresses: dict[str, str], servers: list[Service]) -> None:
        self.addresses, self.servers = addresses, servers

    @property
    def pids(self) -> set[int]:
        return {server.process.pid for server in self.servers if server.process}


@contextmanager
def provided(say: Say) -> Iterator[Running]:
    """Starts what the environment does not name, or attaches to what another command has started under `var/`."""
    missing = [name for name in NAMES if not os.environ.get(name)]
    if not missing:
        yield Running({}, [])
        return
    var = var_folder()
    with ExitStack() as stack:
        running = _attach(var, missing, stack, say)
        if running is None:
            with explained(var):
                (var / "services.json").unlink(missing_ok=True)
            private = PrivateFolder(service_identity())
            stack.callback(private.remove)
            running = Running({}, [])
            place = data_folder(var, private.identity) if "DATABASE_URL" in missing else var
            _start(missing, place, var, private, running, stack, say, careless=False)
            stack.callback((var / "services.json").unlink, missing_ok=True)
            _write(var / "services.json", running.addresses)
        yield running


@contextmanager
def temporary(say: Say, *, careless: bool) -> Iterator[Running]:
    """Services of one's own on data that go away afterwards; `careless` ones do not wait for the disk."""
    missing = [name for name in NAMES if not os.environ.get(name)]
    with ExitStack() as stack:
        private = PrivateFolder(service_identity())
        stack.callback(private.remove)
        var = private.path / "var"
        var.mkdir(mode=0o711 if private.identity else 0o700)
        running = Running({} if os.environ.get("TTE_VAR") else {"TTE_VAR": str(var)}, [])
        _start(missing, var, var, private, running, stack, say, careless=careless)
        yield running


def _start(
    missing: list[str],
    place: Path,
    var: Path,
    private: PrivateFolder,
    running: Running,
    stack: ExitStack,
    say: Say,
    *,
    careless: bool,
) -> None:
    if "DATABASE_URL" in missing:
        database = PostgreSQL(place, private, _log(var, "postgresql"), careless=careless)
        running.addresses["DATABASE_URL"] = _begin(database, running, stack, say)
    if "REDIS_URL" in missing:
        running.addresses["REDIS_URL"] = _begin(Redis(private, _log(var, "redis")), running, stack, say)


def _begin(server: Service, running: Running, stack: ExitStack, say: Say) -> str:
    begun = time.monotonic()
    stack.callback(server.stop)
    server.start()
    running.servers.append(server)
    say(f"{server.name} runs ({time.monotonic() - begun:.1f} s)")
    return server.url


def _attach(var: Path, missing: list[str], stack: ExitStack, say: Say) -> Running | None:
    """Takes the lock and returns None, or returns the addresses of whoever holds it."""
    with explained(var / "services.lock"):
        # The kernel frees the lock of a process that dies: no stale lock needs healing.
        lock = stack.enter_context((var / "services.lock").open("w"))
    deadline = time.monotonic() + ATTACH_SECONDS
    while not _locked(lock):
        addresses = _read(var / "services.json")
        if addresses is not None:
            for name in missing:
                if name not in addresses:
                    raise Problem(f"The portal running on {var} was started with its own {name}: set it here too.")
            say("PostgreSQL and Redis run already")
            return Running({name: addresses[name] for name in missing}, [])
        if time.monotonic() > deadline:
            raise Problem(f"Another start on {var} has been under way for {ATTACH_SECONDS} s: end it and start again.")
        time.sleep(0.1)
    return None


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(f"{path} belongs to another user's portal: set TTE_VAR to a folder of your own.") from error
    return found


def _write(path: Path, addresses: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    with explained(path):
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(addresses))
        fresh.rename(path)  # a reader never finds half a file


def _log(var: Path, name: str) -> Path:
    path = var / "log" / f"{name}.log"
    with explained(path):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and path.stat().st_size > LONGEST_LOG:
            shutil.move(path, path.with_suffix(".old.log"))
    return path
