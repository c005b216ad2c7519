"""Small drawings beside numbers: a bar for each row, a line for a year. Attributes alone, no style, no script."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from verification.reports.tables import Table
from verification.reports.words import number

WIDE, HIGH = 480, 170
# Room for the number above the highest point, for the month below the axis, for half a word at either side.
ABOVE, BELOW, EDGE = 24, 24, 20


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
    """The drawn column over the rows with its numbers, the projection going on from its end in dashes; nothing of a
    single row."""
    # Of a month that is not over, what is foreseen: its own number would bend the line down.
    known = [row[table.chart] for row in table.rows if row[-1] is None]
    ahead = [row[-1] for row in table.rows if row[-1] is not None]
    if len(known) < 2:
        return SafeString("")
    points = _points([*known, *ahead])
    past, dashes = points[: len(known)], points[len(known) - 1 :] if ahead else []
    label = escape(
        f"{table.title}: {table.columns[table.chart].heading}, {table.rows[0][0]} sampai {table.rows[-1][0]}"
        f"{'; garis putus-putus: perkiraan' if dashes else ''}"
    )
    drawn = zip(points, [*known, *ahead], _months(table), strict=True)
    words = "".join(
        f'<text class="{KINDS[place >= len(known)]}" x="{x}" y="{y - 9:.1f}">{number(value)}</text>'
        f'<text class="month" x="{x}" y="{HIGH - 6}">{month}</text>'
        for place, ((x, y), value, month) in enumerate(drawn)
    )
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in past)
    return SafeString(
        f'<svg class="line" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f'<path class="axis" d="M0 {HIGH - BELOW}H{WIDE}"/><polyline class="past" points="{_text(past)}"/>'
        f'{f"""<polyline class="foreseen" points="{_text(dashes)}"/>""" if dashes else ""}{dots}{words}</svg>'
        f"{LEGEND if dashes else ''}"
    )  # label and months went through escape(), the rest are numbers of our own


KINDS = ("told", "ahead")
# What is foreseen has not happened: nobody should take the dashes for figures.
LEGEND = (
    '<p class="legend"><span><svg class="line" viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">'
    '<polyline class="past" points="0,5 30,5"/></svg> sudah terbit</span> <span><svg class="line" viewBox="0 0 30 10" '
    'width="30" height="10" aria-hidden="true"><polyline class="foreseen" points="0,5 30,5"/></svg> perkiraan '
    "(garis putus-putus, angka miring): belum terjadi</span></p>"
)


def _points(values: Sequence[int]) -> list[tuple[float, float]]:
    top, steps = max(*values, 1), len(values) - 1
    wide, high = WIDE - 2 * EDGE, HIGH - ABOVE - BELOW
    return [
        (round(EDGE + wide * place / steps, 1), round(ABOVE + high * (1 - value / top), 1))
        for place, value in enumerate(values)
    ]


def _text(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _months(table: Table) -> list[str]:
    return [escape(str(row[0])[:3]) for row in table.rows]
