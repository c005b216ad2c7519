"""The verifier's pages with 200 cases waiting."""

import time
from collections.abc import Callable, Sequence
from statistics import median

from bench.client import Client
from bench.figures import Figure
from bench.journey import sign_in
from bench.speed import in_turn, people
from tests.portal import Portal

CASES = 200
ROUNDS = 30


def desk(portal: Portal) -> Sequence[Figure]:
    """One page after the other, in turn; milliseconds as the officer's browser waits for them."""
    cases = people(portal, CASES, "--waiting")
    browser = sign_in(portal.url, portal.account("verifier"))
    pages = {
        "queue-page": ("/admin/antrean/", "the first fifty of 200 waiting cases"),
        "review-page": (f"/admin/antrean/{cases[0]['id']}/", "one case with its checks and answers"),
        "stock-list": ("/admin/enrollment/application/", "the stock admin list of the same cases, for comparison"),
    }
    took = in_turn({name: _timed(browser, path) for name, (path, _) in pages.items()}, ROUNDS)
    return [Figure(name, median(took[name]), "ms", says) for name, (_, says) in pages.items()]


def _timed(browser: Client, path: str) -> Callable[[], float]:
    def once() -> float:
        begun = time.perf_counter()
        browser.get(path)
        return (time.perf_counter() - begun) * 1000

    return once
