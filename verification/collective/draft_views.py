"""The steps of a draft: the list of people, the letter, the decrees. Each is saved as soon as it is sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.collective import drafts, findings, letter_pdf, lists, papers
from enrollment.collective.forms import DecreeForm, ListForm, PaperForm, PersonForm
from enrollment.collective.models import CollectiveRequest, RequestedPerson, RequestPaper
from enrollment.lifecycle import NotPossible
from enrollment.papers import FINDINGS
from enrollment.photos import Refused
from verification.access import officer_of
from verification.collective import cases
from verification.collective.cases import OPD
from verification.collective.opd_views import draft_of, operators, sent
from verification.pages import page

Kind = RequestPaper.Kind
FULL = f"Satu permohonan memuat paling banyak {drafts.MAX_PEOPLE} orang. Buat permohonan lain untuk sisanya."


@operators
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """The list so far, a line to add, and a file to add many."""
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    form, upload = PersonForm(), ListForm()
    try:
        if "list" in request.FILES or request.POST.get("go") == "upload":
            upload = ListForm(request.POST, request.FILES)
            if response := _take(request, case, upload):
                return response
        elif request.method == "POST":
            form = PersonForm(request.POST)
            if any(request.POST.get(field, "").strip() for field in drafts.FIELDS):
                return _add(request, case, form)
    except NotPossible:
        return sent(request, collective_id)
    except drafts.TooMany:
        (form if form.is_bound else upload).add_error(None, FULL)
    return _people_page(request, case, form, upload)


def _people_page(request: HttpRequest, case: CollectiveRequest, form: PersonForm, upload: ListForm) -> HttpResponse:
    listed = list(case.people.order_by("position_in_list"))
    found = findings.look(case, listed)
    rows = [{"person": each, "findings": found.get(each.pk, ())} for each in listed]
    faulty = sum(not each.is_complete for each in listed)
    context: dict[str, Any] = {"case": case, "rows": rows, "form": form, "upload": upload, "faulty": faulty}
    status = 422 if form.errors or upload.errors else 200
    return page(request, "collective/people.html", "Daftar orang", status, **context)


def _add(request: HttpRequest, case: CollectiveRequest, form: PersonForm) -> HttpResponse:
    """Kept as it was typed; when something is wrong its own page says what."""
    person = drafts.save_person(case.pk, request.POST.dict(), by=officer_of(request))
    if not form.is_valid():
        messages.warning(request, "Tersimpan, tetapi ada isian yang perlu diperbaiki.")
        return redirect(OPD.url("person", case.pk, person.pk))
    messages.success(request, f"{person.name} ditambahkan.")
    return redirect(f"{OPD.url('people', case.pk)}#tambah")


def _take(request: HttpRequest, case: CollectiveRequest, upload: ListForm) -> HttpResponse | None:
    if not upload.is_valid():
        return None
    try:
        lines = lists.read(upload.cleaned_data["list"].read())
    except lists.Unreadable as error:
        upload.add_error("list", str(error))
        return None
    fresh, changed = drafts.take_list(case.pk, lines, by=officer_of(request))
    messages.success(request, f"Daftar dibaca: {fresh} orang ditambahkan, {changed} diperbarui.")
    return redirect(OPD.url("people", case.pk))


@operators
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, collective_id: UUID, line_id: UUID) -> HttpResponse:
    """One line: put right or taken out."""
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    found = cases.find_person(case, line_id)
    try:
        if request.POST.get("go") == "remove":
            drafts.remove_person(case.pk, line_id, by=officer_of(request))
            messages.success(request, f"{found.name or 'Baris'} dihapus dari daftar.")
            return redirect(OPD.url("people", case.pk))
        if request.method == "POST":
            typed = request.POST.dict()
            saved = drafts.save_person(case.pk, typed, by=officer_of(request), person_id=line_id)
            if saved.is_complete:
                messages.success(request, f"{saved.name} disimpan.")
                return redirect(OPD.url("people", case.pk))
            return _person_page(request, case, saved, PersonForm(typed))
    except (NotPossible, RequestedPerson.DoesNotExist):
        return sent(request, collective_id)
    kept = {field: getattr(found, field) for field in drafts.FIELDS}
    form = PersonForm(initial=kept) if found.is_complete else PersonForm(kept)
    return _person_page(request, case, found, form)


def _person_page(
    request: HttpRequest, case: CollectiveRequest, found: RequestedPerson, form: PersonForm
) -> HttpResponse:
    told = findings.look(case, case.people.all()).get(found.pk, [])
    context: dict[str, Any] = {"case": case, "person": found, "form": form, "findings": told}
    status = 422 if request.method == "POST" and form.errors else 200
    return page(request, "collective/person.html", found.name or "Perbaiki baris", status, **context)


@operators
@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    return _paper_page(request, case, Kind.LETTER, None, "collective/letter.html")


@operators
@require_http_methods(["GET", "POST"])
def decree(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """One decree for all, or the choice to send one for each person."""
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    choice = DecreeForm(initial={"decree": case.decree})
    if request.POST.get("go") == "choose":
        choice = DecreeForm(request.POST)
        if choice.is_valid():
            try:
                drafts.choose_decree(case.pk, choice.cleaned_data["decree"], by=officer_of(request))
            except NotPossible:
                return sent(request, collective_id)
            return redirect(OPD.url("decree", case.pk))
    decrees = {each.person_id: each for each in case.papers.filter(kind=Kind.DECREE)}
    rows = [(each, decrees.get(each.pk)) for each in case.people.order_by("position_in_list")]
    return _paper_page(request, case, Kind.DECREE, None, "collective/decree.html", choice=choice, rows=rows)


@operators
@require_http_methods(["GET", "POST"])
def person_decree(request: HttpRequest, collective_id: UUID, line_id: UUID) -> HttpResponse:
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    found = cases.find_person(case, line_id)
    return _paper_page(request, case, Kind.DECREE, found, "collective/person-decree.html")


def _paper_page(
    request: HttpRequest,
    case: CollectiveRequest,
    kind: RequestPaper.Kind,
    about: RequestedPerson | None,
    template: str,
    **more: Any,
) -> HttpResponse:
    """A page on which one paper is uploaded, and the one that is kept already can be looked at."""
    form = PaperForm(label=kind.label)
    if request.method == "POST" and request.POST.get("go") != "choose":
        form = PaperForm(request.POST, request.FILES, label=kind.label)
        if form.is_valid():
            try:
                kept = papers.keep(
                    case.pk, kind, form.cleaned_data["paper"].read(), by=officer_of(request), person=about
                )
            except Refused as refused:
                form.add_error("paper", str(refused))
            except NotPossible:
                return sent(request, case.pk)
            else:
                messages.success(request, f"{kind.label} tersimpan ({kept.pages} halaman).")
                return redirect(request.path)
    kept_paper = case.papers.filter(kind=kind, person=about).first()
    told = [FINDINGS.get(each, each) for each in kept_paper.findings] if kept_paper else []
    wrong = form.errors or (more.get("choice") and more["choice"].errors)
    context: dict[str, Any] = {"case": case, "form": form, "kept": kept_paper, "told": told, "person": about, **more}
    title = f"{kind.label}: {about.name}" if about else kind.label
    return page(request, template, title, 422 if wrong else 200, **context)


@operators
@require_GET
def letter_form(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """The letter, filled in with OPD and list, to be printed and signed."""
    case = cases.find(request, collective_id, OPD)
    listed = list(case.people.order_by("position_in_list"))
    on = timezone.localdate()
    response = HttpResponse(letter_pdf.written(case, listed, on=on), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="surat-permohonan-{case.receipt}.pdf"'
    return response


@operators
@require_GET
def list_template(request: HttpRequest) -> HttpResponse:
    """An empty list with the right heading."""
    response = HttpResponse(lists.template(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="daftar-permohonan.csv"'
    return response
