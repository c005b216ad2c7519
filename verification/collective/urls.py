"""The rooms' pages (the OPD's, the administrators', one for everybody) and their places in the officers' menu."""

from functools import partial

from django.urls import URLPattern, path

from verification import roles
from verification.collective import (
    cases,
    draft_views,
    handing_views,
    mailbox_views,
    opd_views,
    password_views,
    review_views,
)
from verification.collective.cases import DESK, OPD
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        OPD.name,
        "opd",
        (roles.OPD_OPERATOR,),
        "Ajukan surel dinas untuk banyak pegawai sekaligus, dan lihat sampai di mana setiap orang.",
    ),
    Entry(
        DESK.name,
        "admin:collective",
        (roles.ADMINISTRATOR,),
        "Putuskan permohonan surel dinas dari OPD, lalu buat surelnya.",
        used=cases.is_used,
    ),
)


def pages(guard: Guard) -> list[URLPattern]:
    """The administrators' addresses, inside the admin site."""
    case = "permohonan-opd/<uuid:collective_id>/"
    given = partial(_page, guard, "collective-")
    return [
        path("permohonan-opd/", guard(review_views.waiting), name="collective"),
        given(case, review_views.one, "request"),
        given(f"{case}berkas/<uuid:letter_id>/", review_views.paper, "paper"),
        given(f"{case}orang/<uuid:line_id>/", review_views.person, "person"),
        given(f"{case}sisanya/", review_views.rest, "rest"),
        given(f"{case}putuskan/", review_views.finish, "finish"),
        given(f"{case}kemajuan/", mailbox_views.progress, "progress"),
        given(f"{case}daftar-surel/", mailbox_views.prepare, "prepare"),
        given(f"{case}daftar-surel/<uuid:list_id>/", mailbox_views.fetch, "fetch"),
        given(f"{case}sudah-dibuat/", mailbox_views.made, "made"),
        given(f"{case}coba-lagi/", mailbox_views.try_again, "again"),
        given(f"{case}orang/<uuid:line_id>/alamat/", mailbox_views.other_address, "address"),
        *handing_views.pages(DESK, guard, case, "collective-"),
    ]


def opd_pages(guard: Guard) -> list[URLPattern]:
    """The OPD's addresses under /opd/, behind the same guard."""
    case = "opd/<uuid:collective_id>/"
    given = partial(_page, guard, "opd-")
    return [
        path("opd/", guard(opd_views.mine), name="opd"),
        given("opd/baru/", opd_views.new, "new"),
        given("opd/contoh-daftar.csv", draft_views.list_template, "list-template"),
        given(case, opd_views.one, "request"),
        given(f"{case}daftar/", draft_views.people, "people"),
        given(f"{case}daftar/<uuid:line_id>/", draft_views.person, "person"),
        given(f"{case}daftar/<uuid:line_id>/sk/", draft_views.person_decree, "person-decree"),
        given(f"{case}surat/", draft_views.letter, "letter"),
        given(f"{case}surat/isian.pdf", draft_views.letter_form, "letter-form"),
        given(f"{case}sk/", draft_views.decree, "decree"),
        given(f"{case}berkas/<uuid:letter_id>/", opd_views.paper, "paper"),
        given(f"{case}kirim/", opd_views.submit, "submit"),
        given(f"{case}tarik/", opd_views.withdraw, "withdraw"),
        *handing_views.pages(OPD, guard, case, "opd-"),
    ]


def _page(guard: Guard, before: str, route: str, view: object, name: str) -> URLPattern:
    return path(route, guard(view), name=f"{before}{name}")  # type: ignore[arg-type]


public_pages = [path("surel-dinas/sandi/<str:token>/", password_views.password, name="mailbox-password")]
