"""Where the services keep things: sockets in a short private folder, data under `var/`."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from tte_portal.embedded.identity import Identity
from tte_portal.embedded.problems import Problem, explained

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "tte-"
# A socket's path may have 107 bytes; PostgreSQL's name for it and our own folders take the rest.
LONGEST_PARENT = 60


def var_folder() -> Path:
    """TTE_VAR, or `var` in the project; made when it is missing, and proven writable."""
    path = Path(os.environ.get("TTE_VAR") or ROOT / "var").resolve()
    with explained(path):
        # Root's own var can be passed, not read, by the user the services run as.
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    return path


class PrivateFolder:
    """A folder in the temporary folder for sockets and passing data, gone when the process is.

    It holds a locked file while its owner lives. What a killed owner left is therefore told from what is in use, and
    removed at the next start.
    """

    def __init__(self, identity: Identity | None) -> None:
        self.identity = identity
        parent = _parent(identity)
        sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        if identity:
            self.path.chmod(0o711)
        # Locked before it gets its name: no sweep ever sees it unlocked.
        self._lock = (self.path / "lock.new").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        (self.path / "lock.new").rename(self.path / "lock")

    def owned_folder(self, name: str) -> Path:
        """A folder in it that only the services' user can enter."""
        path = self.path / name
        path.mkdir(mode=0o700)
        if self.identity:
            self.identity.owns(path)
        return path

    def write_secret(self, path: Path, text: str) -> Path:
        """Writes a file only the services' user can read."""
        with explained(path):
            path.touch(mode=0o600)
            path.write_text(text)
            if self.identity:
                self.identity.owns(path)
        return path

    def program(self, path: Path) -> Path:
        """`path`, or a copy of its wheel's programs when root's installation is closed to the services' user."""
        if not self.identity or self.identity.reaches(path):
            return path
        packages = next((folder for folder in path.parents if folder.name == "site-packages"), None)
        if packages is None:
            return path
        wheel = path.relative_to(packages).parts[0]
        for name in (wheel, f"{wheel}.libs"):
            copy = self.path / "programs" / name
            if (packages / name).exists() and not copy.exists():
                with explained(copy):
                    shutil.copytree(packages / name, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        for copied in (self.path / "programs", *(self.path / "programs").rglob("*")):
            copied.chmod(0o755)
        return self.path / "programs" / path.relative_to(packages)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def sweep(parent: Path) -> None:
    """Removes the private folders of this user's processes that died without tidying up."""
    for lock in parent.glob(f"{PREFIX}*/lock"):
        with suppress(OSError):
            if lock.lstat().st_uid != os.geteuid() or lock.parent.lstat().st_uid != os.geteuid():
                continue
            with lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)


def _parent(identity: Identity | None) -> Path:
    for path in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 (mkdtemp in it is private)
        short = len(os.fsencode(path)) <= LONGEST_PARENT and " " not in str(path) and "," not in str(path)
        if short and os.access(path, os.W_OK | os.X_OK) and (identity is None or identity.reaches(path)):
            return path
    raise Problem("No temporary folder with a short path can be written: make /tmp writable, or set TMPDIR to one.")


def data_folder(var: Path, identity: Identity | None) -> Path:
    """Where PostgreSQL's data lie: `var/postgresql`.

    When root's `var` is closed to the services' user (a clone under /root), `var/postgresql` is a link to a folder
    under /var/tmp.
    """
    path = var / "postgresql"
    if path.is_symlink() and not path.exists():
        path.unlink()  # /var/tmp was tidied: the data are gone
    if not path.exists():
        with explained(path):
            if identity and not identity.reaches(var):
                path.symlink_to(tempfile.mkdtemp(prefix="tte-postgresql-", dir="/var/tmp"))
            else:
                path.mkdir()
            path.chmod(0o711 if identity else 0o700)
    resolved = path.resolve()
    if identity and not identity.reaches(resolved):
        raise Problem(
            f"{resolved} is closed to the user '{identity.name}', whom PostgreSQL runs as: open the folders on the way"
            " to it (chmod a+x), or start as an ordinary user."
        )
    return resolved
