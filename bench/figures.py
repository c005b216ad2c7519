"""The figures: kept in results.json, told in docs/benchmarks.md."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tte_portal.environment import ROOT

RESULTS = Path(__file__).parent / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Figure:
    """One measured value. Without a bound it is told for comparison; ``value`` is None when it was not measured."""

    name: str
    value: float | None
    unit: str
    says: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def goal(self) -> str | None:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return None if self.at_most is None else f"≤ {self.at_most:g}"

    @property
    def meets_goal(self) -> bool | None:
        if self.value is None or self.goal is None:
            return None
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def told(self) -> str:
        """The figure in one line, for whoever watches."""
        value = (
            "not measured" if self.value is None else f"{self.value:,.3g}" if self.value < 100 else f"{self.value:,.0f}"
        )
        mark = {True: "met", False: "MISSED", None: ""}[self.meets_goal]
        return f"{self.name} {value} {self.unit} {self.goal or ''} {mark}".rstrip()


@dataclass(frozen=True)
class Row:
    """One figure as results.json holds it: with the command that measured it, where and when."""

    name: str
    value: float | None
    unit: str
    goal: str | None
    meets_goal: bool | None
    says: str
    group: str
    command: str
    machine: str
    load: str
    date: str


def keep(group: str, figures: Sequence[Figure], load: str) -> None:
    """Put the rows of one group in place of its earlier ones, then write the page anew."""
    kept = [row for row in rows() if row.group != group]
    date = datetime.now(UTC).isoformat(timespec="seconds")
    for figure in figures:
        value = (
            None
            if figure.value is None
            else float(f"{figure.value:.3g}" if figure.value < 100 else f"{figure.value:.0f}")
        )
        kept.append(
            Row(
                figure.name, value, figure.unit, figure.goal, figure.meets_goal, figure.says, group,
                f"make bench ONLY={group}", machine(), load, date,
            )
        )  # fmt: skip
    RESULTS.write_text(json.dumps([asdict(row) for row in kept], indent=1, ensure_ascii=False) + "\n")


def rows() -> list[Row]:
    if not RESULTS.exists():
        return []
    return [Row(**each) for each in json.loads(RESULTS.read_text())]


def machine() -> str:
    """Processor, cores, memory, system."""
    named = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    processor = named[0].partition(":")[2].strip() if named else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores {processor}, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def load() -> str:
    """How busy the machine was before: figures taken beside other work are worth less."""
    return f"{os.getloadavg()[0]:.1f}"
