"""Asking for a change that needs a second officer, the queue of those, and the second officer's word."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from tte_portal.models import Account
from verification.access import for_roles, officer_of
from verification.helpdesk import changes, emails, masks, rules
from verification.helpdesk.forms import ChangeForm, ReasonForm
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import CONFIRMS, HELPS, Person
from verification.helpdesk.person_views import of_person
from verification.pages import page

PAGE = 100
Kind, State = ChangeRequest.Kind, ChangeRequest.State


@of_person(*HELPS)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, person: Person, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise Http404
    form = ChangeForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data
        try:
            changes.ask(
                person, kind, new=form.new, reason=why["reason"], evidence=why["evidence"], by=officer_of(request)
            )
        except (rules.Refused, changes.NotYours) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"{Kind(kind).label}: menunggu persetujuan petugas kedua. Surel lama sudah diberi tahu."
            )
            return redirect("admin:helpdesk-person", person.id)
    present = rules.present(person, kind)
    context: dict[str, Any] = {
        "person": person, "form": form, "kind": kind,
        "present": masks.number(present) if kind == Kind.PHONE else present,
    }  # fmt: skip
    return page(request, "helpdesk/ask.html", Kind(kind).label, 422 if form.errors else 200, **context)


@for_roles(*CONFIRMS)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer, the oldest first, and who has objected."""
    officer = officer_of(request)
    rows = [{"row": each, "name": emails.name_of(each)} for each in changes.waiting(officer)[:PAGE]]
    objected = [{"row": each, "name": emails.name_of(each)} for each in changes.objections(officer)[:PAGE]]
    context: dict[str, Any] = {"rows": rows, "objected": objected}
    return page(request, "helpdesk/waiting.html", "Menunggu persetujuan kedua", **context)


@for_roles(*CONFIRMS)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, confirmation_id: UUID) -> HttpResponse:
    """Old and new, why and on what evidence, and the buttons of whoever may decide."""
    found = ChangeRequest.objects.for_officer(officer_of(request), *CONFIRMS).filter(pk=confirmation_id)
    wanted = found.select_related("institution", "asked_by", "decided_by", "record", "holder__account", "application")
    change = wanted.first()
    if change is None:
        raise Http404
    form = ReasonForm(request.POST if request.POST.get("decision") == "refuse" else None)
    if request.method == "POST":
        match request.POST.get("decision"):
            case "confirm":
                return _done(request, change, lambda by: changes.confirm(change.pk, by=by), "disetujui dan berlaku")
            case "withdraw":
                return _done(request, change, lambda by: changes.withdraw(change.pk, by=by), "dibatalkan")
            case "refuse" if form.is_valid():
                why = form.cleaned_data["reason"]
                return _done(request, change, lambda by: changes.refuse(change.pk, why, by=by), "ditolak")
    officer = officer_of(request)
    is_phone = change.kind == Kind.PHONE
    context: dict[str, Any] = {
        "change": change, "name": emails.name_of(change), "form": form, "mine": change.asked_by_id == officer.pk,
        "old": masks.number(change.old) if is_phone else change.old, "new": change.new,
        "waits": changes.waiting(officer).filter(pk=change.pk).exists(),
        "resets": change.kind == Kind.SECOND_FACTOR, "expired": change.state == State.WAITING,
    }  # fmt: skip
    title = f"{change.get_kind_display()}: {context['name']}"
    return page(request, "helpdesk/decide.html", title, 422 if form.errors else 200, **context)


def _done(request: HttpRequest, change: ChangeRequest, act: Callable[[Account], object], word: str) -> HttpResponse:
    try:
        act(officer_of(request))
    except changes.AlreadyDecided:
        messages.warning(request, "Tidak disimpan: permintaan ini sudah diputuskan atau sudah lewat tiga hari.")
        return redirect("admin:helpdesk-request", change.pk)
    except (rules.Refused, changes.NotYours) as refused:
        messages.warning(request, f"Tidak disimpan. {refused}")
        return redirect("admin:helpdesk-request", change.pk)
    messages.success(request, f"{change.get_kind_display()}, {emails.name_of(change)}: {word}.")
    return redirect("admin:helpdesk-waiting")
