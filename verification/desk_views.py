"""The pages of the desks: list, take, case with its decision, pictures. All rows come from the officer's scope."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from verification import case_papers, claims, issuer, queue, roles
from verification.access import for_roles, officer_of
from verification.case_views import DeskCase, find, refusable
from verification.desks import ALL, Desk, waits_elsewhere
from verification.pages import page
from verification.pictures import picture
from verification.unsent import unsent
from verification.walk import Place

Wrap = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]


def pages(wrap: Wrap) -> list[URLPattern]:
    """The addresses of all desks; ``wrap`` is the admin site's guard."""
    return [each for desk in ALL for each in _pages_of(desk, wrap)] + [
        path("penerbitan/<uuid:case_id>/ajukan/", wrap(ask_again), name="issuing-ask-again")
    ]


def _pages_of(desk: Desk, wrap: Wrap) -> list[URLPattern]:
    only = for_roles(desk.queue.role)
    given = {"desk": desk}
    case = f"{desk.path}/<uuid:case_id>/"
    return [
        path(f"{desk.path}/", wrap(only(waiting)), given, name=desk.slug),
        path(f"{desk.path}/ambil/", wrap(only(take_next)), given, name=f"{desk.slug}-take-next"),
        path(case, wrap(only(DeskCase.as_view())), given, name=desk.case_page),
        path(f"{case}ambil/", wrap(only(take)), given, name=f"{desk.stem}-take"),
        path(f"{case}lepas/", wrap(only(release)), given, name=f"{desk.stem}-release"),
        path(f"{case}foto/<slug:field>/", wrap(only(case_picture)), given, name=f"{desk.stem}-picture"),
        path(f"{case}berkas/<uuid:paper_id>/", wrap(only(case_paper)), given, name=f"{desk.stem}-paper"),
    ]


@require_GET
def waiting(request: HttpRequest, desk: Desk) -> HttpResponse:
    officer, after = officer_of(request), request.GET.get("after", "")
    age = queue.age_of(request.GET.get("umur", ""))
    found = queue.page(officer, after, desk.queue, age)
    context: dict[str, Any] = {
        "desk": desk,
        "officer": officer,
        "page": found,
        "elsewhere": [] if found.cases else waits_elsewhere(officer, desk),
        "ages": queue.ages(officer, desk.queue),
        "age": age,
        "held": list(queue.held(officer, desk.queue)[: queue.PAGE]),
        "many": len(roles.places_of(officer, desk.queue.role)) > 1,
        "after": after,
        **desk.more(officer, request.GET.get("lanjut", "")),
    }
    return page(request, desk.template, desk.title, **context)


@require_POST
def take_next(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Claim the next case and go there; to the list when none is free."""
    return open_next(request, desk, queue.place_of(request.POST.get("after", "")))


def open_next(
    request: HttpRequest, desk: Desk, after: Place | None = None, skipped: UUID | None = None
) -> HttpResponse:
    case = claims.claim_next(officer_of(request), desk.queue, after, skipped)
    if case is None:
        other = "lain " if skipped else ""
        messages.info(request, f"Tidak ada kasus {other}yang dapat Anda ambil sekarang.")
        return redirect(desk.url)
    return redirect(desk.page_of(case.pk))


@require_POST
def take(request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
    case = find(request, case_id, desk)
    problem = refusable(request, case, desk, lambda: claims.claim(case_id, officer_of(request), desk.queue))
    return problem or redirect(desk.page_of(case_id))


@require_POST
def release(request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
    """Give the case back; with ``next`` the one after it in the queue opens. Words not sent are asked about first."""
    case = find(request, case_id, desk)
    if asked := unsent(request, case, desk):
        return asked
    if claims.release(case_id, officer_of(request), desk.queue):
        messages.success(request, f"{case.receipt} dikembalikan ke antrean.")
    return open_next(request, desk, (case.since, case.pk), case.pk) if "next" in request.POST else redirect(desk.url)


@require_GET
def case_picture(request: HttpRequest, case_id: UUID, field: str, desk: Desk) -> HttpResponse:
    return picture(find(request, case_id, desk), field, officer_of(request))


@require_GET
def case_paper(request: HttpRequest, case_id: UUID, paper_id: UUID, desk: Desk) -> HttpResponse:
    reason = "verification" if desk.corrects else desk.slug
    return case_papers.paper(find(request, case_id, desk), paper_id, officer_of(request), reason=reason)


@for_roles(roles.ISSUER)
@require_POST
def ask_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a request that the authority has refused before it anew."""
    case = get_object_or_404(issuer.refused(officer_of(request)), pk=case_id)
    if issuer.ask_again(case_id, by=officer_of(request)):
        messages.success(request, f"{case.receipt} diajukan lagi kepada otoritas.")
    return redirect("admin:issuing")
