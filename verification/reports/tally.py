"""Counts added up: deltas folded into the tallies, and both made anew from the rows they count.

The triggers only add lines, so two changes never wait for each other; one sweep adds them up. Fold and recount are one
statement each, which sees one moment of the database: no reader and no writer has to stop for them.
"""

from django.db import connection, transaction

from verification.reports.measures import REMEMBERED_DAYS, Measure

BATCH = 200_000
LOCK = 0x7265706F
KEYS = ("institution", "opd", "procedure", "what", "day", "bucket")
ALL_KEYS = ", ".join(KEYS)
# A count goes to its OPD, to its institution, to all institutions; where it was coarser already, only once.
WIDER = "CROSS JOIN LATERAL (SELECT f.institution, f.opd UNION SELECT f.institution, 0 UNION SELECT 0, 0) AS g"

FOLD = f"""
WITH taken AS (
  DELETE FROM reports_delta WHERE id IN (SELECT id FROM reports_delta ORDER BY id LIMIT %s) RETURNING *
), added AS (
  INSERT INTO reports_tally AS t (measure, {ALL_KEYS}, n)
  SELECT f.measure, g.institution, g.opd, f.procedure, f.what, f.day, f.bucket, sum(f.n) FROM taken AS f {WIDER}
  GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(f.n) <> 0
  ON CONFLICT (measure, institution, opd, day, what, procedure, bucket) DO UPDATE SET n = t.n + excluded.n
)
SELECT count(*) FROM taken"""  # noqa: S608 (constants of this file)

TRUTH = """
SELECT g.institution, g.opd, f.procedure, f.what, f.day, f.bucket, sum(f.n) AS n FROM (
  SELECT {keys}, count(*) AS n FROM ({rows}) AS counted GROUP BY 1, 2, 3, 4, 5, 6
) AS f """

# What is true, what the reports say, and how many lines of the two differ.
COMPARED = """
truth AS MATERIALIZED (SELECT * FROM ({truth}) AS every WHERE day >= {since}),
kept AS (
  SELECT {columns}, sum(n) AS n FROM (
    SELECT {columns}, n FROM reports_tally WHERE measure = %(measure)s
    UNION ALL SELECT g.institution, g.opd, f.procedure, f.what, f.day, f.bucket, f.n
    FROM reports_delta AS f {wider} WHERE f.measure = %(measure)s
  ) AS both_of_them WHERE day >= {since} GROUP BY {columns} HAVING sum(n) <> 0
), wrong AS (
  SELECT count(*) AS lines FROM truth AS r FULL JOIN kept AS t ON {same_row} WHERE r.n IS DISTINCT FROM t.n
)"""

DIFFERENCES = f"WITH {COMPARED} SELECT lines FROM wrong"  # noqa: S608 (constants of this file)

RECOUNT = f"""
WITH {COMPARED}, gone AS (
  DELETE FROM reports_delta WHERE measure = %(measure)s AND day >= {{since}}
), ended AS (
  UPDATE reports_tally AS t SET n = 0 WHERE t.measure = %(measure)s AND t.n <> 0 AND t.day >= {{since}} AND NOT EXISTS (
    SELECT FROM truth AS r WHERE {{same_row}})
), counted AS (
  INSERT INTO reports_tally AS t (measure, {{columns}}, n) SELECT %(measure)s, {{columns}}, n FROM truth
  ON CONFLICT (measure, institution, opd, day, what, procedure, bucket) DO UPDATE SET n = excluded.n
  WHERE t.n <> excluded.n
)
SELECT lines FROM wrong"""  # noqa: S608 (constants of this file)
# Of sorts and joins over a nation's rows; the ordinary few megabytes would go to disk.
RECOUNT_MEMORY = "256MB"


def fold() -> int:
    """Add up a batch of deltas; how many there were. While another folds or counts, none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, [BATCH])
        return int(cursor.fetchone()[0])


def fold_all() -> int:
    folded = 0
    while batch := fold():
        folded += batch
    return folded


def recount(measure: Measure) -> int:
    """Make one measure's tallies anew from the rows it counts; how many lines were wrong before."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Waits for a fold that is under way; the statements after it see what that one wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(f"SET LOCAL work_mem = '{RECOUNT_MEMORY}'")
        cursor.execute(_filled(RECOUNT, measure), {"measure": measure.name})
        return int(cursor.fetchone()[0])


def differences(measure: Measure) -> int:
    """How many lines of one measure, deltas included, say otherwise than the rows it counts."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(DIFFERENCES, measure), {"measure": measure.name})
        return int(cursor.fetchone()[0])


def _filled(statement: str, measure: Measure) -> str:
    truth = TRUTH.format(keys=measure.keys, rows=measure.rows()) + WIDER + " GROUP BY 1, 2, 3, 4, 5, 6"
    return statement.format(
        truth=truth, columns=ALL_KEYS, wider=WIDER,
        since=f"current_date - {REMEMBERED_DAYS}" if measure.outlives else "'-infinity'::date",
        same_row=" AND ".join(f"r.{key} = t.{key}" for key in KEYS),
    )  # fmt: skip
