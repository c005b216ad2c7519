"""Desks: where officers agree to a case or refuse it with a reason. One row of the table for each; its pages follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from enrollment import elsewhere, status, terms
from enrollment.models import Application, Institution
from tte_portal.models import Account
from verification import actions, hr_check, issuer, pre_check, queue, roles
from verification.models import Reason
from verification.queue import Queue

Agree = Callable[..., Application]
Refuse = Callable[..., Application]


def _nothing(officer: Account, after: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Desk:
    """``slug`` names the list (admin:<slug>), ``stem`` the pages of a case, and ``path`` is their address; ``name``
    stands in the menu, ``title`` above the list, and ``hint`` below it, what waits there. ``agree(case_id, by=)`` and
    ``refuse(case_id, reason, by=)`` decide, and ``correct(case_id, reasons, by=)`` where a case can go back to the
    applicant. ``button`` and ``follows`` say what agreeing does, ``agreed`` and ``refused`` what was done. ``first``
    tells who has had a hand in the case before why another has to decide. ``reasons``: the kind of ready-made words to
    refuse with. ``more(officer, after)`` adds to the list page what ``template`` shows besides."""

    slug: str
    stem: str
    path: str
    name: str
    title: str
    hint: str
    queue: Queue
    agree: Agree
    refuse: Refuse
    button: str
    follows: str
    agreed: str
    refused: str
    first: str
    reasons: Reason.Kind
    correct: Callable[..., Application] | None = None
    template: str = "verification/desk.html"
    more: Callable[[Account, str], dict[str, Any]] = _nothing
    # In the place of ``follows`` where passphrases are made at BSrE.
    follows_at_bsre: str = ""

    @property
    def told_follows(self) -> str:
        return self.follows_at_bsre if self.follows_at_bsre and elsewhere.at_bsre() else self.follows

    @property
    def corrects(self) -> bool:
        return self.correct is not None

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.slug}")

    @property
    def next_url(self) -> str:
        return reverse(f"admin:{self.slug}-take-next")

    @property
    def case_page(self) -> str:
        return self.stem if self.stem != self.slug else f"{self.slug}-case"

    def page_of(self, case_id: UUID, what: str = "") -> str:
        """The address of a case's page at this desk, or of one of those below it (take, release)."""
        return reverse(f"admin:{self.stem}-{what}" if what else f"admin:{self.case_page}", args=[case_id])


REVIEW = Desk(
    slug="queue",
    stem="review",
    path="antrean",
    name="Antrean",
    title="Antrean pemeriksaan",
    hint="Pengajuan yang isiannya sudah lengkap. Periksa, lalu setujui, minta perbaikan, atau tolak.",
    queue=queue.REVIEW,
    agree=actions.approve,
    refuse=actions.reject,
    correct=actions.ask_correction,
    button="Setujui",
    follows="Tautan pembuatan passphrase langsung dikirim kepada pemohon.",
    follows_at_bsre="Pemohon langsung didaftarkan di BSrE, dan BSrE mengirim tautan passphrase kepadanya.",
    agreed="disetujui",
    refused="ditolak",
    first="Anda sudah mengubah data pengajuan ini. Petugas lain yang memutuskannya.",
    reasons=Reason.Kind.REJECTION,
)
DESKS: tuple[Desk, ...] = (
    Desk(
        slug="hr-check",
        stem="hr-check",
        path="pemeriksaan-kepegawaian",
        name="Data pendaftar",
        title="Pendaftaran yang menunggu bagian kepegawaian",
        hint="Orang yang mendaftar sendiri. Pastikan datanya benar sebelum verifikator memeriksanya.",
        queue=queue.HR_CHECK,
        agree=hr_check.confirm,
        refuse=hr_check.refuse,
        button="Data benar",
        follows="Pendaftaran diteruskan kepada verifikator. Pemohon belum menerima tautan.",
        agreed="diteruskan kepada verifikator",
        refused="ditolak",
        first="Anda sudah mengubah data pendaftaran ini. Petugas lain yang memutuskannya.",
        reasons=Reason.Kind.REGISTRATION,
    ),
    Desk(
        slug="pre-check",
        stem="pre-check",
        path="pemeriksaan-pendaftaran",
        name="Pendaftaran",
        title="Pemeriksaan pendaftaran",
        hint="Orang yang baru mendaftar dan belum mengisi formulir. Terima, maka ia mendapat tautan; atau tolak.",
        queue=queue.PRE_CHECK,
        agree=pre_check.admit,
        refuse=pre_check.reject,
        button="Terima pendaftaran",
        follows="Tautan berikutnya langsung dikirim ke surel dinas yang tercatat di data pegawai. "
        "Bila NIP / NRP tidak tercatat, tautan dikirim ke surel dinas yang ditulis pendaftar.",
        follows_at_bsre="Pemohon diberi tahu lewat surel dinasnya. Bila tidak ada isian lagi, ia langsung didaftarkan "
        "di BSrE, dan BSrE mengirim tautan passphrase kepadanya.",
        agreed="diterima, tautan dikirim",
        refused="ditolak",
        first="Anda sudah menyetujui data orang ini sebagai petugas kepegawaian, atau mengubahnya. Petugas lain yang "
        "memeriksa pendaftarannya.",
        reasons=Reason.Kind.REGISTRATION,
    ),
    Desk(
        slug="issuing",
        stem="issuing",
        path="penerbitan",
        name="Penerbitan",
        title="Sertifikat yang menunggu persetujuan penerbit",
        hint="Passphrase sudah dibuat pemohon. Sertifikat terbit setelah Anda setujui.",
        queue=queue.ISSUE,
        agree=issuer.approve,
        refuse=issuer.refuse,
        button="Setujui penerbitan",
        follows="Sertifikat langsung dimintakan kepada otoritas, dan pemohon menerima surel saat sertifikat terbit.",
        agreed="disetujui untuk diterbitkan",
        refused="ditolak",
        first="Anda sudah memeriksa pengajuan ini pada pemeriksaan pertama. Petugas lain yang menyetujui penerbitan.",
        reasons=Reason.Kind.REJECTION,
        template="verification/issuer.html",
        more=issuer.refused_by_authority,
    ),
)


# The officers' menu names the first apart (verification/menu.py).
ALL: tuple[Desk, ...] = (REVIEW, *DESKS)


def of_roles(kinds: Iterable[str]) -> list[Desk]:
    """The desks at which somebody with these kinds of role works."""
    held = set(kinds)
    return [desk for desk in ALL if desk.queue.role in held]


def of_queue(of: Queue) -> Desk:
    return next(desk for desk in ALL if desk.queue == of)


def overview(officer: Account) -> list[dict[str, Any]]:
    """What waits at each of the officer's desks, by age and by institution, and what the officer holds there. Desks
    where nobody waits are shown where a procedure has their check."""
    found = []
    for desk in of_roles(roles.kinds_of(officer)):
        rows = queue.counts(officer, desk.queue)
        if any(row["oldest"] or _has(desk, row["institution"]) for row in rows):
            ages = queue.ages(officer, desk.queue)
            found.append({"desk": desk, "rows": rows, "ages": ages, "held": list(queue.held(officer, desk.queue)[:5])})
    return found


def waits_elsewhere(officer: Account, desk: Desk) -> list[dict[str, Any]]:
    """The officer's other desks at which somebody waits, and how many do."""
    others = [each for each in of_roles(roles.kinds_of(officer)) if each != desk]
    found = [(each, queue.walk(officer, each.queue).count(queue.MOST + 1)) for each in others]
    return [{"desk": each, "waiting": queue.told(number)} for each, number in found if number]


def is_used(desk: Desk, officer: Account) -> bool:
    """Whether the desk has work for this officer: a procedure of one of the institutions has its check, or somebody
    waits there all the same."""
    here = list(queue.institutions(officer, desk.queue)[: queue.NAMED + 1])
    # Of somebody with many institutions not each is asked on every page.
    many = len(here) > queue.NAMED
    return many or any(_has(desk, each) for each in here) or queue.walk(officer, desk.queue).count(1) > 0


def _has(desk: Desk, institution: Institution) -> bool:
    return institution.is_open and desk.queue.state in status.way_of(terms.in_force(institution))
