"""What the PDF draws: bars and a line, as vectors in the portal's colours."""

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import HexColor

from enrollment.letters import BODY
from verification.reports import words
from verification.reports.tables import Table

STRONG, SOFT, AHEAD, QUIET = HexColor("#0b4a7d"), HexColor("#e4edf4"), HexColor("#9db8cd"), HexColor("#475866")
SMALL: dict[str, Any] = {"fontName": BODY, "fontSize": 8, "fillColor": QUIET}
BAR_WIDE, BAR_HIGH = 70, 7


def _flat(colour: Any) -> Any:
    return {"fillColor": colour, "strokeColor": None}


def bar(value: Any, longest: float, *, foreseen: bool = False, wide: float = BAR_WIDE) -> Drawing:
    drawing = Drawing(wide, BAR_HIGH)
    drawing.add(Rect(0, 0, wide, BAR_HIGH, **_flat(SOFT)))
    if value and longest:
        filled = AHEAD if foreseen else STRONG
        drawing.add(Rect(0, 0, wide * value / longest, BAR_HIGH, **_flat(filled)))
    return drawing


def funnel(table: Table, wide: float) -> Drawing:
    """One bar for each stage, its name on the left, its number at the end."""
    rows = [(str(row[0]), row[table.chart] or 0) for row in table.rows]
    longest, step, left = max((value for _, value in rows), default=0) or 1, 18, 150
    drawing = Drawing(wide, step * len(rows))
    for number, (name, value) in enumerate(rows):
        low = step * (len(rows) - 1 - number)
        drawing.add(String(0, low + 5, name, fontName=BODY, fontSize=8.5, fillColor=QUIET))
        drawing.add(Rect(left, low + 2, (wide - left - 55) * value / longest, 12, **_flat(STRONG)))
        end = left + (wide - left - 55) * value / longest + 5
        drawing.add(String(end, low + 5, words.number(value), fontName=BODY, fontSize=8.5))
    return drawing


def line(table: Table, wide: float, high: float = 90) -> Drawing | None:
    """The drawn column over the months, its projection in dashes; nothing of one month alone."""
    known = [row[table.chart] for row in table.rows if row[table.chart] is not None]
    ahead = [row[-1] or 0 for row in table.rows if row[table.chart] is None]
    if len(known) < 2:
        return None
    top, steps = max(*known, *ahead, 1), len(table.rows) - 1
    drawing = Drawing(wide, high + 16)
    drawing.add(Line(0, 14, wide, 14, strokeColor=AHEAD, strokeWidth=0.7))
    drawing.add(_way(known, 0, steps, top, wide, high))
    if ahead:
        dashes = _way([known[-1], *ahead], len(known) - 1, steps, top, wide, high)
        dashes.strokeDashArray, dashes.strokeColor = [4, 3], QUIET
        drawing.add(dashes)
    for number, value in enumerate(known):
        x, y = _point(number, value, steps, top, wide, high)
        drawing.add(Circle(x, y, 2.2, **_flat(STRONG)))
    for number in (0, steps):
        anchor: Any = "end" if number else "start"
        name = str(table.rows[number][0])
        drawing.add(String(wide if number else 0, 2, name, textAnchor=anchor, **SMALL))
    drawing.add(String(0, high + 8, words.number(round(top)), **SMALL))
    return drawing


def _way(values: Sequence[float], first: int, steps: int, top: float, wide: float, high: float) -> PolyLine:
    points = [each for n, value in enumerate(values) for each in _point(first + n, value, steps, top, wide, high)]
    return PolyLine(points, strokeColor=STRONG, strokeWidth=1.6)


def _point(number: int, value: float, steps: int, top: float, wide: float, high: float) -> tuple[float, float]:
    return 4 + (wide - 8) * number / steps, 14 + (high - 14) * value / top
