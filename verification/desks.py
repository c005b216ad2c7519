"""Desks: where officers agree to a case or refuse it with a reason. One row of the table for each; its pages follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from enrollment import status, terms
from enrollment.models import Application, Institution
from tte_portal.models import Account
from verification import hr_check, issuer, pre_check, queue, reasons, roles
from verification.queue import Queue

Agree = Callable[..., Application]
Refuse = Callable[..., Application]


def _nothing(officer: Account, after: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Desk:
    """``slug`` names its pages (admin:<slug>, -case, -picture) and their address ``path``; ``name`` stands in the
    menu, ``title`` above the list. ``agree(case_id, by=)`` and ``refuse(case_id, reason, by=)`` decide; ``button`` and
    ``follows`` say what agreeing does, ``agreed`` and ``refused`` what was done. ``first`` tells who has checked the
    case before why another has to. ``reasons`` are ready-made words to refuse with; ``goes_on``: a decision opens the
    next case. ``more(officer, after)`` adds to the list page what ``template`` shows besides."""

    slug: str
    path: str
    name: str
    title: str
    queue: Queue
    agree: Agree
    refuse: Refuse
    button: str
    follows: str
    agreed: str
    refused: str
    first: str
    template: str = "verification/desk.html"
    reasons: tuple[str, ...] = reasons.REJECTIONS
    goes_on: bool = False
    more: Callable[[Account, str], dict[str, Any]] = _nothing

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.slug}")


DESKS: tuple[Desk, ...] = (
    Desk(
        slug="hr-check",
        path="pemeriksaan-kepegawaian",
        name="Data pendaftar",
        title="Pendaftaran yang menunggu bagian kepegawaian",
        queue=queue.HR_CHECK,
        agree=hr_check.confirm,
        refuse=hr_check.refuse,
        button="Data benar",
        follows="Pendaftaran diteruskan kepada verifikator. Pemohon belum menerima tautan.",
        agreed="diteruskan kepada verifikator",
        refused="ditolak",
        first="",
        reasons=reasons.REGISTRATIONS,
        goes_on=True,
    ),
    Desk(
        slug="pre-check",
        path="pemeriksaan-pendaftaran",
        name="Pendaftaran",
        title="Pemeriksaan pendaftaran",
        queue=queue.PRE_CHECK,
        agree=pre_check.admit,
        refuse=pre_check.reject,
        button="Terima pendaftaran",
        follows="Tautan berikutnya langsung dikirim ke surel dinas yang tercatat di data pegawai. "
        "Bila NIP / NRP tidak tercatat, tautan dikirim ke surel dinas yang ditulis pendaftar.",
        agreed="diterima, tautan dikirim",
        refused="ditolak",
        first="Anda sudah menyetujui data orang ini sebagai petugas kepegawaian. Petugas lain yang memeriksa "
        "pendaftarannya.",
        reasons=reasons.REGISTRATIONS,
        goes_on=True,
    ),
    Desk(
        slug="issuing",
        path="penerbitan",
        name="Penerbitan",
        title="Sertifikat yang menunggu persetujuan penerbit",
        queue=queue.ISSUE,
        agree=issuer.approve,
        refuse=issuer.refuse,
        button="Setujui penerbitan",
        follows="Sertifikat langsung dimintakan kepada otoritas, dan pemohon menerima surel saat sertifikat terbit.",
        agreed="disetujui untuk diterbitkan",
        refused="ditolak",
        first="Anda sudah memeriksa pengajuan ini pada pemeriksaan pertama. Petugas lain yang menyetujui penerbitan.",
        template="verification/issuer.html",
        more=issuer.refused_by_authority,
    ),
)


def of_roles(kinds: Iterable[str]) -> list[Desk]:
    """The desks at which somebody with these kinds of role works."""
    held = set(kinds)
    return [desk for desk in DESKS if desk.queue.role in held]


def counts(officer: Account) -> list[tuple[Desk, list[dict[str, Any]]]]:
    """How many cases wait at each of the officer's desks, institution by institution: those whose procedure has this
    check, and those where somebody waits for it all the same."""
    found = []
    for desk in of_roles(roles.kinds_of(officer)):
        rows = [row for row in queue.counts(officer, desk.queue) if row["oldest"] or _has(desk, row["institution"])]
        if rows:
            found.append((desk, rows))
    return found


def _has(desk: Desk, institution: Institution) -> bool:
    return institution.is_open and desk.queue.state in status.way_of(terms.in_force(institution))
