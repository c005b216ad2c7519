"""A process that does one measured thing after the other: told by a line of JSON, answering with one."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tte_portal.environment import ROOT


class Partner:
    """The other end of a process that runs :func:`serve`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def __call__(self, what: str, *values: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, *values]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{what} ended the process"
        return json.loads(line)


@contextmanager
def partner(module: str, environment: Mapping[str, str]) -> Iterator[Partner]:
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield Partner(process)
    finally:
        process.communicate(timeout=60)


def serve(acts: Mapping[str, Callable[..., Any]]) -> None:
    """Do what each line names until the input ends."""
    for line in sys.stdin:
        what, *values = json.loads(line)
        sys.stdout.write(json.dumps(acts[what](*values)) + "\n")
        sys.stdout.flush()
