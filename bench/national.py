"""A nation of five million applications beside fifty thousand: two databases on one server, measured in turn."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from statistics import median
from typing import Any

import psycopg2

from bench.figures import Figure
from bench.national_fill import NATION
from bench.speed import in_turn
from tests.portal import Portal
from tte_portal.environment import ROOT

FEW = 50_000
ROUNDS, SLOW_ROUNDS = 15, 3
EXPORTED, AS_XLSX, OPENED = 1_000_000, 200_000, 49_000
# The portal's own → what it is, and what of the stock admin does the same.
DESK = {
    "queue": ("the first fifty waiting cases of an institution", "stock-list"),
    "claim": ("taking the next case", "stock-list"),
    "search-receipt": ("the help desk finds a receipt number", "stock-search"),
    "search-nik": ("the help desk finds a NIK", "stock-search"),
    "search-mailbox": ("the help desk finds a mailbox", "stock-search"),
    "person": ("a person's page at the help desk", ""),
    "funnel-page": ("an institution's funnel as a page", ""),
}
STOCK = {
    "stock-list": "Django's admin list of the same table",
    "stock-oldest": "that list as a queue: waiting for a verifier, oldest first",
    "stock-search": "that list searched for a receipt number",
}
QUICK = (*DESK, "funnel", "funnel-sql", "national-page", "national")


class Probe:
    """A process that measures in one of the databases."""

    def __init__(self, environment: Mapping[str, str], *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.national_probe", *words], cwd=ROOT, env=dict(environment),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.measures: list[str] = self._answer()

    def ask(self, name: str) -> dict[str, float]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        found: dict[str, float] = self._answer()
        return found

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def national(portal: Portal) -> Sequence[Figure]:
    with databases(portal) as (small, large):
        begun = time.monotonic()
        fill(large, NATION)
        filled = time.monotonic() - begun
        fill(small, FEW)
        return [Figure("national-fill", filled, "s", "five million applications made, with their indexes"),
                *measured(small, large), *exports(large)]  # fmt: skip


@contextmanager
def databases(portal: Portal) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Two databases beside the portal's; gives the environments that lead to them, and removes them afterwards."""
    base, _, query = portal.environment["DATABASE_URL"].partition("?")
    server = base.rpartition("/")[0]
    names = [f"bench_{os.getpid()}_{size}" for size in ("small", "large")]
    _on_server(portal, [f"CREATE DATABASE {name}" for name in names])
    try:
        small, large = ({**portal.environment, "DATABASE_URL": f"{server}/{name}?{query}"} for name in names)
        yield small, large
    finally:
        _on_server(portal, [f"DROP DATABASE {name} WITH (FORCE)" for name in names])


def _on_server(portal: Portal, statements: Sequence[str]) -> None:
    with closing(psycopg2.connect(portal.environment["DATABASE_URL"])) as connection:
        connection.autocommit = True
        for each in statements:
            connection.cursor().execute(each)


def fill(environment: Mapping[str, str], count: int) -> None:
    for words in (["manage.py", "migrate", "-v0"], ["-m", "bench.national_fill", str(count)],
                  ["-m", "bench.national_probe", "--people"]):  # fmt: skip
        subprocess.run([sys.executable, *words], cwd=ROOT, env=dict(environment), check=True)


def measured(small: Mapping[str, str], large: Mapping[str, str]) -> list[Figure]:
    """Each measure in the small and in the large database in turn."""
    with ExitStack() as stack:
        ours, stock = (
            {size: stack.enter_context(closing(Probe(each, *words))) for size, each in (("few", small), ("all", large))}
            for words in ((), ("--stock",))
        )
        took: dict[str, dict[str, list[float]]] = {}
        for probes, names, rounds in (
            (ours, QUICK, ROUNDS), (ours, ("national-sql",), SLOW_ROUNDS), (stock, tuple(STOCK), SLOW_ROUNDS),
        ):  # fmt: skip
            # Database times are kept beside: what of the whole is PostgreSQL's.
            for name in names:
                waits: dict[str, list[float]] = {"few": [], "all": []}
                found = in_turn({size: partial(_once, probes[size], name, waits[size]) for size in probes}, rounds)
                took[name] = {**found, "few-database": waits["few"][1:], "all-database": waits["all"][1:]}
    return told({name: {size: median(each) for size, each in sizes.items()} for name, sizes in took.items()}, took)


def _once(probe: Probe, name: str, waits: list[float]) -> float:
    found = probe.ask(name)
    waits.append(found["database_ms"])
    return found["ms"]


def told(ms: dict[str, dict[str, float]], took: dict[str, dict[str, list[float]]]) -> list[Figure]:
    figures = []
    for name, (says, stock) in DESK.items():
        ratio = median(a / b for a, b in zip(took[name]["all"], took[name]["few"], strict=True))
        figures.append(Figure(
            f"{name}-national", ms[name]["all"], "ms", f"{says}; {ms[name]['all-database']:.1f} ms of it PostgreSQL"
        ))  # fmt: skip
        if name != "funnel-page":
            goal = None if name == "person" else 1.3
            figures.append(Figure(
                f"{name}-growth", ratio, "× 50,000 rows", f"{says}: five million rows beside fifty thousand",
                at_most=goal,
            ))  # fmt: skip
        if stock:
            figures.append(Figure(
                f"{name}-beside-stock", ms[stock]["all"] / ms[name]["all"], "× faster",
                f"{says}, beside {STOCK[stock]}", at_least=50,
            ))  # fmt: skip
    for name, says in STOCK.items():
        whole = f"{says}; {ms[name]['all-database']:.0f} ms of it PostgreSQL"
        figures.append(Figure(f"{name}-national", ms[name]["all"], "ms", whole))
    for name, says in (("queue", "the queue"), ("claim", "taking the next case")):
        ratio = ms["stock-oldest"]["all"] / ms[name]["all"]
        beside = f"{says}, beside {STOCK['stock-oldest']}"
        figures.append(Figure(f"{name}-beside-stock-queue", ratio, "× faster", beside, at_least=50))
    lists = ms["stock-list"]["all-database"] / ms["queue"]["all-database"]
    figures.append(
        Figure("queue-beside-stock-database", lists, "× faster", "PostgreSQL's part of queue and stock list")
    )
    one, nation = ms["funnel"]["all"], ms["national"]["all"]
    return [
        *figures,
        Figure("funnel-beside-sql", one / ms["funnel-sql"]["all"], "× bare SQL",
               f"an institution's funnel ({one:.1f} ms) beside a bare group-by over its rows", at_most=2),
        Figure("national-funnel", ms["national-sql"]["all"] / nation, "× faster",
               f"the national funnel ({nation:.1f} ms) beside the bare group-by", at_least=50),
        Figure("national-group-by", ms["national-sql"]["all"], "ms", "the bare group-by over five million rows"),
        Figure("national-page", ms["national-page"]["all"], "ms", "the national funnel as a page"),
    ]  # fmt: skip


def exports(large: Mapping[str, str]) -> list[Figure]:
    """An export and PostgreSQL's own COPY of the same columns in turn."""
    rates: dict[str, list[float]] = {"copy": [], "csv": []}
    memory = 0.0
    for _ in range(SLOW_ROUNDS):
        for kind in rates:
            found = _export(large, kind, EXPORTED)
            rates[kind].append(found["rows"] / found["seconds"])
            memory = max(memory, found["mb"] if kind == "csv" else 0)
    ratio = median(a / b for a, b in zip(rates["csv"], rates["copy"], strict=True))
    figures = [
        Figure("export-rate", ratio, "× COPY", "a million people as CSV, guarded and sealed, beside PostgreSQL's COPY "
               "of the same columns", at_least=0.5),
        Figure("export-memory", memory, "MB", "the most that export took", at_most=300),
        Figure("export-rows", median(rates["csv"]), "rows/s", "a million people as CSV"),
        Figure("export-copy", median(rates["copy"]), "rows/s", "PostgreSQL's COPY, thrown away"),
    ]  # fmt: skip
    more = (
        ("xlsx", AS_XLSX, "two hundred thousand people as XLSX"),
        ("numbers", OPENED, "forty-nine thousand people with NIK, NIP and phone opened"),
    )
    for kind, rows, says in more:
        found = _export(large, kind, rows)
        figures.append(Figure(f"export-{kind}-rows", found["rows"] / found["seconds"], "rows/s", says))
        figures.append(Figure(f"export-{kind}-memory", found["mb"], "MB", f"{says}: the most it took", at_most=300))
    return figures


def _export(environment: Mapping[str, str], kind: str, rows: int) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.national_exports", kind, str(rows)]
    done = subprocess.run(words, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
