"""Percentiles of durations that are kept by size: class ``b`` holds those from GROWTH**b to GROWTH**(b+1) seconds."""

from collections.abc import Iterable

from verification.reports.measures import GROWTH


def percentile(sizes: Iterable[tuple[int, int]], share: float) -> float | None:
    """The duration that ``share`` of all do not exceed, between the bounds of its class by how far into it that lies;
    off by a tenth at most. ``None`` of nothing."""
    ordered = sorted((bucket, n) for bucket, n in sizes if n > 0)
    wanted = share * sum(n for _, n in ordered)
    for bucket, n in ordered:
        if wanted <= n:
            low: float = GROWTH**bucket
            return low + (low * GROWTH - low) * wanted / n
        wanted -= n
    return None
