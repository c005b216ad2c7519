"""After the decision: mailboxes on their way, the list for the mail administrator, what was made, what is stuck."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import mailboxes
from enrollment.collective import addresses, exports, provision, rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotAllowed, NotPossible
from verification import roles
from verification.access import for_roles, officer_of
from verification.collective import cases
from verification.collective.cases import DESK
from verification.collective.verdict_forms import AcceptForm
from verification.pages import page

State = CollectiveRequest.State
administrators = for_roles(roles.ADMINISTRATOR)
NOT_NOW = "Tidak dapat dilakukan sekarang. Muat ulang halaman ini, lalu periksa keadaannya."


def making(case: CollectiveRequest) -> dict[str, Any]:
    """What the request's page says of mailboxes that are still to be made."""
    if case.state != State.DECIDED:
        return {}
    waiting = list(exports.waiting(case).order_by("position_in_list"))
    confirmable = set(exports.can_confirm(case).values_list("pk", flat=True))
    return {
        "by_hand": mailboxes.provisioner().by_hand,
        "waiting": [{"person": each, "can_confirm": each.pk in confirmable} for each in waiting],
        "can_confirm": bool(confirmable),
        "stuck": [each for each in waiting if each.error],
        "lists": list(case.lists.select_related("made_by", "fetched_by").order_by("-made_at")),
        **counted(case),
    }


def counted(case: CollectiveRequest) -> dict[str, int]:
    """How many mailboxes there are to make, and how many are there."""
    given = case.people.filter(state__in=[RequestedPerson.State.ACCEPTED, RequestedPerson.State.MADE])
    total, open_ones = given.count(), given.exclude(task="").count()
    done = total - open_ones
    return {"total": total, "done": done, "percent": 100 * done // total if total else 100}


@administrators
@require_GET
def progress(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """How far it is, as JSON, for the page that shows it."""
    case = cases.find(request, collective_id, DESK)
    told = counted(case)
    answer = {**told, "over": told["done"] == told["total"]}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@administrators
@require_POST
def prepare(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """Make the list for the mail administrator."""
    case = cases.find(request, collective_id, DESK)
    try:
        made = exports.prepare(case.pk, by=officer_of(request))
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, NOT_NOW)
    return cases.back(request, case, DESK, f"Berkas untuk {made.rows} orang siap diunduh satu kali.", good=True)


@administrators
@require_POST
def fetch(request: HttpRequest, collective_id: UUID, list_id: UUID) -> HttpResponse:
    """The list itself, this once."""
    case = cases.find(request, collective_id, DESK)
    try:
        content = exports.fetch(case.pk, list_id, by=officer_of(request))
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, "Berkas ini sudah diunduh atau diganti. Siapkan berkas baru.")
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="surel-{case.receipt}.csv"'
    return response


@administrators
@require_POST
def made(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """ "Sudah dibuat": for all who are ticked."""
    case = cases.find(request, collective_id, DESK)
    known = {str(pk): pk for pk in exports.can_confirm(case).values_list("pk", flat=True)}
    everybody = request.POST.get("go") == "all"
    chosen = list(known.values()) if everybody else [known[p] for p in request.POST.getlist("person") if p in known]
    try:
        count = exports.confirm(case.pk, chosen, by=officer_of(request))
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, NOT_NOW)
    if not count:
        return cases.back(request, case, DESK, "Pilih dahulu orang yang surelnya sudah dibuat.")
    return cases.back(request, case, DESK, f"{count} surel dicatat sudah dibuat.", good=True)


@administrators
@require_POST
def try_again(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    case = cases.find(request, collective_id, DESK)
    try:
        count = provision.try_again(case.pk, by=officer_of(request))
    except (NotPossible, NotAllowed):
        return cases.back(request, case, DESK, NOT_NOW)
    return cases.back(request, case, DESK, f"{count} surel dicoba lagi.", good=True)


@administrators
@require_http_methods(["GET", "POST"])
def other_address(request: HttpRequest, collective_id: UUID, line_id: UUID) -> HttpResponse:
    """Another address for somebody whose mailbox could not be made."""
    case = cases.find(request, collective_id, DESK)
    about = cases.find_person(case, line_id)
    if about.task != RequestedPerson.Task.MAKE or not rules.may_decide(case, officer_of(request)):
        return cases.back(request, case, DESK, NOT_NOW)
    form = AcceptForm(request.POST or None, initial={"mailbox": about.mailbox})
    if request.method == "POST" and form.is_valid():
        try:
            address = addresses.checked(case, about, form.cleaned_data["mailbox"])
            provision.give_other_address(case, about.pk, address, by=officer_of(request))
            return cases.back(request, case, DESK, f"{about.name} mendapat alamat {address}.", good=True)
        except addresses.Wrong as wrong:
            form.add_error("mailbox", str(wrong))
        except (NotPossible, NotAllowed):
            return cases.back(request, case, DESK, NOT_NOW)
    context: dict[str, Any] = {"case": case, "person": about, "form": form}
    return page(
        request, "collective/other-address.html", f"Ganti alamat: {about.name}", 422 if form.errors else 200, **context
    )
