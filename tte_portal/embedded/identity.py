"""Who the services run as: the user at hand, or an unprivileged one when that is root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tte_portal.embedded.problems import Problem


@dataclass(frozen=True)
class Identity:
    """An unprivileged user of the operating system."""

    name: str
    uid: int
    gid: int

    def for_subprocess(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether every folder on the way to `path`, and `path` itself, lets this user through."""
        probe = subprocess.run(["test", "-x", path], check=False, cwd="/", **self.for_subprocess())
        return probe.returncode == 0


def service_identity() -> Identity | None:
    """None stands for the user at hand. PostgreSQL refuses root, and Redis has no need of it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "PostgreSQL does not run as root and this machine has no user 'nobody': start as an ordinary user."
        ) from None
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)
