"""The officers' menu, and the rooms that bring pages along: who sees which entry, in which order."""

from collections.abc import Iterable
from types import ModuleType

from verification import roles
from verification.bulk import urls as bulk
from verification.care import urls as care
from verification.certificates import urls as certificates
from verification.collective import urls as collective
from verification.desks import DESKS
from verification.exports import urls as exports
from verification.helpdesk import urls as helpdesk
from verification.people import urls as people
from verification.reports import urls as reports
from verification.rooms import Entry

# Each has pages(guard) and MENU.
ROOMS: tuple[ModuleType, ...] = (bulk, people, collective, helpdesk, certificates, reports, exports, care)

MENU: tuple[Entry, ...] = (
    Entry("Beranda", "admin:index", tuple(roles.Kind.values)),
    Entry("Antrean", "admin:queue", (roles.VERIFIER,)),
    *(Entry(desk.name, f"admin:{desk.slug}", (desk.queue.role,)) for desk in DESKS),
    Entry("Perubahan profil", "admin:profile-changes", (roles.HR,)),
    Entry("Pengajuan", "admin:enrollment_application_changelist", (roles.VERIFIER, roles.HELP_DESK)),
    Entry("Pegawai", "admin:enrollment_personnelrecord_changelist", (roles.VERIFIER, roles.ADMINISTRATOR)),
    Entry("Petugas", "admin:tte_portal_account_changelist", (roles.ADMINISTRATOR,)),
    Entry("Instansi", "admin:enrollment_institution_changelist", (roles.ADMINISTRATOR,)),
    Entry("Dipegang", "admin:held", (roles.ADMINISTRATOR,), "Siapa memegang kasus apa; serahkan kepada petugas lain."),
    *(entry for room in ROOMS for entry in room.MENU),
)


def of_roles(kinds: Iterable[str]) -> list[Entry]:
    """The entries for somebody with these kinds of role."""
    held = set(kinds)
    return [entry for entry in MENU if held & set(entry.kinds)]
