"""Exports of people: ask for one, see it grow, fetch it once."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment.models import Institution
from tte_portal.encryption import Unreadable
from tte_portal.models import Account
from verification.access import for_roles, officer_of
from verification.exports import actions
from verification.exports.actions import EXPORTERS, NUMBERS_FOR
from verification.exports.forms import ExportForm
from verification.exports.models import Export
from verification.pages import page
from verification.reports.scope import ScopeForm

TYPES = {
    Export.Form.CSV: "text/csv; charset=utf-8",
    Export.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = 20


@for_roles(*EXPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    typed = request.POST if request.method == "POST" else None
    scope = ScopeForm(typed or request.GET, officer=officer, kinds=EXPORTERS)
    form = ExportForm(typed, with_numbers=Institution.objects.for_officer(officer, *NUMBERS_FOR).exists())
    if typed is not None and all([scope.is_valid(), form.is_valid()]):
        wanted = _wanted(scope, form, officer)
        if actions.allowed(wanted):
            export = actions.ask(wanted)
            if export.pk != wanted.pk:
                messages.info(request, "Daftar yang sama sedang dibuat. Ini perkembangannya.")
            return redirect("admin:export", export.pk)
        form.add_error("nomor", "Nomor hanya untuk instansi tempat Anda menjadi administrator. Pilih satu instansi.")
    mine = Export.objects.for_officer(officer).select_related("job").order_by("-asked_at")[:SHOWN]
    wrong = typed is not None
    problems = [*scope.problems(), *form.problems()] if wrong else []
    return page(
        request, "exports/list.html", "Ekspor daftar pengajuan", 422 if wrong else 200,
        scope=scope, form=form, exports=mine, problems=problems,
    )  # fmt: skip


def _wanted(scope: ScopeForm, form: ExportForm, officer: Account) -> Export:
    asked, answers = scope.scope(), form.cleaned_data
    return Export(
        owner=officer, form=answers["bentuk"], with_numbers=bool(answers.get("nomor")),
        reason=answers.get("alasan", ""), institutions=list(asked.institutions), opd=asked.opd,
        statuses=[answers["status"]] if answers["status"] else [], first=asked.first, last=asked.last,
        zone=asked.zone, place=asked.place,
    )  # fmt: skip


@for_roles(*EXPORTERS)
@require_GET
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    return _shown(request, _own(request, export_id))


@for_roles(*EXPORTERS)
@require_POST
def fetch(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The content, once. Whoever asks a second time gets the page that says so."""
    found = _own(request, export_id)
    if not actions.fetch(found):
        return _shown(request, _own(request, export_id), 409)
    chunks = actions.content(found)
    try:
        first = next(chunks)
    except (Unreadable, OSError):
        messages.error(request, "Berkas tidak dapat dibaca. Buat daftar ini sekali lagi.")
        return redirect("admin:export", found.pk)
    response = StreamingHttpResponse(_Closing(first, chunks), content_type=TYPES[Export.Form(found.form)])
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


class _Closing:
    """Chunks whose source hears when the line breaks: the server closes what it was given, which is this."""

    def __init__(self, first: bytes, chunks: Iterator[bytes]) -> None:
        self.chunks, self.all = chunks, chain([first], chunks)

    def __iter__(self) -> Iterator[bytes]:
        return self.all

    def close(self) -> None:
        self.chunks.close()  # type: ignore[attr-defined]


def _own(request: HttpRequest, export_id: UUID) -> Export:
    found = Export.objects.for_officer(request.user).select_related("owner", "job").filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, found: Export, status: int = 200) -> HttpResponse:
    again = status == 409
    return page(request, "exports/show.html", "Daftar pengajuan", status, export=found, job=found.job, again=again)
