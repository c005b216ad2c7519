"""A report's values as people read them: numbers, shares, durations and days in Indonesian."""

from typing import Any

from django.utils.formats import date_format

from verification.reports.tables import Kind

NOTHING = "–"
UNITS = (("hari", 86400), ("jam", 3600), ("menit", 60), ("detik", 1))


def shown(value: Any, kind: Kind) -> str:
    if value is None:
        return NOTHING
    match kind:
        case "number":
            return number(value)
        case "percent":
            return f"{100 * value:.1f} %".replace(".", ",")
        case "duration":
            return duration(value)
        case "date":
            return str(date_format(value, "j F Y"))
    return str(value)


def number(value: int) -> str:
    """12345 as "12.345"."""
    return f"{value:,}".replace(",", ".")


def duration(seconds: float) -> str:
    """The two largest units: "2 hari 3 jam", "45 menit 10 detik"."""
    left = round(seconds)
    parts: list[str] = []
    for name, size in UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {name}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(filter(None, parts)) or "0 detik"
