"""Reading counts: from the tallies and what is not yet added to them, or for one OPD from the rows themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from verification.reports.measures import Measure
from verification.reports.scope import Scope

KEPT = """
SELECT {by}, sum(n)::bigint FROM (
  SELECT institution, opd, procedure, what, day, bucket, n FROM reports_tally
  WHERE measure = %(measure)s AND institution = ANY(%(kept)s) AND {opds} AND day BETWEEN %(first)s AND %(last)s
  UNION ALL SELECT institution, opd, procedure, what, day, bucket, n FROM reports_delta
  WHERE measure = %(measure)s AND (institution = ANY(%(ids)s) OR %(everywhere)s) AND day BETWEEN %(first)s AND %(last)s
) AS counted GROUP BY {by} HAVING sum(n) <> 0 ORDER BY {by}"""

ROWS = """
SELECT {by}, count(*) FROM ({rows}) AS counted
WHERE institution = ANY(%(ids)s) AND (%(opd)s IS NULL OR opd = %(opd)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY {by} ORDER BY {by}"""

LONG_AGO, ENDLESS = date(1, 1, 1), date(9999, 12, 31)


def read(
    scope: Scope, measure: Measure, *by: str, first: date = LONG_AGO, last: date = ENDLESS
) -> Sequence[tuple[Any, ...]]:
    """Counts of the scope's institutions by these columns (institution, opd, procedure, what, day, bucket), the count
    last; of the days from ``first`` to ``last``. Exact at the moment it is asked: what the sweep has not yet added
    up is read along."""
    kept = [0] if scope.everywhere and "institution" not in by and "opd" not in by else list(scope.institutions)
    values: dict[str, Any] = {
        "measure": measure.name, "kept": kept, "ids": list(scope.institutions), "everywhere": scope.everywhere,
        "opd": scope.opd, "first": first, "last": last,
    }  # fmt: skip
    one = scope.opd is not None
    from_rows = (one or "opd" in by) and not measure.by_opd
    opds = "opd = %(opd)s" if one else "opd <> 0" if "opd" in by else "opd = 0"
    statement = (
        ROWS.format(by=", ".join(by), rows=measure.rows()) if from_rows else KEPT.format(by=", ".join(by), opds=opds)
    )
    if one and not from_rows:
        # A delta names its OPD as well.
        statement = statement.replace("OR %(everywhere)s)", "OR %(everywhere)s) AND opd = %(opd)s")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def totals(scope: Scope, measure: Measure, first: date = LONG_AGO, last: date = ENDLESS) -> dict[str, int]:
    """What → count."""
    return dict(read(scope, measure, "what", first=first, last=last))
