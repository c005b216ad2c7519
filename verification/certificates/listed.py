"""A complete list of an institution's personnel: holders of certificates who do not stand in it are proposed."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application, Institution, PersonnelRecord
from enrollment.roster import reading
from enrollment.roster.cells import Reader
from enrollment.roster.columns import COLUMNS
from enrollment.roster.tables import Unreadable
from tte_portal import audit
from tte_portal.encryption import blind_index
from tte_portal.models import Account
from verification.certificates import proposals
from verification.certificates.models import Proposal

MAX_ROWS = 100_000
# All that is compared: a list may have more columns, and nobody has to fill them in for this.
NEEDED = ("NIP",)
SAMPLE = (
    ("NIP", "Nama", "Unit Organisasi"),
    ("198501012010011001", "Ayu Contoh", "Dinas Contoh"),
    ("199002022015022002", "Budi Percobaan", "Dinas Contoh"),
    ("85010123", "Citra Ujicoba", "Badan Contoh"),
)
# A list with fewer than this share of the registry's people is one of an OPD, or of newcomers.
LEAST_SHARE = 0.5
SHOWN = 5


class Refused(ValueError):
    """The list says nothing about who is missing; the text is the sentence for the officer."""


@dataclass(frozen=True)
class Outcome:
    """How many people the list has, how many holders do not stand in it, and how many of them are proposed anew."""

    people: int
    missing: int
    proposed: int


def compare(institution: Institution, content: bytes, *, by: Account) -> Outcome:
    """Propose every holder of a certificate whose number is not in the list. Raises :class:`Refused`."""
    listed = _numbers(institution, content)
    _must_be_complete(institution, len(listed))
    gone = [each for each in _holders(institution) if bytes(each.employee_number_index or b"") not in listed]
    with transaction.atomic():
        proposed = sum(proposals.propose(each, Proposal.Finding.NOT_LISTED) for each in gone)
        facts = {"people": len(listed), "missing": len(gone), "proposed": proposed}
        audit.record("compare_complete_list", by=by, chain=institution.audit_chain, facts=facts)
    return Outcome(len(listed), len(gone), proposed)


def _numbers(institution: Institution, content: bytes) -> set[bytes]:
    """Blind indexes of all numbers, forgiven what is forgiven in other lists; one that cannot be read could be
    anybody's."""
    try:
        lines = reading.read(content, limit=MAX_ROWS, needed=NEEDED).lines
    except Unreadable as error:
        raise Refused(str(error)) from error
    found, faulty, reader = set(), [], Reader(institution)
    for line in lines:
        if number := reader.settled(COLUMNS[0], line.cells[0]):
            found.add(blind_index("employee-number", number))
        else:
            faulty.append(line.row)
    if faulty:
        rows = ", ".join(str(row) for row in faulty[:SHOWN]) + (" …" if len(faulty) > SHOWN else "")
        raise Refused(f"NIP tidak terbaca di {len(faulty)} baris (baris {rows}). Perbaiki, lalu unggah lagi.")
    return found


def _must_be_complete(institution: Institution, listed: int) -> None:
    recorded = PersonnelRecord.objects.filter(institution=institution).count()
    if listed < recorded * LEAST_SHARE:
        raise Refused(
            f"Daftar ini memuat {listed} orang, sedangkan data pegawai {recorded}. Ini bukan daftar lengkap: siapa "
            "yang tidak disebut belum tentu sudah pergi."
        )


def _holders(institution: Institution) -> QuerySet[Application]:
    rows = Application.objects.filter(institution=institution, status__in=WITH_CERTIFICATE)
    return rows.filter(employee_number_index__isnull=False).select_related("institution").order_by("pk")
