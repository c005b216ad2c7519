"""The personnel registry filled by a list that is checked as a whole: one faulty row and nothing is imported.

For ``manage.py import_personnel`` and whoever writes a list in one go; lists with faults to mend are registered on the
officers' pages, which stand on the same readers (enrollment/roster).
"""

import csv
from dataclasses import dataclass
from io import StringIO

from django.db import transaction

from enrollment.models import Institution
from enrollment.roster import comparing, reading, storing
from enrollment.roster.cells import Reader
from enrollment.roster.columns import COLUMNS
from enrollment.roster.comparing import Person
from enrollment.roster.tables import Unreadable
from tte_portal import audit
from tte_portal.audit import Actor

MAX_ROWS = 100_000


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell (``column`` empty: the whole row or file), by its row in the file."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class Result:
    """What a list holds; ``people`` may be stored only when ``problems`` is empty."""

    people: list[Person]
    given: list[str]
    problems: list[Problem]


@dataclass(frozen=True)
class Counts:
    """How many records an import made and how many it changed."""

    new: int
    changed: int


def check(content: bytes, institution: Institution) -> Result:
    """Read and check a whole list; every faulty cell is reported with its row and column."""
    try:
        roster = reading.read(content, limit=MAX_ROWS)
    except reading.MissingColumns as error:
        return Result([], [], [Problem(1, name, "Kolom ini tidak ada pada baris judul.") for name in error.columns])
    except Unreadable as error:
        return Result([], [], [Problem(1, "", str(error))])
    reader, people, problems = Reader(institution), [], []
    seen: dict[str, int] = {}
    for line in roster.lines:
        fields, faults = reader.read(line.cells)
        for column, field in (("NIP", "employee_number"), ("Surel Dinas", "mailbox")):
            first = seen.setdefault(fields.get(field) or f"{line.row}{field}", line.row)
            if first != line.row:
                problems.append(Problem(line.row, column, f"Sama dengan baris {first}."))
        problems += [Problem(line.row, fault.column, fault.text) for fault in faults]
        if "employee_number" in fields and "mailbox" in fields:
            people.append(Person(line.row, fields))
    # A person who comes from elsewhere stands in both registries until the other one lets go.
    others = comparing.compare(people, institution, roster.given, elsewhere=False).faults
    problems += [Problem(row, fault.column, fault.text) for row, faults in others.items() for fault in faults]
    return Result(people, roster.given, sorted(problems, key=lambda each: each.row))


def store(result: Result, institution: Institution, *, by: Actor) -> Counts:
    """Write a list without problems, all rows or none; who is there already is brought up to date."""
    if result.problems:
        raise ValueError("A list with problems is not stored.")
    with transaction.atomic():
        comparing.hold(institution)
        found = comparing.compare(result.people, institution, result.given, lock=True, elsewhere=False)
        if found.faults:
            raise ValueError("The registry has changed since the list was checked.")
        storing.store(found, institution, result.given)
        counts = Counts(len(found.new), len(found.changed))
        audit.record(
            "import_personnel", by=by, chain=institution.audit_chain,
            facts={"new": counts.new, "changed": counts.changed},
        )  # fmt: skip
    return counts


def template() -> str:
    """An empty list with the right heading, as CSV."""
    text = StringIO()
    csv.writer(text).writerow([column.name for column in COLUMNS])
    return text.getvalue()
