"""A list's own pages: preview with every fault, corrections, registration, what was done."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment.roster.faults import KINDS as FAULTS
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.people import lists, registering, sheets, shown, sound
from verification.people.forms import AddForm, ChoiceForm, RowForm
from verification.people.models import FaultyRow, PersonnelList
from verification.people.views import KINDS, OFFICERS

BUSY = "Daftar ini sedang dikerjakan. Tunggu sampai selesai."


def list_of(request: HttpRequest, roster_id: UUID) -> PersonnelList:
    rows = PersonnelList.objects.for_officer(officer_of(request), *OFFICERS)
    return get_object_or_404(rows.select_related("institution", "made_by", "file"), pk=roster_id)


@for_roles(*OFFICERS)
@require_GET
def preview(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    return _preview(request, list_of(request, roster_id), AddForm())


def _preview(request: HttpRequest, made: PersonnelList, add: AddForm, status: int = 200) -> HttpResponse:
    job = lists.job_of(made)
    kind = request.GET.get("jenis", "")
    kinds = shown.kinds_of(made)
    total = made.faulty.count()
    context = {
        "list": made,
        "job": job if job and job.state != "done" else None,
        "mine": job is not None and job.owner_id == officer_of(request).pk,
        "busy": job is not None and not job.is_over,
        "kinds": kinds,
        "kind": kind if kind in FAULTS else "",
        "faulty": shown.faulty_page(made, kind, request.GET.get("sesudah", "")),
        "faulty_count": total,
        "choice": ChoiceForm(initial={"choice": made.choice}),
        "invitation": registering.invitation_of(made.institution),
        "sound": sound.preview(made, request.GET.get("perubahan", "")) if made.waiting else None,
        "writes": lists.writes_registry(officer_of(request), made.institution),
        "add": add,
    }
    return page(request, "people/list.html", _title(made), status, **context)


def _title(made: PersonnelList) -> str:
    if made.stage == PersonnelList.Stage.READY and made.stored and not made.waiting:
        return "Hasil pendaftaran"
    return "Pemeriksaan daftar pegawai"


@for_roles(*OFFICERS)
@require_POST
def register(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    made = list_of(request, roster_id)
    choice = request.POST.get("choice", "")
    if choice not in PersonnelList.Choice.values:
        choice = made.choice
    if not lists.register(made, choice, by=officer_of(request)):
        messages.info(request, "Tidak ada yang menunggu pendaftaran, atau daftar ini sedang dikerjakan.")
    return redirect("admin:people-list", made.pk)


@for_roles(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, roster_id: UUID, row: int) -> HttpResponse:
    """One faulty row, to be put right on the page; the next one opens by itself."""
    made = list_of(request, roster_id)
    rows = FaultyRow.objects.for_officer(officer_of(request), *OFFICERS).filter(personnel_list=made)
    faulty = rows.select_related("personnel_list").filter(row=row).first()
    if faulty is None:
        messages.info(request, f"Baris {row} tidak perlu diperbaiki lagi.")
        return redirect("admin:people-list", made.pk)
    cells, may_move = list(faulty.content["cells"]), "elsewhere" in faulty.kinds
    if request.method != "POST":
        form = RowForm(institution=made.institution, typed=cells, may_move=may_move)
        told = shown.shown(faulty).faults
        return page(request, "people/row.html", f"Perbaiki baris {row}", list=made, row=row, form=form, told=told)
    if lists.running_job(made):
        messages.info(request, BUSY)
        return redirect("admin:people-list", made.pk)
    if request.POST.get("go") == "drop":
        return _drop(request, faulty)
    form = RowForm(request.POST, institution=made.institution, typed=cells, may_move=may_move)
    typed = form.cells()
    faults = lists.put_right(faulty, typed, moved="moved" in request.POST)
    if faults:
        may_move = any(fault.kind == "elsewhere" for fault in faults)
        form = RowForm(request.POST, institution=made.institution, typed=typed, may_move=may_move)
        form.judged(faults)
        return page(request, "people/row.html", f"Perbaiki baris {row}", 422, list=made, row=row, form=form)
    messages.success(request, f"Baris {row} sudah benar.")
    return _following(made, row)


def _drop(request: HttpRequest, faulty: FaultyRow) -> HttpResponse:
    if not lists.drop(faulty, by=officer_of(request)):
        messages.info(request, BUSY)
        return redirect("admin:people-list", faulty.personnel_list_id)
    messages.success(request, f"Baris {faulty.row} dibuang dari daftar. Berkas asli Anda tidak berubah.")
    return _following(faulty.personnel_list, faulty.row)


def _following(made: PersonnelList, row: int) -> HttpResponse:
    """The next faulty row opens by itself; after the last one the list."""
    rows = made.faulty.filter(row__gt=row).order_by("row")
    following = rows.values_list("row", flat=True).first()
    if following is None:
        return redirect("admin:people-list", made.pk)
    return redirect("admin:people-row", made.pk, following)


@for_roles(*OFFICERS)
@require_POST
def add(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """A file with the corrected rows."""
    made = list_of(request, roster_id)
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _preview(request, made, form, 422)
    if not lists.add(made, form.cleaned_data["file"].read(), by=officer_of(request)):
        messages.info(request, BUSY)
    return redirect("admin:people-list", made.pk)


@for_roles(*OFFICERS)
@require_GET
def faulty(request: HttpRequest, roster_id: UUID, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    return sheets.faulty(list_of(request, roster_id), kind)


@for_roles(*OFFICERS)
@require_GET
def results(request: HttpRequest, roster_id: UUID, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    return sheets.results(list_of(request, roster_id), kind)


@for_roles(*OFFICERS)
@require_POST
def discard(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    made = list_of(request, roster_id)
    if not lists.discard(made):
        messages.info(request, BUSY)
        return redirect("admin:people-list", made.pk)
    messages.success(request, "Daftar dihapus. Pegawai yang sudah terdaftar tetap terdaftar.")
    return redirect("admin:people")
