"""The stages of a procedure as a small picture: a lane for each role, a numbered mark in the lane of whoever acts.

The picture repeats an ordered list that stands beside it, so it is hidden from screen readers.
"""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from enrollment.journey import Stage, Turn

LANE, COLUMN, LABEL, RADIUS = 44, 52, 170, 15


def lanes(stages: Sequence[Stage]) -> SafeString:
    """An ``<svg>`` of the flow; roles that have no part in it get no lane."""
    roles = [turn for turn in Turn if any(stage.turn is turn for stage in stages)]
    width, height = LABEL + COLUMN * len(stages), LANE * len(roles)
    places = [(LABEL + COLUMN * n + COLUMN // 2, LANE * roles.index(s.turn) + LANE // 2) for n, s in enumerate(stages)]
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    pieces = [f'<svg class="lanes" {box} aria-hidden="true" focusable="false">']
    pieces += [_lane(turn, number, width) for number, turn in enumerate(roles)]
    pieces.append(f'<path class="flow" d="{_path(places)}"/>')
    pieces += [_mark(number, *place) for number, place in enumerate(places, 1)]
    # Words that are not ours by letter went through escape(); all else are numbers.
    return SafeString("".join([*pieces, "</svg>"]))


def _lane(turn: Turn, number: int, width: int) -> str:
    top = LANE * number
    shade = ' class="band"' if number % 2 == 0 else ' class="gap"'
    return (
        f'<rect{shade} x="0" y="{top}" width="{width}" height="{LANE}"/>'
        f'<text x="12" y="{top + LANE // 2 + 5}">{escape(turn.value)}</text>'
    )


def _path(places: Sequence[tuple[int, int]]) -> str:
    (x, y), *rest = places
    pieces = [f"M{x} {y}"]
    for to_x, to_y in rest:
        # Down or up halfway between two marks, so that the line never runs through a third.
        pieces.append(f"H{(x + to_x) // 2}V{to_y}H{to_x}")
        x = to_x
    return "".join(pieces)


def _mark(number: int, x: int, y: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{RADIUS}"/><text class="number" x="{x}" y="{y + 5}">{number}</text>'
