"""The administrator's review: what waits, one request with its papers, a verdict for each person, the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import mailboxes
from enrollment.collective import addresses, deciding, findings, rules, standing
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.papers import FINDINGS
from verification import roles
from verification.access import for_roles, officer_of
from verification.collective import cases
from verification.collective.cases import DESK
from verification.collective.handing_views import handing
from verification.collective.mailbox_views import making
from verification.collective.verdict_forms import REASONS, AcceptForm
from verification.forms import RejectionForm
from verification.pages import page

State = CollectiveRequest.State
administrators = for_roles(roles.ADMINISTRATOR)
NOT_YOU = "Permohonan ini Anda tulis sendiri, sudah diputuskan, atau ditarik. Administrator lain yang memutuskannya."


@administrators
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    done = request.GET.get("lihat") == "semua"
    found, more = cases.page_of(request, DESK, to_do=not done)
    context: dict[str, Any] = {"rows": found, "more": more, "after": request.GET.get("after", ""), "all": done}
    return page(request, "collective/review-list.html", DESK.name, **context)


@administrators
@require_GET
def one(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    case = cases.find(request, collective_id, DESK)
    return _page(request, case, RejectionForm(ready=REASONS))


def _page(request: HttpRequest, case: CollectiveRequest, refusal: RejectionForm) -> HttpResponse:
    people = list(case.people.order_by("position_in_list").prefetch_related("papers"))
    found = findings.look(case, people) if case.state == State.SUBMITTED else {}
    left = [each for each in people if not each.verdict]
    context: dict[str, Any] = {
        "case": case,
        "rows": [
            {"person": each, "findings": found.get(each.pk, ()), "told": told} for each, told in _told(case, people)
        ],
        "papers": [
            {"paper": each, "findings": [FINDINGS.get(code, code) for code in each.findings]}
            for each in case.papers.filter(person=None).select_related("copy").order_by("-kind")
        ],
        "left": len(left),
        "can_be_accepted": sum(not any(told.blocks for told in found.get(each.pk, ())) for each in left),
        "accepted": sum(each.verdict == "accept" for each in people),
        "refused": sum(each.verdict == "refuse" for each in people),
        "may": rules.may_decide(case, officer_of(request)),
        "form": refusal,
        **making(case),
        **handing(case, DESK),
    }
    status = 422 if refusal.errors else 200
    return page(request, "collective/review.html", f"Permohonan {case.receipt}", status, **context)


def _told(case: CollectiveRequest, people: list[RequestedPerson]) -> list[tuple[RequestedPerson, standing.Standing]]:
    return standing.of_people(case, people)


@administrators
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, collective_id: UUID, line_id: UUID) -> HttpResponse:
    """One person with what the records say, the proposed address, and the two verdicts."""
    case = cases.find(request, collective_id, DESK)
    about = cases.find_person(case, line_id)
    if case.state != State.SUBMITTED or not rules.may_decide(case, officer_of(request)):
        return cases.back(request, case, DESK, NOT_YOU)
    told = findings.look(case, case.people.all()).get(about.pk, [])
    # Who is refused for the moment has no address, and gets the proposal once more.
    proposed = about.mailbox or addresses.propose(case, [about])[about.pk]
    accept, refusal = AcceptForm(initial={"mailbox": proposed}), RejectionForm(ready=REASONS)
    if request.method == "POST":
        accept, refusal, response = _judge(request, case, about, told, accept, refusal)
        if response:
            return response
    context: dict[str, Any] = {
        "case": case, "person": about, "findings": told, "accept": accept, "form": refusal,
        "blocked": any(each.blocks for each in told), "gets_none": any(each.gets_none for each in told),
        "decree": about.papers.first(),
    }  # fmt: skip
    status = 422 if accept.errors or refusal.errors else 200
    return page(request, "collective/review-person.html", about.name, status, **context)


def _judge(
    request: HttpRequest,
    case: CollectiveRequest,
    about: RequestedPerson,
    told: list[findings.Finding],
    accept: AcceptForm,
    refusal: RejectionForm,
) -> tuple[AcceptForm, RejectionForm, HttpResponse | None]:
    officer = officer_of(request)
    try:
        if request.POST.get("decision") == "refuse":
            refusal = RejectionForm(request.POST, ready=REASONS)
            if refusal.is_valid():
                deciding.refuse(case.pk, about.pk, refusal.reason(), by=officer)
                return accept, refusal, _next(request, case, f"{about.name}: akan ditolak.")
        else:
            accept = AcceptForm(request.POST, needed=not any(each.gets_none for each in told))
            if accept.is_valid():
                deciding.accept(case.pk, about.pk, accept.cleaned_data["mailbox"], by=officer)
                return accept, refusal, _next(request, case, f"{about.name}: akan diterima.")
    except addresses.Wrong as wrong:
        accept.add_error("mailbox", str(wrong))
    except (NotPossible, NotAllowed):
        return accept, refusal, cases.back(request, case, DESK, "Tidak disimpan: orang ini tidak dapat diterima.")
    return accept, refusal, None


def _next(request: HttpRequest, case: CollectiveRequest, told: str) -> HttpResponse:
    """The next person without a verdict; after the last one the request's own page."""
    messages.success(request, told)
    following = case.people.filter(verdict="").order_by("position_in_list").first()
    return redirect(DESK.url("person", case.pk, following.pk) if following else DESK.home(case))


@administrators
@require_POST
def rest(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """One verdict for everybody who has none yet."""
    case = cases.find(request, collective_id, DESK)
    officer = officer_of(request)
    try:
        if request.POST.get("decision") == "refuse":
            form = RejectionForm(request.POST, ready=REASONS)
            if not form.is_valid():
                return _page(request, case, form)
            count = deciding.refuse_rest(case.pk, form.reason(), by=officer)
            return cases.back(request, case, DESK, f"{count} orang akan ditolak.", good=True)
        count = deciding.accept_rest(case.pk, by=officer)
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, NOT_YOU)
    return cases.back(request, case, DESK, f"{count} orang akan diterima, dengan alamat usulan.", good=True)


@administrators
@require_POST
def finish(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """Make the decision for the whole request."""
    case = cases.find(request, collective_id, DESK)
    try:
        deciding.finish(case.pk, by=officer_of(request))
    except deciding.Undecided:
        return cases.back(request, case, DESK, "Masih ada orang yang belum diputuskan.")
    except deciding.Changed as changed:
        deciding.take_back(case.pk, changed.people, by=officer_of(request))
        who = ", ".join(each.name for each in changed.people[:5]) or "beberapa orang"
        return cases.back(request, case, DESK, f"Belum disimpan: data {who} baru saja berubah. Periksa lagi.")
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, NOT_YOU)
    told = "Keputusan disimpan, dan OPD diberi tahu lewat surel."
    if mailboxes.provisioner().by_hand and case.people.exclude(task="").exists():
        told += " Langkah berikutnya: tekan “Siapkan berkas” untuk administrator surel."
    return cases.back(request, case, DESK, told, good=True)


@administrators
@require_GET
def paper(request: HttpRequest, collective_id: UUID, letter_id: UUID) -> HttpResponse:
    return cases.paper(request, collective_id, letter_id, DESK)
