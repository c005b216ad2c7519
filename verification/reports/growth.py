"""Months, and the straight line through what they had: the plainest projection there is."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

MONTHS = 12
ENOUGH_MONTHS = 3
FORESEEN_MONTHS = 3


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_of(last: date) -> list[date]:
    """The first days of the twelve months of which the last holds ``last``."""
    months = [last.replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def line_through(values: Sequence[int]) -> Callable[[int], int]:
    """The line with the least squares of distances; asked for a place, the nearest whole number, never below 0."""
    count = len(values)
    middle, mean = (count - 1) / 2, sum(values) / count
    spread = sum((place - middle) ** 2 for place in range(count))
    slope = sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread

    def at(place: int) -> int:
        return max(0, round(mean + slope * (place - middle)))

    return at
