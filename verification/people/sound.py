"""What a list is about to do, before anybody agrees: who changes, from what to what, and the first of the new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from enrollment.models import Opd, PersonnelRecord
from enrollment.roster import comparing
from enrollment.roster.columns import COLUMNS
from enrollment.roster.comparing import Person
from verification.people import lists
from verification.people.models import ListPart, PersonnelList

CHANGES, NEW = 50, 10
# Among so many unchanged and new people the first new ones are looked for.
LOOKED_AT = 500


@dataclass(frozen=True)
class Change:
    """One field of somebody in the registry."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Changed:
    """Somebody of the registry whom the list says otherwise."""

    row: int
    name: str
    changes: Sequence[Change]


@dataclass
class Sound:
    """``after``: the row behind which further changes stand; 0: none do."""

    changes: list[Changed] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    after: int = 0


def preview(made: PersonnelList, after: str) -> Sound:
    """The next changes behind row ``after``, and the first new people. Compares only those who are shown."""
    behind = int(after) if after.isdigit() and len(after) < 9 else 0
    most = LOOKED_AT if made.same else NEW
    changing: list[Person] = []
    others: list[Person] = []
    for person, changes in _people(made):
        if changes and person.row > behind:
            changing.append(person)
        elif not changes and len(others) < most:
            others.append(person)
    changing.sort(key=lambda each: each.row)
    found = Sound()
    names = dict(Opd.objects.filter(institution=made.institution).values_list("pk", "name"))
    by_code = dict(Opd.objects.filter(institution=made.institution).values_list("code", "name"))
    shown = changing[:CHANGES]
    for person, record in comparing.compare(shown, made.institution, made.given).changed:
        found.changes.append(Changed(person.row, record.name, _changes(person, record, made.given, names, by_code)))
    found.after = shown[-1].row if len(changing) > CHANGES else 0
    if made.new:
        fresh = comparing.compare(others, made.institution, made.given).new[:NEW]
        found.new = [{"row": each.row, "name": _full_name(each), **_some(each)} for each in fresh]
    return found


def _people(made: PersonnelList) -> Iterator[tuple[Person, bool]]:
    """Everybody who passed and waits, with whether the check found a change."""
    for part in made.parts.filter(stage=ListPart.Stage.CHECKED).order_by("number"):
        # Parts checked before changes were noted: each is asked about.
        noted = part.content.get("changed")
        changed = None if noted is None else set(noted)
        for person in lists.read_back(part.content):
            yield person, changed is None or person.row in changed


def _changes(
    person: Person, record: PersonnelRecord, given: Sequence[str], names: dict[int, str], by_code: dict[str, str]
) -> list[Change]:
    found = []
    for column in COLUMNS:
        if column.field not in given or column.field == "employee_number":
            continue
        new = person.fields[column.field]
        old = getattr(record, column.field) if column.field != "opd" else names.get(record.opd_id or 0, "")
        new = by_code.get(new, "") if column.field == "opd" else new
        if old != new:
            found.append(Change("OPD" if column.field == "opd" else column.name, old, new))
    return found


def _full_name(person: Person) -> str:
    front, back = person.fields["front_title"], person.fields["back_title"]
    return f"{front} {person.fields['name']}{', ' if back else ''}{back}".strip()


def _some(person: Person) -> dict[str, str]:
    return {"position": person.fields["position"], "mailbox": person.fields["mailbox"]}
