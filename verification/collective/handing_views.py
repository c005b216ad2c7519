"""First passwords on their way out, for both sides: the printed sheet, the mailed one-time page, and new ones."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from enrollment.collective import handover
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotPossible
from verification.access import for_roles, officer_of
from verification.collective import cases
from verification.collective.cases import Side
from verification.pages import page
from verification.rooms import Guard

NOBODY = "Tidak ada kata sandi yang menunggu diserahkan."
LOST = "Tidak dapat dicetak lagi; bila hilang, buat kata sandi baru di bagian “Kata sandi pertama”."


def pages(side: Side, guard: Guard, before: str, name: str) -> list[URLPattern]:
    """The addresses of one side; ``before`` is the request's own address, ``name`` begins their names."""

    def only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        return guard(for_roles(side.role)(view))

    given = {"side": side}
    return [
        path(f"{before}sandi/", only(sheet), given, name=f"{name}sheet"),
        path(f"{before}sandi/baru/", only(renew), given, name=f"{name}renew"),
        path(f"{before}orang/<uuid:line_id>/tautan/", only(send_link), given, name=f"{name}link"),
    ]


def handing(case: CollectiveRequest, side: Side) -> dict[str, Any]:
    """What the request's page says of first passwords."""
    if case.state != CollectiveRequest.State.DECIDED:
        return {}
    ready = list(handover.ready(case).order_by("position_in_list"))
    lost = case.people.filter(state=RequestedPerson.State.MADE, task="").exclude(handed_at=None)
    return {
        "ready": ready,
        "by_mail": [{"person": each, "url": side.url("link", case.pk, each.pk)} for each in ready if each.contact],
        "handed": list(lost.order_by("position_in_list")),
        "sheets": list(case.sheets.select_related("printed_by").order_by("-printed_at")),
        "sheet_url": side.url("sheet", case.pk),
        "renew_url": side.url("renew", case.pk),
    }


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, collective_id: UUID, side: Side) -> HttpResponse:
    """GET says what will happen; the POST answers with the sheet, this once."""
    case = cases.find(request, collective_id, side)
    if request.method != "POST":
        ready = list(handover.ready(case).order_by("position_in_list"))
        if case.state != CollectiveRequest.State.DECIDED or not ready:
            return _nobody(request, case, side)
        context: dict[str, Any] = {"case": case, "ready": ready, "home": side.home(case), "side": side}
        return page(request, "collective/sheet.html", "Cetak kata sandi pertama", **context)
    try:
        printed, content = handover.print_sheet(case.pk, by=officer_of(request))
    except NotPossible:
        return _nobody(request, case, side)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{printed.receipt}.pdf"'
    return response


def _nobody(request: HttpRequest, case: CollectiveRequest, side: Side) -> HttpResponse:
    """After the only download: which sheet it was, by whom and when; the page that led to it shows this by itself."""
    last = case.sheets.select_related("printed_by").order_by("-printed_at").first()
    if last is None:
        return cases.back(request, case, side, NOBODY)
    at = date_format(localtime(last.printed_at), "j F Y H.i")
    told = f"Lembar {last.receipt} untuk {last.rows} orang sudah diunduh oleh {last.printed_by.name}, {at}. {LOST}"
    return cases.back(request, case, side, f"{NOBODY} {told}")


@require_POST
def send_link(request: HttpRequest, collective_id: UUID, line_id: UUID, side: Side) -> HttpResponse:
    case = cases.find(request, collective_id, side)
    person = cases.find_person(case, line_id)
    try:
        handover.send_link(case.pk, person.pk, by=officer_of(request))
    except NotPossible:
        return cases.back(request, case, side, f"Tidak ada yang dapat dikirim untuk {person.name}.")
    told = f"Tautan kata sandi untuk {person.name} dikirim ke surel yang sudah tercatat."
    return cases.back(request, case, side, told, good=True)


@require_POST
def renew(request: HttpRequest, collective_id: UUID, side: Side) -> HttpResponse:
    """New passwords for those who were ticked."""
    case = cases.find(request, collective_id, side)
    known = {str(pk): pk for pk in case.people.values_list("pk", flat=True)}
    chosen = [known[each] for each in request.POST.getlist("person") if each in known]
    try:
        count = handover.renew(case.pk, chosen, by=officer_of(request)) if chosen else 0
    except NotPossible:
        count = 0
    if not count:
        return cases.back(request, case, side, "Pilih dahulu orang yang perlu kata sandi baru.")
    told = f"Kata sandi baru untuk {count} orang sedang dipasang. Kata sandi lama segera tidak berlaku."
    return cases.back(request, case, side, told, good=True)
