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
from verification.guarding import DELIMITER
from verification.pages import page

Kind = RequestPaper.Kind
FULL = f"Satu permohonan memuat paling banyak {drafts.MAX_PEOPLE} orang. Buat permohonan lain untuk sisanya."


@operators
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """The list so far, a line to add, and a file to add many: one form, so that whichever button is pressed keeps
    all that was typed and chosen."""
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    form, upload, go = PersonForm(), ListForm(), request.POST.get("go", "")
    if request.method != "POST":
        return _people_page(request, case, form, upload)
    typed = any(request.POST.get(field, "").strip() for field in drafts.FIELDS)
    chosen = "list" in request.FILES
    try:
        if typed or not (chosen or go):
            form = PersonForm(request.POST)
        added = _add(request, case, form) if typed else None
        if added is not None:
            form = PersonForm()
        if chosen or go == "upload":
            upload = ListForm(request.POST, request.FILES)
            _take(request, case, upload)
    except NotPossible:
        return sent(request, collective_id)
    except drafts.TooMany:
        (form if form.is_bound else upload).add_error(None, FULL)
    if form.is_bound or upload.errors:
        return _people_page(request, case, form, upload)
    if added is not None and not added.is_complete:
        return redirect(OPD.url("person", case.pk, added.pk))
    if go == "next":
        return redirect(OPD.url("letter", case.pk))
    return redirect(OPD.url("people", case.pk) + ("#tambah" if added else ""))


def _people_page(request: HttpRequest, case: CollectiveRequest, form: PersonForm, upload: ListForm) -> HttpResponse:
    listed = list(case.people.order_by("position_in_list"))
    found = findings.look(case, listed)
    rows = [{"person": each, "findings": found.get(each.pk, ())} for each in listed]
    faulty = sum(not each.is_complete for each in listed)
    context: dict[str, Any] = {"case": case, "rows": rows, "form": form, "upload": upload, "faulty": faulty}
    status = 422 if form.errors or upload.errors else 200
    return page(request, "collective/people.html", "Daftar orang", status, **context)


def _add(request: HttpRequest, case: CollectiveRequest, form: PersonForm) -> RequestedPerson:
    """Kept as it was typed; when something is wrong its own page says what."""
    person = drafts.save_person(case.pk, request.POST.dict(), by=officer_of(request))
    if form.is_valid():
        messages.success(request, f"{person.name} ditambahkan.")
    else:
        messages.warning(request, "Tersimpan, tetapi ada isian yang perlu diperbaiki.")
    return person


def _take(request: HttpRequest, case: CollectiveRequest, upload: ListForm) -> None:
    """The people of a file; what is wrong with it is left on the form."""
    if not upload.is_valid():
        return
    try:
        lines = lists.read(upload.cleaned_data["list"].read())
    except lists.Unreadable as error:
        upload.add_error("list", str(error))
        return
    fresh, changed = drafts.take_list(case.pk, lines, by=officer_of(request))
    messages.success(request, f"Daftar dibaca: {fresh} orang ditambahkan, {changed} diperbarui.")


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
    return _paper_page(request, case, Kind.LETTER, None, "collective/letter.html", onward=OPD.url("decree", case.pk))


@operators
@require_http_methods(["GET", "POST"])
def decree(request: HttpRequest, collective_id: UUID) -> HttpResponse:
    """One decree for all, or the choice to send one for each person: one form, whichever button is pressed."""
    case = draft_of(request, collective_id)
    if case is None:
        return sent(request, collective_id)
    choice, go = DecreeForm(initial={"decree": case.decree}), request.POST.get("go", "")
    if "decree" in request.POST or go == "choose":
        choice = DecreeForm(request.POST)
        if choice.is_valid() and (go == "choose" or choice.cleaned_data["decree"] != case.decree):
            try:
                drafts.choose_decree(case.pk, choice.cleaned_data["decree"], by=officer_of(request))
            except NotPossible:
                return sent(request, collective_id)
            if "paper" not in request.FILES or choice.cleaned_data["decree"] != CollectiveRequest.Decree.ONE:
                messages.success(request, "Pilihan tersimpan. Sekarang unggah SK di bawah pilihan itu.")
                return redirect(OPD.url("decree", case.pk))
    decrees = {each.person_id: each for each in case.papers.filter(kind=Kind.DECREE)}
    rows = [(each, decrees.get(each.pk)) for each in case.people.order_by("position_in_list")]
    return _paper_page(
        request, case, Kind.DECREE, None, "collective/decree.html", choice=choice, rows=rows,
        onward=OPD.url("submit", case.pk),
    )  # fmt: skip


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
    onward: str = "",
    **more: Any,
) -> HttpResponse:
    """A page on which one paper is uploaded, and the one that is kept already can be looked at. ``onward``: where its
    button to the next step leads, once a file that was chosen is kept."""
    form, go = PaperForm(label=kind.label), request.POST.get("go", "")
    if go == "next" and onward and "paper" not in request.FILES:
        return redirect(onward)
    if request.method == "POST" and ("paper" in request.FILES or go != "choose"):
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
                return redirect(onward if go == "next" and onward else request.path)
    kept_paper = case.papers.filter(kind=kind, person=about).first()
    told = [FINDINGS.get(each, each) for each in kept_paper.findings] if kept_paper else []
    wrong = form.errors or (more.get("choice") and more["choice"].errors)
    context: dict[str, Any] = {
        "case": case, "form": form, "kept": kept_paper, "told": told, "person": about,
        "onward": onward, **more,
    }  # fmt: skip
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
    response = HttpResponse(lists.template(DELIMITER), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="daftar-permohonan.csv"'
    return response
