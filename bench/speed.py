"""Pages a second beside a bare view, and journeys a minute beside the work that no portal can spare."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any

from bench.client import Client
from bench.figures import Figure
from bench.journey import wizard
from bench.load import Target, rate
from tests.portal import Portal
from tte_portal.environment import ROOT
from tte_portal.management.commands.serve import programs

ROUNDS = 7
SECONDS = 1.5


def pages(portal: Portal) -> Sequence[Figure]:
    """Requests a second, the four addresses in turn, several rounds."""
    port = int(portal.environment["PORT"])
    fresh, waiting = people(portal, 1)[0], people(portal, 1, "--waiting")[0]
    draft, opened = wizard(portal.url, fresh), opened_status(portal, waiting)
    with bare(portal) as bare_port:
        targets = {
            "bare": Target(bare_port, "/"),
            "wizard-page": Target(port, "/pengajuan/data-diri/", draft.cookie_header()),
            "status-page": Target(port, "/status/"),
            "status-opened": Target(port, "/status/pengajuan/", opened),
        }
        rates = in_turn({name: partial(rate, target, SECONDS) for name, target in targets.items()}, ROUNDS)
    found = [Figure("bare-view", median(rates["bare"]), "requests/s", "a bare Django view with one query")]
    for name, says in PAGES.items():
        ratio = median(one / other for one, other in zip(rates[name], rates["bare"], strict=True))
        found.append(Figure(name, ratio, "× bare view", f"{says}, beside the bare view", at_least=0.4))
        found.append(Figure(f"{name}-requests", median(rates[name]), "requests/s", says))
    return found


PAGES = {
    "wizard-page": "the wizard's first step, with six fields",
    "status-page": "the page that asks for the status link",
    "status-opened": "the opened status page, with its timeline",
}


def in_turn(measure: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """A B C A B C …: what the machine does beside hits all of them alike. The first round warms up."""
    found: dict[str, list[float]] = {name: [] for name in measure}
    for number in range(rounds + 1):
        for name, once in measure.items():
            value = once()
            if number:
                found[name].append(value)
    return found


def people(portal: Portal, count: int, *words: str) -> list[dict[str, Any]]:
    told = _run(portal, "bench.people", str(count), *words)
    return [json.loads(line) for line in told.splitlines()]


def _run(portal: Portal, module: str, *words: str) -> str:
    """A module of the bench with the portal's environment; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=portal.environment, stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout


def opened_status(portal: Portal, person: dict[str, Any]) -> str:
    """The cookie of somebody who has opened their status link."""
    browser = Client(portal.url)
    link = f"/email/status/{person['status']}/"
    browser.get(link)
    browser.get(browser.post(link, {}))
    return browser.cookie_header()


@contextmanager
def bare(portal: Portal) -> Iterator[int]:
    """The bare view behind the same web server with the same settings; gives its port."""
    port = _free_port()
    web = programs(port)[0].command
    command = [*web[:-1], "bench.bare:application"]
    process = subprocess.Popen(command, cwd=ROOT, env=portal.environment)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            rate(Target(port, "/"), 0.1)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The bare view did not start.")


def journeys(portal: Portal) -> Sequence[Figure]:
    """Journeys in turn with the unavoidable work alone."""
    found = json.loads(_run(portal, "bench.journeys"))
    whole, work = found["journey_seconds"], found["work_seconds"]
    ratio = median(least / took for took, least in zip(whole, work, strict=True))
    return [
        Figure("journeys", ratio, "× limit", "whole journeys beside the unavoidable work alone", at_least=0.5),
        Figure(
            "journeys-per-minute", 60 / median(whole), "journeys/min", "from the activation link to the certificate"
        ),
        Figure("journeys-limit", 60 / median(work), "journeys/min", "if there were only the unavoidable work"),
    ]
