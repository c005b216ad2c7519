"""Self-service in two small pages: who asks, then the signed papers. What was typed travels sealed with the browser."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.models import Institution
from enrollment.procedure import Procedure
from enrollment.ways_in import drafts, hand_in, pages
from enrollment.ways_in.drafts import Draft
from enrollment.ways_in.forms import PersonForm, StatementForm
from enrollment.ways_in.pages import Elsewhere
from tte_portal.throttles import client_address

letter = login_not_required(require_GET(pages.letter))


@login_not_required
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """First page. Nothing is stored: the answers go back to the browser, sealed."""
    try:
        institution, asked = pages.institution_of(request, slug, "self-service")
    except Elsewhere as elsewhere:
        return redirect(elsewhere.url)
    typed = pages.kept(request, pages.TYPED, institution)
    form = PersonForm(request.POST if request.method == "POST" else None, institution=institution, initial=typed or {})
    if request.method == "POST":
        pages.TRIES.count(client_address(request))
        if form.is_valid():
            response = redirect("self-service-papers", slug)
            pages.keep_typed(response, institution, form.cleaned_data)
            return response
    return render(request, "ways_in/person.html", {"form": form, "way": asked.way_in})


@login_not_required
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, slug: str) -> HttpResponse:
    """Second page: the letter to download, the signed one to upload, and "send"."""
    try:
        institution, asked = pages.institution_of(request, slug, "self-service")
    except Elsewhere as elsewhere:
        return redirect(elsewhere.url)
    typed = pages.kept(request, pages.TYPED, institution)
    if typed is None:
        return redirect("self-service", slug)
    if request.method != "POST":
        return _page(request, institution, asked, _form(None, asked, Draft()), typed)
    pages.TRIES.count(client_address(request))
    draft = drafts.read(request.POST.get("draft", ""), institution) or Draft()
    form = _form(request, asked, draft)
    if pages.is_trapped(request):
        return pages.sent(request, institution, draft.receipt, "self-service-sent")
    hand_in.take_papers(form)
    if hand_in.send(form, institution, typed):
        response = pages.sent(request, institution, draft.receipt, "self-service-sent")
        response.delete_cookie(pages.TYPED, samesite="Lax")
        return response
    return _page(request, institution, asked, form, typed)


def _form(request: HttpRequest | None, asked: Procedure, draft: Draft) -> StatementForm:
    given = (request.POST, request.FILES) if request else ()
    return StatementForm(*given, draft=draft, papers=asked.way_in.papers, consents=pages.texts_of(asked))


def _page(
    request: HttpRequest, institution: Institution, asked: Procedure, form: StatementForm, typed: dict[str, Any]
) -> HttpResponse:
    labels = {name: field.label for name, field in PersonForm.base_fields.items()}
    rows = [(label, typed.get(name) or "–") for name, label in labels.items()]
    context = {**pages.context_of(form, institution, asked), "rows": rows}
    return render(request, "ways_in/papers.html", context)


@login_not_required
@require_GET
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        institution, asked = pages.institution_of(request, slug, "self-service")
    except Elsewhere as elsewhere:
        return redirect(elsewhere.url)
    return pages.receipt_page(request, institution, asked) or redirect("self-service", slug)
