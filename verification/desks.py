"""Desks: where officers agree to a case or refuse it with a reason. One row of the table for each; its pages follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from enrollment.models import Application
from tte_portal.models import Account
from verification import issuer, queue, roles
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
    case before why another has to. ``more(officer, after)`` adds to the list page what ``template`` shows besides."""

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
    more: Callable[[Account, str], dict[str, Any]] = _nothing

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.slug}")


DESKS: tuple[Desk, ...] = (
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
    """How many cases wait at each of the officer's desks, institution by institution."""
    return [(desk, queue.counts(officer, desk.queue)) for desk in of_roles(roles.kinds_of(officer))]
