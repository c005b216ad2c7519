"""Whose certificates an officer sees here, and what the officer may do to one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from enrollment import lifecycle
from enrollment.models import Application, Status
from passphrase import revocation, succession
from passphrase.models import Certificate
from tte_portal.models import Account
from verification import roles

# As the table of transitions has it: who revokes, suspends and resumes (enrollment/lifecycle.py).
READS = (roles.VERIFIER, roles.ISSUER)


@dataclass(frozen=True)
class Act:
    """``name``: the transition; ``button``: on the page; ``done``: told afterwards; ``told``: what it means."""

    slug: str
    name: str
    button: str
    done: str
    told: str
    do: Callable[[Application, str, str, Account], bool]


ACTS = {
    each.slug: each
    for each in (
        Act(
            "cabut", "revoke", "Cabut sertifikat", "Sertifikat dicabut.",
            "Untuk selamanya. Kuncinya dihapus, dan daftar pencabutan serta layanan status langsung menyebutkannya. "
            "Dokumen yang ditandatangani sebelumnya tetap sah. Pemegang diberi tahu lewat surel.",
            lambda case, reason, comment, by: revocation.revoke(case.pk, reason, by=by, comment=comment),
        ),
        Act(
            "tangguhkan", "suspend", "Tangguhkan", "Sertifikat ditangguhkan.",
            "Untuk sementara, sampai petugas mengaktifkannya lagi. Dokumen yang ditandatangani selama itu tidak sah. "
            "Pemegang diberi tahu lewat surel, dengan alasannya.",
            lambda case, reason, comment, by: revocation.suspend(case.pk, reason, by=by, comment=comment),
        ),
        Act(
            "aktifkan", "resume", "Aktifkan lagi", "Sertifikat aktif lagi.",
            "Sertifikat dapat dipakai menandatangani lagi, dengan passphrase yang sama. Pastikan dahulu alasan "
            "penangguhannya sudah tidak ada. Pemegang diberi tahu lewat surel.",
            lambda case, reason, comment, by: revocation.resume(case.pk, by=by, comment=comment),
        ),
    )
}  # fmt: skip
# What a second request finds.
ALREADY = {
    "cabut": "Sertifikat ini sudah dicabut sebelumnya; tidak ada yang berubah.",
    "tangguhkan": "Sertifikat ini sudah ditangguhkan; tidak ada yang berubah.",
    "aktifkan": "Sertifikat ini sudah aktif; tidak ada yang berubah.",
}
# What is told in place of a form for what cannot be done; without a word here there is no certificate yet.
STANDINGS: dict[str, str] = {
    Status.ISSUE: "Sertifikat ini sudah terbit dan menjadi aktif dengan sendirinya",
    Status.ACTIVE: "Sertifikat ini aktif",
    Status.SUSPENDED: "Sertifikat ini sudah ditangguhkan",
    Status.REVOKED: "Sertifikat ini sudah dicabut",
    Status.EXPIRED: "Masa berlaku sertifikat ini sudah habis",
}


def find(application_id: UUID, officer: Account) -> Application | None:
    rows = Application.objects.for_officer(officer, *READS).select_related("institution", "record", "predecessor")
    return rows.filter(pk=application_id).first()


def certificate_of(case: Application) -> Certificate | None:
    """The latest certificate: the one that what is done here is done to."""
    return case.certificates.defer("der", "chain").order_by("-pk").first()


def is_own(case: Application, officer: Account) -> bool:
    return bool(officer.mailbox) and officer.mailbox.lower() == case.mailbox.lower()


def possible(case: Application, officer: Account) -> list[Act]:
    """The acts whose buttons show: they exist from where the certificate stands, and are this officer's."""
    if revocation.lies_elsewhere(case):
        return []
    return [each for each in ACTS.values() if exists_now(each, case) and lifecycle.may_make(each.name, case, officer)]


def exists_now(act: Act, case: Application) -> bool:
    """Whether the act changes anything from where the certificate stands."""
    return act.name in {each.name for each in lifecycle.possible(case)}


def can_reissue(case: Application, officer: Account) -> bool:
    """Begin a new certificate with the records' data for somebody who has not done so."""
    if not case.institution.is_open or succession.can_renew(case) or not succession.can_reissue(case):
        return False
    return lifecycle.may_make("succeed", case, officer)


def reissue(case: Application, *, by: Account) -> Application:
    """Raises ``NotNow`` or ``NotAllowed``."""
    return succession.begin(case.pk, Application.Purpose.REISSUE, by=by)
