"""The ways in: one person, several, or a list as a file; and the start page that leads to them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.models import Institution
from enrollment.roster.columns import COLUMNS
from enrollment.roster.reading import Line, Roster, read_text
from enrollment.roster.tables import Unreadable
from verification import roles
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.people import entering, lists, sheets
from verification.people.forms import TYPED_ROWS, PersonForm, SeveralForm, UploadForm
from verification.people.models import PersonnelList

OFFICERS = (roles.ADMINISTRATOR, roles.VERIFIER)
LATEST = 20
# Columns of the table on the page: what differs from person to person.
TYPED = ("NIP", "Nama", "Surel Dinas", "Jabatan")
KINDS = ("xlsx", "csv")


def institutions_of(request: HttpRequest) -> QuerySet[Institution]:
    return Institution.objects.for_officer(officer_of(request), *OFFICERS)


@for_roles(*OFFICERS)
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    rows = PersonnelList.objects.for_officer(officer_of(request), *OFFICERS)
    latest = rows.select_related("institution", "made_by").order_by("-created_at")[:LATEST]
    return page(request, "people/start.html", "Daftarkan pegawai", latest=latest)


@for_roles(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest) -> HttpResponse:
    mine = institutions_of(request)
    if request.method != "POST":
        return _one(request, PersonForm(institutions=mine))
    form = PersonForm(request.POST, institutions=mine)
    form.is_valid()
    institution = form.cleaned_data.get("institution")
    if institution is None or "choice" not in form.cleaned_data:
        return _one(request, form, 422)
    made, faults = entering.one(
        institution, form.cells(), form.cleaned_data["choice"], moved="moved" in request.POST, by=officer_of(request)
    )
    if made is None:
        elsewhere = any(fault.kind == "elsewhere" for fault in faults)
        form = PersonForm(request.POST, institutions=mine, may_move=elsewhere)
        form.judged(faults)
        return _one(request, form, 422)
    messages.success(request, "Pegawai terdaftar." + (" Undangan dikirim ke surel dinasnya." if made.invited else ""))
    return redirect("admin:people-list", made.pk)


def _one(request: HttpRequest, form: PersonForm, status: int = 200) -> HttpResponse:
    return page(request, "people/one.html", "Daftarkan satu pegawai", status, form=form)


@for_roles(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    mine = institutions_of(request)
    if request.method != "POST":
        return _several(request, SeveralForm(institutions=mine), _typed(request))
    typed = _typed(request)
    if request.POST.get("go") == "more":
        # A longer table; nothing is checked yet, nothing typed is lost.
        return _several(request, SeveralForm(initial=request.POST.dict(), institutions=mine), typed)
    filled = any(text.strip() for texts in typed for text in texts)
    form = SeveralForm(request.POST, institutions=mine, typed=filled)
    if not form.is_valid():
        return _several(request, form, typed, 422)
    try:
        roster = _roster(form.cleaned_data, typed)
    except Unreadable as error:
        form.add_error("pasted", str(error))
        return _several(request, form, typed, 422)
    made = entering.several(
        form.cleaned_data["institution"], roster, form.cleaned_data["choice"], by=officer_of(request)
    )
    return redirect("admin:people-list", made.pk)


def _typed(request: HttpRequest) -> list[list[str]]:
    """The table on the page: as many rows as were sent, ten at first, twenty at most."""
    sent = request.POST.get("rows", "") or request.GET.get("baris", "")
    if request.POST.get("go") == "more":
        sent = str(TYPED_ROWS)
    count = min(int(sent), TYPED_ROWS) if sent.isdigit() and len(sent) < 3 else TYPED_ROWS // 2
    return [[request.POST.get(f"{row}-{place}", "") for place in range(len(TYPED))] for row in range(1, count + 1)]


def _roster(answers: dict[str, Any], typed: list[list[str]]) -> Roster:
    """Pasted lines, or the rows of the table with what all of them have in common. Raises :class:`Unreadable`."""
    if answers["pasted"].strip():
        return read_text(answers["pasted"])
    common = {"Unit Organisasi": answers["unit"], "Jenis Pegawai": answers["employment"], "Kode OPD": answers["opd"]}
    lines = []
    for row, texts in enumerate(typed, 1):
        if any(map(str.strip, texts)):
            cells = {**common, **dict(zip(TYPED, texts, strict=True))}
            lines.append(Line(row, [cells.get(column.name, "") for column in COLUMNS]))
    if not lines:
        raise Unreadable("Belum ada yang diisi. Ketik paling sedikit satu baris, atau tempel dari Excel.")
    named = {*TYPED, *common}
    return Roster(lines, [column.field for column in COLUMNS if column.name in named])


def _several(request: HttpRequest, form: SeveralForm, typed: list[list[str]], status: int = 200) -> HttpResponse:
    rows = [(number, list(enumerate(zip(TYPED, texts, strict=True)))) for number, texts in enumerate(typed, 1)]
    return page(
        request, "people/several.html", "Daftarkan beberapa pegawai", status, form=form, typed=rows, columns=TYPED,
        most=TYPED_ROWS,
    )  # fmt: skip


@for_roles(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    mine = institutions_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, institutions=mine)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        made = lists.upload(
            answers["institution"], answers["file"].read(), answers["file"].name or "", answers["choice"],
            by=officer_of(request),
        )  # fmt: skip
        return redirect("admin:people-list", made.pk)
    return page(
        request, "people/upload.html", "Daftarkan dari berkas", 422 if form.errors else 200, form=form,
        columns=COLUMNS, domains=_domains(mine),
    )  # fmt: skip


def _domains(mine: QuerySet[Institution]) -> str:
    """Where there is one institution to choose its mail domains can be told before a file is chosen."""
    only = list(mine[:2])
    return " atau ".join(only[0].mailbox_domains) if len(only) == 1 else ""


@for_roles(*OFFICERS)
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A list with nothing but the right heading."""
    if kind not in KINDS:
        raise Http404
    return sheets.template(kind)
