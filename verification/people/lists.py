"""What is done with a list: begun, added to, checked part by part, put right row by row, thrown away."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from enrollment.models import Institution, Role
from enrollment.roster import comparing, reading
from enrollment.roster.cells import Reader
from enrollment.roster.columns import COLUMNS
from enrollment.roster.comparing import Person
from enrollment.roster.faults import Fault
from enrollment.roster.reading import Line, Roster
from enrollment.scoping import institutions_of
from tte_portal import audit, copying, files, jobs
from tte_portal.models import Account, Job
from verification.people import twins
from verification.people.models import FaultyRow, ListPart, PersonnelList

CHECK, REGISTER = "check_people", "register_people"
PART = 2000
Stage = PersonnelList.Stage
FIELDS = tuple(column.field for column in COLUMNS)


def writes_registry(officer: Account | None, institution: Institution) -> bool:
    """An administrator writes the registry; a verifier invites whoever stands in it."""
    if officer is None:
        return False
    return institutions_of(officer, Role.Kind.ADMINISTRATOR).filter(institution=institution).exists()


def upload(institution: Institution, content: bytes, filename: str, choice: str, *, by: Account) -> PersonnelList:
    """Keep the file sealed and have it checked in the background."""
    with transaction.atomic():
        made = PersonnelList.objects.create(
            institution=institution, made_by=by, source=PersonnelList.Source.FILE, filename=filename[:150],
            choice=choice,
        )  # fmt: skip
        _take_file(made, content, by)
    return made


def add(made: PersonnelList, content: bytes, *, by: Account) -> bool:
    """A file with corrected rows for a list; ``False`` while the list is being worked on."""
    with transaction.atomic():
        made = locked(made)
        if running_job(made):
            return False
        _take_file(made, content, by)
        return True


def _take_file(made: PersonnelList, content: bytes, by: Account) -> None:
    made.file = files.store(content, owner=made.pk, kind="personnel", content_type="application/octet-stream")
    made.stage, made.refusal = Stage.READING, ""
    made.save()
    jobs.begin(CHECK, made.pk, by=by)


def locked(made: PersonnelList) -> PersonnelList:
    return (
        PersonnelList.objects.select_for_update(no_key=True, of=("self",))
        .select_related("institution", "file")
        .get(pk=made.pk)
    )


def job_of(made: PersonnelList) -> Job | None:
    """The latest work on a list."""
    return Job.objects.filter(subject=made.pk).order_by("-created_at").first()


def running_job(made: PersonnelList) -> bool:
    return Job.objects.filter(subject=made.pk, state__in=jobs.UNFINISHED).exists()


def take_lines(made: PersonnelList, roster: Roster) -> None:
    """Put lines into a list, unchecked, in parts; rows that put right earlier ones keep the earlier numbers."""
    open_rows = set(made.faulty.values_list("row", flat=True))
    offset = made.last_row
    lines: list[Line] = []
    for line in roster.lines:
        row = line.instead_of if line.instead_of in open_rows else offset + line.row
        open_rows.discard(line.instead_of)
        lines.append(Line(row, line.cells))
    number = made.parts.aggregate(last=Max("number"))["last"] or 0
    copying.insert([
        ListPart(
            personnel_list=made, number=number + place, stage=ListPart.Stage.RAW, count=len(part),
            content={"lines": [[line.row, line.cells] for line in part]},
        )
        for place, part in enumerate(reading.parts(lines, PART), 1)
    ])  # fmt: skip
    made.notes, made.given = roster.notes, sorted({*made.given, *roster.given})
    made.last_row = max(made.last_row, *(line.row for line in lines))
    made.total, made.stage = made.total + len(lines), Stage.READING
    made.save()


def check_part(made: PersonnelList) -> int:
    """Check the next part: who passes is kept as read, who does not as written. Returns how many; 0: all is checked."""
    part = made.parts.filter(stage=ListPart.Stage.RAW).order_by("number").first()
    if part is None:
        made.stage = Stage.READY
        made.save()
        return 0
    lines = [Line(row, cells) for row, cells in part.content["lines"]]
    people, faults = _read(made, lines)
    _keep_faulty(made, lines, faults)
    part.content, part.stage, part.count = passed(people), ListPart.Stage.CHECKED, len(people)
    part.save()
    if not people:
        part.delete()
    made.save()
    return len(lines)


def passed(people: Sequence[Person]) -> dict[str, Any]:
    """What a part keeps of who passed, and the rows of those whom the registry knows otherwise."""
    return {
        "people": [[each.row, [each.fields[name] for name in FIELDS], each.moved] for each in people],
        "changed": [each.row for each in people if each.differs],
    }


def read_back(content: dict[str, Any]) -> list[Person]:
    return [
        Person(row, dict(zip(FIELDS, values, strict=True)), moved) for row, values, moved in content.get("people", ())
    ]


def _read(made: PersonnelList, lines: Sequence[Line]) -> tuple[list[Person], dict[int, list[Fault]]]:
    """Who passes, counted on the list, and the faults of the others by row."""
    reader, seen = Reader(made.institution), twins.Seen(made)
    faults: dict[int, list[Fault]] = {}
    people: list[Person] = []
    for line in lines:
        fields, found = reader.read(line.cells)
        found += seen.faults(line.row, fields)
        if found:
            faults[line.row] = found
        else:
            seen.add(line.row, fields)
            people.append(Person(line.row, fields))
    told = [
        *(["Tanda petik di depan NIP (') sudah dibuang; angkanya utuh."] if reader.mended_quotes else []),
        *(["Gelar yang tertulis di kolom Nama dipindahkan ke kolom gelar."] if reader.moved_titles else []),
    ]
    made.notes = [*made.notes, *(note for note in told if note not in made.notes)]
    return settle(made, people, faults), faults


def settle(made: PersonnelList, people: Sequence[Person], faults: dict[int, list[Fault]]) -> list[Person]:
    """Compare people with the registry: count them on the list, add to ``faults`` who may not pass."""
    found = comparing.compare(people, made.institution, made.given)
    faults.update(found.faults)
    if not writes_registry(made.made_by, made.institution):
        for person in [*found.new, *(person for person, _ in found.changed)]:
            faults[person.row] = [comparing.READ_ONLY]
        found.new, found.changed = [], []
    made.new += len(found.new)
    made.changed += len(found.changed)
    made.same += len(found.same)
    return [person for person in people if person.row not in faults]


def _keep_faulty(made: PersonnelList, lines: Sequence[Line], faults: dict[int, list[Fault]]) -> None:
    made.faulty.filter(row__in=[line.row for line in lines]).delete()
    cells = {line.row: line.cells for line in lines}
    keep_faulty(made, {row: (cells[row], found) for row, found in faults.items()})


def keep_faulty(made: PersonnelList, rows: dict[int, tuple[Sequence[str], Sequence[Fault]]]) -> None:
    copying.insert([
        FaultyRow(
            personnel_list=made, row=row, kinds=sorted({fault.kind for fault in found}),
            content={
                "cells": list(cells), "faults": [[fault.column, fault.kind, fault.text] for fault in found],
            },
        )
        for row, (cells, found) in rows.items()
    ])  # fmt: skip


def put_right(faulty: FaultyRow, cells: Sequence[str], *, moved: bool = False) -> list[Fault]:
    """One row typed anew: it passes, or stays with what was typed and what is wrong with it."""
    with transaction.atomic():
        made = locked(faulty.personnel_list)
        reader = Reader(made.institution)
        fields, found = reader.read(cells)
        found += twins.Seen(made).faults(faulty.row, fields)
        faults = {faulty.row: found} if found else {}
        people = [] if found else settle(made, [Person(faulty.row, fields, moved)], faults)
        made.faulty.filter(pk=faulty.pk).delete()
        if people:
            number = made.parts.aggregate(last=Max("number"))["last"] or 0
            ListPart.objects.create(
                personnel_list=made, number=number + 1, stage=ListPart.Stage.CHECKED, count=1,
                content=passed(people),
            )  # fmt: skip
        else:
            keep_faulty(made, {faulty.row: (cells, faults[faulty.row])})
        made.save()
        return faults.get(faulty.row, [])


def drop(faulty: FaultyRow, *, by: Account) -> bool:
    """Take a faulty row out of its list for good; ``False`` while the list is being worked on."""
    with transaction.atomic():
        made = locked(faulty.personnel_list)
        if running_job(made):
            return False
        gone, _ = made.faulty.filter(pk=faulty.pk).delete()
        if gone:
            made.total -= 1
            made.save(update_fields=["total"])
            audit.record(
                "drop_personnel_row", by=by, chain=made.institution.audit_chain,
                facts={"list": str(made.pk), "row": faulty.row, "faults": faulty.kinds},
            )  # fmt: skip
        return True


def register(made: PersonnelList, choice: str, *, by: Account) -> bool:
    """Have everybody who passed registered in the background (or a stopped check gone on with); ``False`` when there
    is nothing to do, or somebody is at it."""
    with transaction.atomic():
        made = locked(made)
        if running_job(made) or made.stage == Stage.REFUSED:
            return False
        if made.stage == Stage.READING:
            jobs.begin(CHECK, made.pk, by=by, total=made.total)
            return True
        if not made.waiting:
            return False
        made.choice, made.refusal = choice, ""
        made.save()
        jobs.begin(REGISTER, made.pk, by=by, total=made.waiting)
        return True


def discard(made: PersonnelList) -> bool:
    """Forget a list; who was registered stays. ``False`` while it is being worked on."""
    with transaction.atomic():
        made = locked(made)
        if running_job(made):
            return False
        if made.file:
            files.erase(made.file)
        Job.objects.filter(subject=made.pk).delete()
        made.delete()
        return True
