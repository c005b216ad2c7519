"""People of a list written to the registry, thousands in a few statements."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from enrollment.models import Institution, Opd, PersonnelRecord
from enrollment.roster.comparing import PLAIN, Compared, Person
from tte_portal import copying
from tte_portal.encryption import ring


@dataclass(slots=True)
class Invitee:
    """Who may be invited: the record's id and what an application takes from it."""

    record: Any
    name: str
    front_title: str
    back_title: str
    mailbox: str
    opd: int | None
    # Of the list; 0: from no list.
    row: int = 0


def store(found: Compared, institution: Institution, given: Iterable[str]) -> list[Invitee]:
    """Write new and changed people; returns everybody of the list who stands in the registry now.

    Runs in the transaction in which they were compared and locked. Leaves no audit row: the caller says what it was.
    """
    opds = dict(Opd.objects.filter(institution=institution).values_list("code", "pk"))
    named = [name for name in PLAIN if name in given]
    _update(found.changed, [*named, *(["opd"] if "opd" in given else [])], opds)
    invitees = [_invitee(record, person, named, opds if "opd" in given else None) for person, record in found.changed]
    invitees += [_invitee(record, person, (), None) for person, record in found.same]
    return invitees + _insert(found.new, institution, opds)


def _invitee(record: Any, person: Person, named: Sequence[str], opds: dict[str, int] | None) -> Invitee:
    now = {name: person.fields[name] if name in named else getattr(record, name) for name in PLAIN}
    opd = record.opd_id if opds is None else opds.get(person.fields["opd"])
    return Invitee(record.pk, now["name"], now["front_title"], now["back_title"], now["mailbox"], opd, person.row)


def _insert(people: Sequence[Person], institution: Institution, opds: dict[str, int]) -> list[Invitee]:
    keys, table = ring(), PersonnelRecord._meta.db_table
    invitees, rows = [], []
    for person in people:
        key, fields = uuid.uuid4(), person.fields
        opd = opds.get(fields["opd"])
        sealed = keys.seal(fields["employee_number"].encode(), f"{table}.employee_number.{key}")
        rows.append((key, opd, sealed, person.index, *[fields[name] for name in PLAIN]))
        invitees.append(
            Invitee(
                key, fields["name"], fields["front_title"], fields["back_title"], fields["mailbox"], opd, person.row
            )
        )
    copying.copy_in(
        PersonnelRecord, ("id", "opd_id", "employee_number", "employee_number_index", *PLAIN), rows,
        institution_id=institution.pk,
    )  # fmt: skip
    return invitees


def _update(changed: Sequence[tuple[Person, Any]], named: Sequence[str], opds: dict[str, int]) -> None:
    if not changed or not named:
        return
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote('opd_id' if name == 'opd' else name)} = v.{quote(name)}" for name in named)
    columns = ", ".join(quote(name) for name in named)
    casts = ", ".join("%s::bigint" if name == "opd" else "%s::varchar" for name in named)
    rows = [
        [str(record.pk), *(opds.get(person.fields["opd"]) if name == "opd" else person.fields[name] for name in named)]
        for person, record in changed
    ]
    with connection.cursor() as cursor:
        # Names of columns are ours, values go as parameters.
        execute_values(
            cursor.cursor,
            f"UPDATE enrollment_personnelrecord SET {sets} FROM (VALUES %s) AS v (id, {columns}) "  # noqa: S608
            "WHERE enrollment_personnelrecord.id = v.id",
            rows, template=f"(%s::uuid, {casts})", page_size=1000,
        )  # fmt: skip
