"""A list of the demonstration that waits to be put right and registered."""

from collections.abc import Iterable

from enrollment.models import Institution, Role
from enrollment.roster.columns import COLUMNS
from enrollment.roster.reading import Line, Roster
from verification.people import entering
from verification.people.models import PersonnelList

# Invented people whose numbers are theirs alone; the last two are not as they should be.
PEOPLE = (
    ("197203152003121901", "Kania Contoh", "Bidang Statistik Contoh", "Statistisi", "PNS"),
    ("198506272010011902", "Lukman Percobaan", "Bidang Statistik Contoh", "Analis Data", "PNS"),
    ("199110042019032903", "Maya Ujicoba", "Sekretariat Contoh", "Arsiparis", "PNS"),
    ("1.98809E+17", "Nanda Misalnya", "Sekretariat Contoh", "Bendahara", "PNS"),
    ("197911222006042905", "Oka Rekaan", "Bidang Arsip Contoh", "", "Honorer"),
)


def fill(institutions: Iterable[Institution]) -> None:
    """One list for each institution; a second run makes no second one."""
    for institution in institutions:
        role = Role.objects.filter(institution=institution, kind=Role.Kind.ADMINISTRATOR).first()
        if role is None or PersonnelList.objects.filter(institution=institution).exists():
            continue
        lines = [Line(row, _cells(institution, person)) for row, person in enumerate(PEOPLE, 2)]
        roster = Roster(lines, [column.field for column in COLUMNS])
        entering.several(institution, roster, PersonnelList.Choice.INVITE, by=role.account)


def _cells(institution: Institution, person: tuple[str, ...]) -> list[str]:
    number, name, unit, position, employment = person
    mailbox = f"{name.lower().replace(' ', '.')}@{institution.mailbox_domains[0]}"
    known = {
        "NIP": number, "Nama": name, "Unit Organisasi": unit, "Jabatan": position, "Provinsi": institution.province,
        "Surel Dinas": mailbox, "Jenis Pegawai": employment,
    }  # fmt: skip
    return [known.get(column.name, "") for column in COLUMNS]
