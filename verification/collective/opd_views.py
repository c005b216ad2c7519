"""The OPD's pages: its requests, one request, checking and sending it, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment.collective import drafts, findings, rules, sending, standing
from enrollment.collective.models import CollectiveRequest, RequestPaper
from enrollment.lifecycle import NotPossible
from verification import roles
from verification.access import for_roles, officer_of
from verification.collective import cases
from verification.collective.cases import OPD
from verification.collective.handing_views import handing
from verification.pages import page

State = CollectiveRequest.State
operators = for_roles(roles.OPD_OPERATOR)
SENT = "Permohonan ini sudah dikirim, jadi tidak dapat diubah lagi."


@operators
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    found, more = cases.page_of(request, OPD)
    context: dict[str, Any] = {
        "rows": found,
        "more": more,
        "after": request.GET.get("after", ""),
        "opds": rules.opds_of(officer_of(request)),
    }
    return page(request, "collective/opd-list.html", OPD.name, **context)


@operators
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """A draft for one of the officer's OPDs."""
    officer = officer_of(request)
    opds = rules.opds_of(officer)
    chosen = next((each for each in opds if str(each.pk) == request.POST.get("opd", "")), opds[0] if opds else None)
    if chosen is None:
        messages.warning(request, "Instansi Anda tidak memakai permohonan surel dinas lewat portal ini.")
        return redirect("opd")
    return redirect(OPD.home(drafts.begin(chosen, by=officer)))


@operators
@require_GET
def one(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """A draft's steps, or where a request that was sent stands."""
    case = cases.find(request, collective_id, OPD)
    if case.state == State.DRAFT:
        return page(request, "collective/draft.html", f"Draf {case.receipt}", case=case, **_steps(case))
    people = case.people.order_by("position_in_list")
    context: dict[str, Any] = {
        "case": case,
        "people": standing.of_people(case, people),
        "papers": case.papers.select_related("person").order_by("kind", "at"),
        "standing": standing.OF_REQUEST.get(State(case.state)),
        **handing(case, OPD),
    }
    return page(request, "collective/opd-request.html", f"Permohonan {case.receipt}", **context)


def _steps(case: CollectiveRequest) -> dict[str, Any]:
    lacks = {each.page for each in sending.missing(case)}
    people = list(case.people.all())
    return {
        "count": len(people),
        "faulty": sum(not each.is_complete for each in people),
        "people_done": not lacks & {"people", "person"},
        "letter_done": "letter" not in lacks,
        "decree_done": "decree" not in lacks,
    }


@operators
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """Everything once more, what is missing with the way to it, and the button."""
    case = cases.find(request, collective_id, OPD)
    if case.state != State.DRAFT:
        return cases.back(request, case, OPD, SENT)
    if request.method == "POST":
        try:
            sending.submit(case.pk, by=officer_of(request))
        except NotPossible:
            return cases.back(request, case, OPD, SENT)
        except sending.Incomplete:
            return _check(request, case, 422)
        return cases.back(request, case, OPD, f"Permohonan terkirim. Nomor tanda terima: {case.receipt}.", good=True)
    return _check(request, case, 200)


def _check(request: HttpRequest, case: CollectiveRequest, status: int) -> HttpResponse:
    lacks = [{"text": each.text, "url": _way(case, each)} for each in sending.missing(case)]
    people = list(case.people.order_by("position_in_list"))
    context: dict[str, Any] = {
        "case": case,
        "missing": lacks,
        "people": people,
        "letter": cases.letter_of(case),
        "decrees": case.papers.filter(kind=RequestPaper.Kind.DECREE).count(),
        "warnings": _warnings(case, people),
    }
    return page(request, "collective/submit.html", "Periksa dan kirim", status, **context)


def _way(case: CollectiveRequest, lack: sending.Missing) -> str:
    if lack.person is not None:
        return OPD.url("person-decree" if lack.page == "decree" else "person", case.pk, lack.person.pk)
    return OPD.url(lack.page, case.pk)


def _warnings(case: CollectiveRequest, people: list[Any]) -> list[tuple[str, str]]:
    """(name, sentence) of what does not keep the request from being sent."""
    found = findings.look(case, people)
    return [(each.name, told.text) for each in people for told in found.get(each.pk, ()) if not told.blocks]


@operators
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """Take a request back before it is decided, or throw a draft away."""
    case = cases.find(request, collective_id, OPD)
    draft = case.state == State.DRAFT
    if case.state not in (State.DRAFT, State.SUBMITTED):
        return cases.back(request, case, OPD, "Permohonan ini sudah diputuskan atau ditarik.")
    if request.method != "POST":
        title = "Hapus draf ini?" if draft else "Tarik permohonan ini?"
        return page(request, "collective/withdraw.html", title, case=case, draft=draft)
    try:
        (drafts.discard if draft else sending.withdraw)(case.pk, by=officer_of(request))
    except (NotPossible, CollectiveRequest.DoesNotExist):
        messages.warning(request, "Keadaan permohonan ini baru saja berubah. Tidak ada yang ditarik.")
        return redirect("opd")
    messages.success(request, f"{case.receipt} {'dihapus' if draft else 'ditarik'}.")
    return redirect("opd")


@operators
@require_GET
def paper(request: HttpRequest, collective_id: UUID, letter_id: UUID) -> HttpResponse:
    return cases.paper(request, collective_id, letter_id, OPD)


def draft_of(request: HttpRequest, collective_id: UUID) -> CollectiveRequest | None:
    """The draft, or nothing when it was sent already; raises ``Http404`` for what is not the officer's."""
    case = cases.find(request, collective_id, OPD)
    return case if case.state == State.DRAFT else None


def sent(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """What a page of the draft answers once the request was sent."""
    return cases.back(request, cases.find(request, collective_id, OPD), OPD, SENT)
