"""People of a list beside the registry: who is new, who has changed, who stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from enrollment import actions, comparisons
from enrollment.models import Application, Holder, Institution, Opd, PersonnelRecord
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
    # Found by :func:`compare`: the registry says something else of this person.
    differs: bool = False

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
IN_USE = (
    "Pegawai ini tercatat dengan surel {}, dan pengajuan, sertifikat, atau akunnya memakai surel itu. Daftar tidak "
    "menggantinya: tulis kembali surel itu, atau minta Meja bantuan mengganti surelnya (disetujui petugas kedua)."
)
READ_ONLY = Fault(
    "", "administrator", "Belum tercatat, atau berbeda dari catatan. Hanya administrator yang dapat mendaftarkannya."
)


def compare(
    people: Sequence[Person], institution: Institution, given: Iterable[str], *, lock: bool = False,
    elsewhere: bool = True,
) -> Compared:  # fmt: skip
    """Sort people by what the registry knows; a fault keeps a person out. ``given`` are the fields the list names:
    what it does not name stays as it was. Nor does a list change the mailbox of somebody who uses it: where links and
    codes go is changed at the help desk, by two officers. ``lock`` holds the records until the transaction ends."""
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
            person.differs = True
            found.changed.append((person, record))
        else:
            found.same.append((person, record))
    _keep_mailboxes(found)
    return found


def _keep_mailboxes(found: Compared) -> None:
    """Make a fault of every changed mailbox that somebody uses."""
    moving = {record.pk: record for person, record in found.changed if person.fields["mailbox"] != record.mailbox}
    if not moving:
        return
    in_use = _mailboxes_in_use(moving)
    for person, record in found.changed:
        if record.pk in in_use:
            text = IN_USE.format(record.mailbox)
            found.faults.setdefault(person.row, []).append(Fault("Surel Dinas", "mailbox-in-use", text))
    found.changed = [(person, record) for person, record in found.changed if record.pk not in in_use]


def _mailboxes_in_use(records: dict[Any, PersonnelRecord]) -> set[Any]:
    """Of these records (by id) those whose person has an account or an application that has not ended."""
    used: set[Any] = set(Holder.objects.filter(record_id__in=records).values_list("record_id", flat=True))
    by_mailbox = {record.mailbox: record.pk for record in records.values()}
    institutions = {record.institution_id for record in records.values()}
    live = Application.objects.filter(institution_id__in=institutions).exclude(status__in=comparisons.ENDED)
    for rows in (live.filter(record_id__in=records), live.filter(mailbox__in=by_mailbox)):
        for each in rows.only("mailbox", "record_id", "status", "waiting_for", "procedure_id"):
            if not actions.is_unproven(each):
                used |= {each.record_id, by_mailbox.get(each.mailbox)}
    return used


def _differs(person: Person, record: Any, named: Sequence[str], opds: dict[str, int] | None) -> bool:
    if any(getattr(record, name) != person.fields[name] for name in named):
        return True
    return opds is not None and record.opd_id != opds.get(person.fields["opd"])


def _records(people: Sequence[Person], institution: Institution, lock: bool) -> dict[bytes, PersonnelRecord]:
    rows: QuerySet[PersonnelRecord] = PersonnelRecord.objects.filter(
        institution=institution, employee_number_index__in=[person.index for person in people]
    )
    # In one order, so that two lists with the same people wait for each other and do not lock each other out.
    rows = rows.order_by("pk").select_for_update(no_key=True) if lock else rows
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
