"""A worker that kills itself at one step of the issuing; run by the drill as ``python -m tests.passphrase.victim``."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

# Where the worker dies: the function, and whether before or after it has run.
STEPS = {
    "asked nobody yet": ("passphrase.actions", "_ask", "before"),
    "reserved nothing yet": ("passphrase.authority.embedded", "reserve", "before"),
    "reserved the serial": ("passphrase.authority.embedded", "reserve", "after"),
    "linted": ("passphrase.lint", "faults", "after"),
    "signed, ledger not committed": ("passphrase.authority.entries", "fill", "before"),
    "answer in hand": ("passphrase.actions", "_ask", "after"),
    "certificate row built": ("passphrase.actions", "certificate_row", "after"),
    "state changed, not committed": ("passphrase.actions.lifecycle", "change", "after"),
}


def dies(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    def doomed(*given: Any, **named: Any) -> Any:
        if when == "after":
            real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return doomed


def main(step: str, application_id: str) -> None:
    import django

    django.setup()
    from django.utils.module_loading import import_string

    from passphrase import actions

    place, name, when = STEPS[step]
    holder = import_string(place) if place.endswith("lifecycle") else __import__(place, fromlist=[name])
    setattr(holder, name, dies(getattr(holder, name), when))
    actions.issue_certificate(UUID(application_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
