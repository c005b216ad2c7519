"""The triggers that note each change of a count, whoever changed the rows: one line of a delta for each group.

They work once a statement, over all rows it changed, so a statement over a million rows notes some thousand deltas. An
application that comes to another OPD or procedure takes its counts along, row by row: that is rare.
"""

from verification.reports.measures import BEGUN, MEASURES, Measure

COLUMNS = "measure, institution, opd, procedure, what, day, bucket, n"
FUNCTION = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{body}
RETURN NULL;
END $$"""
# What moves an application's counts from one group to another.
MOVES = ("institution_id", "opd_id", "procedure_id", "created_at")
UNREAD = "verification_decision"


def tables() -> dict[str, list[Measure]]:
    """Table → what is counted of it."""
    found: dict[str, list[Measure]] = {}
    for measure in MEASURES:
        found.setdefault(measure.table, []).append(measure)
    return found


def statements() -> list[str]:
    """The SQL that installs them all; over older ones as well."""
    made = [each for table, measures in tables().items() for each in _of_table(table, measures)]
    return [*made, *_of_moves()]


def removal() -> list[str]:
    names = [f"{table}_counted" for table in tables()]
    functions = [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in names]
    return [*functions, "DROP FUNCTION IF EXISTS enrollment_application_moved() CASCADE"]


def _of_table(table: str, measures: list[Measure]) -> list[str]:
    name = f"{table}_counted"
    lasting = [each for each in measures if not each.outlives]
    # Each branch names only the rows that its kind of statement has: PL/pgSQL looks at a branch when it comes there.
    branches = {
        "INSERT": _note([*(_part(each, "added", 1) for each in measures)]),
        "UPDATE": _note(
            [*(_part(each, "added", 1) for each in measures), *(_part(e, "removed", -1) for e in measures)]
        ),
        "DELETE": _note([*(_part(each, "removed", -1) for each in lasting)]) if lasting else "NULL;",
    }
    if table == UNREAD:
        branches["INSERT"] += (
            "\nINSERT INTO reports_unreaddecision (decision_id) SELECT id FROM added WHERE kind <> 'approve';"
        )
    body = " ELS".join(f"IF TG_OP = '{event}' THEN\n{text}\n" for event, text in branches.items()) + "END IF;"
    given = {"INSERT": "NEW TABLE AS added", "DELETE": "OLD TABLE AS removed"}
    given["UPDATE"] = f"{given['INSERT']} {given['DELETE']}"
    made = [FUNCTION.format(name=name, body=body)]
    for event, transition in given.items():
        trigger = f"{name}_{event.lower()}"
        made.append(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        # The table of applications has its own way with updates, below: every save of a draft writes the whole row.
        if not (table == BEGUN.table and event == "UPDATE"):
            made.append(
                f"CREATE TRIGGER {trigger} AFTER {event} ON {table} REFERENCING {transition} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    return made


def _of_moves() -> list[str]:
    """All that is counted of an application goes from its old group to its new one."""
    parts = []
    for measure in MEASURES:
        for applications, n in (("(SELECT OLD.*)", -1), ("(SELECT NEW.*)", 1)):
            own = measure.own.format(table=measure.table, applications=applications, id="NEW.id")
            parts.append(_part(measure, f"({own})", n, applications))
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in MOVES)
    name = f"{BEGUN.table}_moved"
    return [
        FUNCTION.format(name=name, body=_note(parts)),
        f"DROP TRIGGER IF EXISTS {name} ON {BEGUN.table}",
        f"CREATE TRIGGER {name} AFTER UPDATE ON {BEGUN.table} FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {name}()",
    ]


def _part(measure: Measure, rows: str, n: int, applications: str = "enrollment_application") -> str:
    return (
        f"SELECT '{measure.name}' AS measure, {measure.keys}, {n} AS n "  # noqa: S608 (constants of measures.py)
        f"FROM ({measure.rows(rows, applications)}) AS counted"
    )


def _note(parts: list[str]) -> str:
    every = "\nUNION ALL ".join(parts)
    return (
        f"INSERT INTO reports_delta ({COLUMNS}) "  # noqa: S608 (constants of measures.py)
        "SELECT measure, institution, opd, procedure, what, day, bucket, sum(n) FROM (\n"
        f"{every}\n) AS noted GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0;"
    )
