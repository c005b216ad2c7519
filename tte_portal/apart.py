"""Reading what strangers send in a process of its own: little memory, little time, no secret of the portal."""

import os
import subprocess
import sys
import threading

from tte_portal.environment import ROOT

SECONDS = 30
# No matter how many threads ask: each of these processes may take a quarter of a gigabyte.
_at_once = threading.BoundedSemaphore(2)
# What Python itself needs to start; no secret of the portal is in the other process's environment.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG")


def read(module: str, content: bytes) -> bytes:
    """What ``python -m module`` says of the content; nothing when it was ended, by its limits or by a fault."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        with _at_once:
            done = subprocess.run(
                [sys.executable, "-B", "-m", module],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return b""
    return b"" if done.returncode else done.stdout
