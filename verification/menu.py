"""The officers' menu, and the rooms that bring pages along: who sees which entry, in which order."""

from collections.abc import Iterable, Sequence
from functools import partial
from types import ModuleType

from django.core.cache import cache

from tte_portal.models import Account
from verification import desks, hr_queue, roles
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

# A desk that was idle stands in the menu again as long after its first case at the latest.
KEPT_SECONDS = 60
# Each has pages(guard) and MENU.
ROOMS: tuple[ModuleType, ...] = (bulk, people, collective, helpdesk, certificates, reports, exports, care)

MENU: tuple[Entry, ...] = (
    Entry("Beranda", "admin:index", tuple(roles.Kind.values)),
    Entry("Antrean", "admin:queue", (roles.VERIFIER,)),
    *(Entry(desk.name, f"admin:{desk.slug}", (desk.queue.role,), used=partial(desks.is_used, desk)) for desk in DESKS),
    Entry("Perubahan profil", "admin:profile-changes", (roles.HR,), used=hr_queue.is_used),
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


def of_officer(officer: Account) -> list[Entry]:
    """The same without the places where no institution of the officer's has any work and nothing waits."""
    kinds = roles.kinds_of(officer)
    entries = of_roles(kinds)
    # Asked of the database at every page it would take a third of the page's time.
    kept = f"idle:{officer.pk}:{','.join(sorted(kinds))}"
    idle = cache.get(kept)
    if idle is None:
        idle = _idle(entries, officer)
        cache.set(kept, idle, KEPT_SECONDS)
    return [entry for entry in entries if entry.page not in idle]


def _idle(entries: Sequence[Entry], officer: Account) -> list[str]:
    return [entry.page for entry in entries if entry.used is not None and not entry.used(officer)]
