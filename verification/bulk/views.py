"""Bulk decisions: search and preview, the comment, the number typed, then the progress and what became of each case."""

import csv
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.models import Application, Institution
from verification import reasons, roles
from verification.access import for_roles, officer_of
from verification.bulk import actions, select
from verification.bulk.forms import NoteForm, SearchForm, done_of, title_of
from verification.bulk.models import BulkCase, BulkRun
from verification.forms import RejectionForm
from verification.guarding import DELIMITER, guarded
from verification.pages import page

KINDS = (roles.VERIFIER, roles.ISSUER)
SHOWN = 20
SALT = "verification.bulk"
# As long as somebody may think about a list: then it has changed.
FRESH_SECONDS = 3600
OLD = "Pratinjau sudah terlalu lama. Cari sekali lagi."


@for_roles(*KINDS)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _go_on(request)
    form = SearchForm(request.GET or None, officer=officer_of(request))
    context: dict[str, Any] = {"form": form, "runs": _own(request).order_by("-created_at")[:5]}
    if form.is_bound and form.is_valid():
        context |= _preview(request, form.cleaned_data)
    return page(request, "bulk/search.html", "Keputusan massal", 422 if form.errors else 200, **context)


def _own(request: HttpRequest) -> Any:
    officer = officer_of(request)
    return BulkRun.objects.for_officer(officer, *KINDS).filter(officer=officer).select_related("institution", "job")


def _preview(request: HttpRequest, asked: dict[str, Any]) -> dict[str, Any]:
    officer, desk = officer_of(request), select.desk_of(asked["desk"])
    if desk is None:
        raise Http404
    found = select.found(officer, desk, asked["institution"], asked)
    sorted_ = select.preview(officer, desk, asked["kind"], found)
    picked = {
        "run": str(uuid4()), "officer": officer.pk, "desk": desk.slug, "kind": asked["kind"],
        "institution": asked["institution"].pk, "query": request.GET.urlencode(),
        "cases": [[case.pk.hex, case.since.isoformat()] for case in sorted_.taken],
    }  # fmt: skip
    every = request.GET.copy()
    every.pop("sound", None)
    return {
        "picked": signing.dumps(picked, salt=SALT, compress=True),
        "sorted": sorted_,
        "not_sound": select.not_sound(officer, desk, asked["institution"], asked),
        "without_sound": every.urlencode(),
        # Each of them, for each may be left out.
        "first": sorted_.taken,
        "left": sorted_.left[:SHOWN],
        "institution": asked["institution"],
        "word": title_of(desk, asked["kind"]),
        "desk": desk,
        "comment": _comment_form(None, asked["institution"], desk, asked["kind"]),
        "rejects": asked["kind"] == BulkRun.Kind.REJECT,
    }


def _comment_form(data: Any, institution: Institution, desk: Any, kind: str) -> Any:
    if kind == BulkRun.Kind.REJECT:
        return RejectionForm(data, ready=reasons.ready(institution, desk.reasons))
    return NoteForm(data)


def _go_on(request: HttpRequest) -> HttpResponse:
    """After the preview: the comment, then the number, then the run."""
    officer = officer_of(request)
    try:
        picked = signing.loads(request.POST.get("picked", ""), salt=SALT, max_age=FRESH_SECONDS)
    except signing.BadSignature:
        messages.warning(request, OLD)
        return redirect("admin:bulk")
    desk = select.desk_of(picked["desk"])
    here = Institution.objects.for_officer(officer, desk.queue.role) if desk else None
    institution = here.filter(pk=picked["institution"]).first() if here is not None else None
    if desk is None or institution is None or picked["officer"] != officer.pk or not picked["cases"]:
        raise Http404
    kept = _kept(picked, request.POST.getlist("omit"))
    if not kept["cases"]:
        messages.warning(request, "Anda melewati semuanya, jadi tidak ada yang diputuskan.")
        return redirect(f"{reverse('admin:bulk')}?{picked['query']}")
    picked = kept
    number, comment = len(picked["cases"]), _comment_form(request.POST, institution, desk, picked["kind"])
    typed = "".join(request.POST.get("number", "").split())
    good = comment.is_valid()
    if good and "start" in request.POST and typed == str(number):
        run = actions.begin(
            UUID(picked["run"]), officer, desk, picked["kind"], institution,
            [(UUID(pk), datetime.fromisoformat(since)) for pk, since in picked["cases"]], comment.reason(),
        )  # fmt: skip
        return redirect("admin:bulk-run", run.pk)
    wrong = good and "start" in request.POST
    context: dict[str, Any] = {
        "picked": signing.dumps(picked, salt=SALT, compress=True),
        "number": number,
        "query": picked["query"],
        "institution": institution,
        "desk": desk,
        "word": title_of(desk, picked["kind"]),
        "rejects": picked["kind"] == BulkRun.Kind.REJECT,
        "comment": comment,
        "asks_number": good and "change" not in request.POST,
        "wrong": wrong,
        "first": _first(request, desk, [UUID(pk) for pk, _ in picked["cases"][:SHOWN]]),
        "kept": [(k, v) for k, v in request.POST.items() if k.startswith(f"{comment.prefix}-") and v],
    }
    status = 422 if wrong or not good else 200
    return page(request, "bulk/confirm.html", f"{context['word']}: {number} pengajuan", status, **context)


def _kept(picked: dict[str, Any], omitted: list[str]) -> dict[str, Any]:
    """The list without those that the officer has marked to be left out. It goes on under the same number of a run: a
    button pressed twice still begins one."""
    return {**picked, "cases": [each for each in picked["cases"] if each[0] not in omitted]}


def _first(request: HttpRequest, desk: Any, ids: list[UUID]) -> list[Application]:
    rows = Application.objects.for_officer(officer_of(request), desk.queue.role).filter(pk__in=ids)
    return list(rows.order_by("since", "pk"))


def _run(request: HttpRequest, run_id: UUID) -> BulkRun:
    run: BulkRun | None = _own(request).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


@for_roles(*KINDS)
@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    found = _run(request, run_id)
    cases = list(_cases(request, found)) if found.job is None or found.job.is_over else []
    desk = select.desk_of(found.desk)
    context: dict[str, Any] = {
        "run": found,
        "job": found.job,
        "desk": desk,
        "word": title_of(desk, found.kind) if desk else found.get_kind_display(),
        "cases": cases,
        "done": done_of(desk, found.kind),
        "decided": sum(each.state == BulkCase.State.DONE for each in cases),
        "left": [each for each in cases if each.state == BulkCase.State.LEFT],
        "untouched": sum(each.state == BulkCase.State.WAITING for each in cases),
    }
    return page(request, "bulk/run.html", "Keputusan massal", **context)


def _cases(request: HttpRequest, found: BulkRun) -> Any:
    rows = BulkCase.objects.for_officer(officer_of(request), *KINDS).filter(run=found)
    return rows.select_related("application").order_by("position")


@for_roles(*KINDS)
@require_GET
def result(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What became of each case, for a spreadsheet: no text that would begin a formula."""
    found = _run(request, run_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="keputusan-massal-{found.created_at:%Y%m%d}.csv"'
    writer = csv.writer(response, delimiter=DELIMITER)
    writer.writerow(["Nomor tanda terima", "Nama", "Hasil", "Alasan"])
    done = done_of(select.desk_of(found.desk), found.kind)
    for case in _cases(request, found):
        word = done if case.state == BulkCase.State.DONE else str(case.get_state_display())
        told = (case.application.receipt, case.application.name, word, case.why)
        writer.writerow([guarded(text) for text in told])
    return response
