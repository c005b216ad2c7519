"""`python -m bench.journeys`: whole journeys against the running portal, in turn with the unavoidable work alone.

Runs with the portal's own environment, for it derives the links' tokens from the portal's keys: people open their
mails elsewhere. Prints one JSON object of lists, one value a round.
"""

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

ROUNDS = 5
JOURNEYS = 24
APPLICANTS = 3


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    from bench.work import Cores

    accounts = json.loads((Path(os.environ["TTE_VAR"]) / "demo.json").read_text())["accounts"]
    account = next(each for each in accounts if (each["role"], each["institution"]) == ("verifier", "natuna"))
    cores, desk = Cores(), Desk(f"http://127.0.0.1:{os.environ['PORT']}", account)
    desk.round(4)
    found: dict[str, list[float]] = {"journey_seconds": [], "work_seconds": []}
    for _ in range(ROUNDS):
        found["journey_seconds"].append(desk.round(JOURNEYS) / JOURNEYS)
        found["work_seconds"].append(cores.seconds(JOURNEYS) / JOURNEYS)
    desk.close()
    print(json.dumps(found))
    return 0


class Desk:
    """A verifier at work, and people who come."""

    def __init__(self, url: str, account: dict[str, str]) -> None:
        from bench.journey import Verifier, sign_in

        self.url = url
        self.approvals: dict[str, threading.Event] = {}
        self.verifier = Verifier(sign_in(url, account), lambda case: self.approvals[case].set())
        self.verifier.start()

    def round(self, count: int) -> float:
        """Seconds from the first activation link to the last certificate and the last mail sent."""
        from bench.people import invited

        people = list(invited(count, waiting=False))
        self.approvals |= {person["id"]: threading.Event() for person in people}
        self._wait(0, people)
        begun = time.perf_counter()
        with ThreadPoolExecutor(APPLICANTS) as pool:
            list(pool.map(self._journey, people))
        self._wait(count, people)
        return time.perf_counter() - begun

    def close(self) -> None:
        self.verifier.enough.set()
        self.verifier.join(30)

    def _journey(self, person: dict[str, Any]) -> None:
        from django.db import connection

        from bench.journey import apply, make_passphrase
        from bench.people import token

        browser = apply(self.url, person)
        while not self.approvals[person["id"]].wait(1):
            if self.verifier.failure:
                raise self.verifier.failure
        make_passphrase(browser, token(person["id"], "passphrase"))
        connection.close()

    def _wait(self, issued: int, people: list[dict[str, Any]]) -> None:
        """Until so many of them have a certificate, and no mail waits."""
        from enrollment.models import Application
        from tte_portal.models import OutboxMessage

        end = time.monotonic() + 60
        while time.monotonic() < end:
            done = Application.objects.filter(pk__in=[each["id"] for each in people], status="ISSUE").count()
            if done == issued and not OutboxMessage.objects.filter(state="waiting").exists():
                return
            time.sleep(0.02)
        raise TimeoutError(f"{issued} certificates and all mails did not come within a minute.")


if __name__ == "__main__":
    sys.exit(main())
