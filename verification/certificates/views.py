"""The room's first page: one box, and which certificates it finds; and those that end within a month."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import lifecycle
from enrollment.models import Institution
from passphrase import reminders
from passphrase.models import Certificate
from verification import keyset
from verification.access import for_roles, officer_of
from verification.certificates import proposals, search
from verification.certificates.forms import FindForm
from verification.certificates.people import READS
from verification.pages import page

ORDER = ["not_after", "pk"]


@for_roles(*READS)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """What is looked for is posted: a number in an address would stay in histories and logs."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, 422 if form.errors else 200)
    try:
        term = search.read(form.cleaned_data["q"])
    except search.Unclear as unclear:
        form.add_error("q", str(unclear))
        return _page(request, form, 422)
    hits = search.look(term, officer_of(request))
    if len(hits) == 1 and term.is_exact:
        return redirect("admin:certificates-one", hits[0].application_id)
    context = {"term": term, "hits": hits[: search.PAGE], "cut": len(hits) > search.PAGE}
    return _page(request, form, 200, **context)


def _page(request: HttpRequest, form: FindForm, status: int, **context: Any) -> HttpResponse:
    officer = officer_of(request)
    context |= {
        "soon": search.ending(officer).count() + search.orphaned(officer).count(),
        "proposed": proposals.waiting(officer).count(),
        "places": list(Institution.objects.for_officer(officer, *READS)),
    }
    return page(request, "certificates/find.html", "Sertifikat", status, form=form, **context)


@for_roles(*READS)
@require_GET
def ending(request: HttpRequest) -> HttpResponse:
    rows = keyset.rows_after(search.ending(officer_of(request)), ORDER, request.GET.get("after", ""))
    found = list(rows[: search.PAGE + 1])
    shown = found[: search.PAGE]
    after = keyset.cursor_of(shown[-1], ORDER) if len(found) > search.PAGE else ""
    context: dict[str, Any] = {"rows": _told(shown), "after": after}
    if "after" not in request.GET:
        gone = search.orphaned(officer_of(request))
        context |= {"gone": _told(gone[: search.PAGE]), "gone_count": gone.count()}
    return page(request, "certificates/ending.html", "Segera berakhir", **context)


def _told(rows: Iterable[Certificate]) -> list[dict[str, Any]]:
    """How many days each has left, and whether another follows."""
    now = lifecycle.now()
    return [
        {
            "row": each,
            "days": reminders.days_left(each, now),
            "following": reminders.followed(each.application).exists(),
        }
        for each in rows
    ]
