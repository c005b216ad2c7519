"""What a report is: a table of typed columns, the one that is drawn, and a sentence on what it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from verification.reports.scope import Scope

# What the cells of a column hold, ``None`` where nothing is known or too few people stand behind a figure:
# text: str · number: int · percent: a share from 0 to 1 · duration: seconds · date: datetime.date
Kind = Literal["text", "number", "percent", "duration", "date"]


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    kind: Kind = "number"


@dataclass(frozen=True)
class Table:
    """One report. ``told``: one sentence on what it counts. ``chart``: index of the column drawn beside each row, or as
    one line when the rows are months (``over_time``). ``drill``: for each row the filter of the people behind it, empty
    where nobody stands behind it. ``notes``: what a reader has to know of these rows."""

    slug: str
    title: str
    told: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    chart: int
    drill: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    over_time: bool = False


Report = Callable[[Scope], Table]

# Address → report, in the order of the overview; filled by ``report`` when verification.reports.figures is imported.
REPORTS: dict[str, Report] = {}


def report(slug: str) -> Callable[[Report], Report]:
    def register(make: Report) -> Report:
        REPORTS[slug] = make
        return make

    return register
