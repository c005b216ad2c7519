"""The public registration form: one page for data, papers and consents, and its receipt."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.models import Institution
from enrollment.procedure import Procedure
from enrollment.ways_in import drafts, hand_in, pages
from enrollment.ways_in.drafts import Draft
from enrollment.ways_in.forms import RegistrationForm
from enrollment.ways_in.pages import Elsewhere
from tte_portal.throttles import client_address


@login_not_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        institution, asked = pages.institution_of(request, slug, "public-form")
    except Elsewhere as elsewhere:
        return redirect(elsewhere.url)
    if request.method != "POST":
        return _page(request, institution, asked, _form(None, institution, asked, Draft()))
    pages.TRIES.count(client_address(request))
    draft = drafts.read(request.POST.get("draft", ""), institution) or Draft()
    form = _form(request, institution, asked, draft)
    if pages.is_trapped(request):
        return pages.sent(request, institution, draft.receipt, "public-form-sent")
    hand_in.take_papers(form)
    if hand_in.send(form, institution, form.answers()):
        return pages.sent(request, institution, draft.receipt, "public-form-sent")
    return _page(request, institution, asked, form)


def _form(request: HttpRequest | None, institution: Institution, asked: Procedure, draft: Draft) -> RegistrationForm:
    given = (request.POST, request.FILES) if request else ()
    return RegistrationForm(
        *given, institution=institution, draft=draft, papers=asked.way_in.papers, consents=pages.texts_of(asked)
    )


def _page(request: HttpRequest, institution: Institution, asked: Procedure, form: RegistrationForm) -> HttpResponse:
    return render(request, "ways_in/public-form.html", pages.context_of(form, institution, asked))


@login_not_required
@require_GET
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        institution, asked = pages.institution_of(request, slug, "public-form")
    except Elsewhere as elsewhere:
        return redirect(elsewhere.url)
    return pages.receipt_page(request, institution, asked) or redirect("public-form", slug)
