"""Small drawings beside numbers: a bar for each row, a line for a year. Attributes alone, no style, no script."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from verification.reports.tables import Table

WIDE, HIGH = 600, 160
# Left of the line there is no room for numbers: they stand in the table below.
EDGE = 6


def bars(table: Table) -> list[SafeString]:
    """One bar for each row, as long as its share of the longest."""
    drawn = [row[table.chart] for row in table.rows]
    foreseen = [row[-1] for row in table.rows] if table.over_time else drawn
    longest = max((each for each in (*drawn, *foreseen) if each), default=0)
    return [_bar(value, ahead, longest) for value, ahead in zip(drawn, foreseen, strict=True)]


def _bar(value: Any, ahead: Any, longest: float) -> SafeString:
    """A projected value is drawn as another kind of bar: it has not happened."""
    known = value is not None
    share = 100 * ((value if known else ahead) or 0) / longest if longest else 0
    kind = "bar" if known else "bar foreseen"
    # The number stands beside it as text, so nobody has to see the bar.
    return SafeString(
        f'<svg class="{kind}" viewBox="0 0 100 10" width="100" height="10" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false"><rect class="ground" width="100" height="10"/>'
        f'<rect class="value" width="{share:.1f}" height="10"/></svg>'
    )  # numbers of our own


def line(table: Table) -> SafeString:
    """The drawn column over the rows, the projection going on from its end as a line of dashes; nothing of one row."""
    known = [row[table.chart] for row in table.rows if row[table.chart] is not None]
    ahead = [row[-1] for row in table.rows if row[table.chart] is None]
    if len(known) < 2:
        return SafeString("")
    top, steps = max(*known, *ahead, 1), len(table.rows) - 1
    past = _points(known, 0, steps, top)
    dashes = _points([known[-1], *ahead], len(known) - 1, steps, top) if ahead else ""
    label = escape(f"{table.title}: {table.columns[table.chart].heading}. Angkanya ada pada tabel di bawah.")
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in (pair.split(",") for pair in past.split()))
    return SafeString(
        f'<svg class="line" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f'<path class="axis" d="M0 {HIGH - 1}H{WIDE}"/><polyline class="past" points="{past}"/>{dots}'
        + (f'<polyline class="foreseen" points="{dashes}"/>' if dashes else "")
        + "</svg>"
    )  # the label went through escape(), the rest are numbers of our own


def _points(values: Sequence[int], first: int, steps: int, top: int) -> str:
    wide, high = WIDE - 2 * EDGE, HIGH - 2 * EDGE
    return " ".join(
        f"{EDGE + wide * (first + place) / steps:.1f},{EDGE + high * (1 - value / top):.1f}"
        for place, value in enumerate(values)
    )
