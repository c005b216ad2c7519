"""People of a list beside the registry: who is new, who has changed, who stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from enrollment.models import Institution, Opd, PersonnelRecord
from enrollment.roster.columns import COLUMNS
from enrollment.roster.faults import Fault
from tte_portal.encryption import blind_index

PLAIN = tuple(column.field for column in COLUMNS if column.field not in ("employee_number", "opd"))


@dataclass(slots=True)
class Person:
    """One row of a list that could be read. ``moved``: an officer has said that the person comes from elsewhere."""

    row: int
    fields: dict[str, str]
    moved: bool = False
    index: bytes = b""

    def __post_init__(self) -> None:
        self.index = blind_index("employee-number", self.fields["employee_number"])


@dataclass
class Compared:
    """``new`` people; ``changed`` and ``same`` ones with their records; ``faults`` by row."""

    new: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, PersonnelRecord]] = field(default_factory=list)
    same: list[tuple[Person, PersonnelRecord]] = field(default_factory=list)
    faults: dict[int, list[Fault]] = field(default_factory=dict)


TAKEN = Fault("Surel Dinas", "mailbox-taken", "Surel ini sudah tercatat untuk pegawai lain. Periksa alamatnya.")
ELSEWHERE = Fault(
    "NIP", "elsewhere",
    "NIP ini tercatat di instansi lain. Bila orang ini pindah ke instansi Anda, nyatakan itu di halaman perbaikan.",
)  # fmt: skip
READ_ONLY = Fault(
    "", "administrator", "Belum tercatat, atau berbeda dari catatan. Hanya administrator yang dapat mendaftarkannya."
)


def compare(
    people: Sequence[Person], institution: Institution, given: Iterable[str], *, lock: bool = False,
    elsewhere: bool = True,
) -> Compared:  # fmt: skip
    """Sort people by what the registry knows; a fault keeps a person out. ``given`` are the fields the list names:
    what it does not name stays as it was. ``lock`` holds the records until the transaction ends."""
    found, owners = Compared(), _mailbox_owners(people)
    others = _numbers_elsewhere(people, institution) if elsewhere else frozenset()
    records = _records(people, institution, lock)
    opds = dict(Opd.objects.filter(institution=institution).values_list("code", "pk"))
    named = [name for name in PLAIN if name in given]
    for person in people:
        owner = owners.get(person.fields["mailbox"])
        if owner is not None and owner != (institution.pk, person.index):
            found.faults.setdefault(person.row, []).append(TAKEN)
        if person.index in others and not person.moved and person.index not in records:
            found.faults.setdefault(person.row, []).append(ELSEWHERE)
        if person.row in found.faults:
            continue
        record = records.get(person.index)
        if record is None:
            found.new.append(person)
        elif _differs(person, record, named, opds if "opd" in given else None):
            found.changed.append((person, record))
        else:
            found.same.append((person, record))
    return found


def _differs(person: Person, record: Any, named: Sequence[str], opds: dict[str, int] | None) -> bool:
    if any(getattr(record, name) != person.fields[name] for name in named):
        return True
    return opds is not None and record.opd_id != opds.get(person.fields["opd"])


def _records(people: Sequence[Person], institution: Institution, lock: bool) -> dict[bytes, PersonnelRecord]:
    rows: QuerySet[PersonnelRecord] = PersonnelRecord.objects.filter(
        institution=institution, employee_number_index__in=[person.index for person in people]
    )
    # In one order, so that two lists with the same people wait for each other and do not lock each other out.
    rows = rows.order_by("pk").select_for_update() if lock else rows
    return {bytes(record.employee_number_index): record for record in rows}


def _mailbox_owners(people: Sequence[Person]) -> dict[str, tuple[int, bytes]]:
    known = PersonnelRecord.objects.filter(mailbox__in=[person.fields["mailbox"] for person in people])
    rows = known.values_list("mailbox", "institution_id", "employee_number_index")
    return {mailbox: (institution, bytes(index)) for mailbox, institution, index in rows}


def _numbers_elsewhere(people: Sequence[Person], institution: Institution) -> frozenset[bytes]:
    """Of these numbers those that another institution has. By the institutions' ids: the index begins with them."""
    others = list(Institution.objects.exclude(pk=institution.pk).values_list("pk", flat=True))
    rows = PersonnelRecord.objects.filter(
        institution_id__in=others, employee_number_index__in=[person.index for person in people]
    )
    return frozenset(bytes(index) for index in rows.values_list("employee_number_index", flat=True))


def hold(institution: Institution) -> None:
    """One list of an institution at a time, until the transaction ends: two at once would both find a person new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personnel list'), %s)", [institution.pk])
