"""The desk's first page: one box, and whom it finds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from enrollment.models import Institution
from verification.access import for_roles, officer_of
from verification.helpdesk import search
from verification.helpdesk.forms import SearchForm
from verification.helpdesk.people import READS
from verification.pages import page


@for_roles(*READS)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """What is looked for is posted: a number in an address would stay in histories and logs."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, 422 if form.errors else 200)
    try:
        term = search.read(form.cleaned_data["q"])
    except search.Unclear as unclear:
        form.add_error("q", str(unclear))
        return _page(request, form, 422)
    after = (request.POST.get("after", "")[:400], request.POST.get("last", "")[:36])
    hits = search.look(term, officer_of(request), after)
    if not hits and not after[0] and (other := search.otherwise(term)):
        found = search.look(other, officer_of(request))
        term, hits = (other, found) if found else (term, hits)
    if len(hits) == 1 and term.is_exact:
        return redirect("admin:helpdesk-person", hits[0].id)
    shown, more = hits[: search.PAGE], len(hits) > search.PAGE
    context: dict[str, Any] = {
        "term": term, "hits": shown, "next": shown[-1].place if more and not term.is_exact else None,
        "cut": more and term.is_exact, "later": bool(after[0]),
        "places": list(Institution.objects.for_officer(officer_of(request), *READS)),
    }  # fmt: skip
    return _page(request, form, 200, **context)


def _page(request: HttpRequest, form: SearchForm, status: int, **context: Any) -> HttpResponse:
    return page(request, "helpdesk/search.html", "Meja bantuan", status, form=form, **context)
