"""The HR officer's pages: the queue of changed profiles, one change with its evidence, the decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.holders import changes, papers
from enrollment.lifecycle import NotAllowed
from enrollment.models import Paper, ProfileChange
from enrollment.papers import FINDINGS
from tte_portal import audit, files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable
from tte_portal.models import Account
from verification import hr_queue, reasons, roles
from verification.access import for_roles, officer_of
from verification.forms import RejectionForm
from verification.pages import page

Wrap = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]
officers = for_roles(roles.HR)


def pages(wrap: Wrap) -> list[URLPattern]:
    """The addresses; ``wrap`` is the admin site's guard."""
    change = "perubahan-profil/<uuid:change_id>/"
    return [
        path("perubahan-profil/", wrap(waiting), name="profile-changes"),
        path(change, wrap(decide), name="profile-change"),
        path(f"{change}berkas/<slug:which>/", wrap(paper), name="profile-change-paper"),
    ]


@officers
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    found, more = hr_queue.page(officer_of(request), after)
    rows = [{"change": each, "label": changes.label_of(each.field)} for each in found]
    context: dict[str, Any] = {"rows": rows, "after": after, "more": more}
    return page(request, "verification/hr-queue.html", "Perubahan profil", **context)


@officers
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Old and new value, the evidence, and the two buttons."""
    change = _change(request, change_id)
    typed = request.POST if request.POST.get("decision") == "refuse" else None
    ready = reasons.ready(change.holder.institution, reasons.Kind.PROFILE_CHANGE)
    form = RejectionForm(typed, ready=ready)
    if request.method == "POST":
        officer = officer_of(request)
        if request.POST.get("decision") == "approve":
            return _done(request, change, "disetujui", lambda: changes.approve(change.pk, by=officer))
        if form.is_valid():
            return _done(request, change, "ditolak", lambda: changes.refuse(change.pk, form.reason(), by=officer))
    return page(
        request, "verification/hr-change.html", changes.label_of(change.field), 422 if form.errors else 200,
        form=form, **_shown(change, officer_of(request)),
    )  # fmt: skip


def _shown(change: ProfileChange, officer: Account) -> dict[str, Any]:
    of_paper = change.field in changes.KINDS
    evidence = change.evidence
    return {
        "change": change,
        "holder": change.holder,
        "label": changes.label_of(change.field),
        "old": "" if of_paper else change.old,
        "new": "" if of_paper else change.new,
        "of_paper": of_paper,
        "has_old_paper": of_paper and _old_paper(change) is not None,
        "evidence": evidence,
        "is_picture": evidence is not None and evidence.copy.content_type.startswith("image/"),
        "findings": [FINDINGS.get(each, each) for each in evidence.findings] if evidence else [],
        "waits": change.state == ProfileChange.State.WAITING,
        "own": not changes.may_decide(change, officer),
    }


def _done(request: HttpRequest, change: ProfileChange, word: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except (changes.AlreadyDecided, changes.Taken, NotAllowed) as error:
        why = {changes.AlreadyDecided: "decided", changes.Taken: "taken"}.get(type(error), "own")
        context: dict[str, Any] = {"change": change, "why": why}
        return page(request, "verification/hr-refused.html", "Keputusan tidak disimpan", 409, **context)
    messages.success(request, f"{changes.label_of(change.field)} {change.holder.account.name} {word}.")
    return redirect("admin:profile-changes")


@officers
@require_GET
def paper(request: HttpRequest, change_id: UUID, which: str) -> HttpResponse:
    """The evidence, or the paper it would replace. Each request is one look, and leaves one audit row."""
    change = _change(request, change_id)
    found = change.evidence if which == "baru" else _old_paper(change) if which == "lama" else None
    if found is None:
        raise Http404
    try:
        content = files.read(found.copy)
    except (Unreadable, Erased, FileNotFoundError) as error:
        raise Http404 from error
    _note_view(change, found, officer_of(request))
    response = HttpResponse(content, content_type=found.copy.content_type)
    response.headers["Content-Disposition"] = "inline"
    return response


def _note_view(change: ProfileChange, found: Paper, officer: Account) -> None:
    with transaction.atomic():
        audit.record(
            "view_paper", by=officer, chain=change.holder.institution.audit_chain, subject=change.holder_id,
            facts={"reason": "profile-change", "change": str(change.pk), "kind": found.kind, "paper": str(found.pk)},
        )  # fmt: skip


def _old_paper(change: ProfileChange) -> Paper | None:
    return papers.find(change.holder, change.old) if change.field in changes.KINDS and change.old else None


def _change(request: HttpRequest, change_id: UUID) -> ProfileChange:
    found = hr_queue.find(change_id, officer_of(request))
    if found is None:
        raise Http404
    return found
