"""Held cases: handed over by their holder from the case, by an administrator from the list of all that are held."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from tte_portal.models import Account
from verification import claims, desks, queue, roles
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.unsent import unsent

Wrap = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]
MOST = 100


def pages(wrap: Wrap) -> list[URLPattern]:
    """The addresses; ``wrap`` is the admin site's guard."""
    holders = {desk.queue.role for desk in desks.ALL}
    return [
        path("dipegang/", wrap(for_roles(roles.ADMINISTRATOR)(held)), name="held"),
        path("dipegang/<uuid:case_id>/", wrap(for_roles(roles.ADMINISTRATOR, *holders)(hand_over)), name="hand-over"),
    ]


@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Who holds what at the administrator's institutions, and to whom it can go. No names of applicants."""
    cases = _of_administrator(officer_of(request)).filter(queue.HELD).order_by("claimed_until", "pk")[:MOST]
    rows = [
        {"case": case, "desk": desks.of_queue(of), "others": claims.others(case, of)}
        for case in cases
        if (of := queue.of_case(case))
    ]
    return page(request, "verification/held.html", "Kasus yang sedang dipegang", rows=rows)


@require_POST
def hand_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    officer = officer_of(request)
    case = _of_holder(officer).filter(pk=case_id).first() or get_object_or_404(_of_administrator(officer), pk=case_id)
    of = queue.of_case(case)
    mine = case.claimed_by_id == officer.pk and of is not None
    if of is not None and mine and (asked := unsent(request, case, desks.of_queue(of))):
        return asked
    back = desks.of_queue(of).url if of is not None and mine else "admin:held"
    wanted = request.POST.get("to", "")
    to = next((each for each in (claims.others(case, of) if of else []) if str(each.pk) == wanted), None)
    if to is None:
        messages.warning(request, f"{case.receipt} tidak diserahkan: pilih petugas yang dapat memutuskannya.")
        return redirect(back)
    try:
        claims.hand_over(case_id, to, by=officer)
    except (NotPossible, NotAllowed):
        messages.warning(request, f"{case.receipt} tidak diserahkan: kasus ini tidak lagi dipegang.")
    else:
        messages.success(request, f"{case.receipt} diserahkan kepada {to.name}, yang melihatnya lebih dahulu.")
    return redirect(back)


def _of_administrator(officer: Account) -> QuerySet[Application]:
    rows = Application.objects.for_officer(officer, roles.ADMINISTRATOR)
    return rows.select_related("institution", "claimed_by")


def _of_holder(officer: Account) -> QuerySet[Application]:
    kinds = {desk.queue.role for desk in desks.ALL}
    rows = Application.objects.for_officer(officer, *kinds).filter(claimed_by=officer)
    return rows.select_related("institution", "claimed_by")
