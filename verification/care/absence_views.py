"""Telling an absence, and ending one: an officer's own, or as administrator anybody's of the institution."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from enrollment.models import Institution
from tte_portal.models import Account
from verification import roles
from verification.access import officer_of
from verification.care import absences
from verification.care.forms import AbsenceForm
from verification.care.models import Absence
from verification.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    mine = Institution.objects.for_officer(officer).order_by("name")
    chosen = request.POST.get("institution", request.GET.get("institution", ""))
    institution = mine.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 10 else mine.first()
    if institution is None:
        raise Http404
    form = AbsenceForm(request.POST or None, officer=officer, institution=institution)
    if request.method == "POST" and form.is_valid() and (told := _begin(form, institution, officer)):
        messages.success(request, told)
        return redirect("admin:care")
    context: dict[str, Any] = {
        "form": form,
        "institution": institution,
        "others": mine.exclude(pk=institution.pk),
        "rows": _shown(officer, institution),
    }
    return page(request, "care/absence.html", "Ketidakhadiran", 422 if form.errors else 200, **context)


def _begin(form: AbsenceForm, institution: Institution, officer: Account) -> str:
    """What was done, in a sentence; empty when the form says why not."""
    answers = form.cleaned_data
    try:
        begins, ends = absences.span(institution, answers["first"], answers["last"])
        absence = absences.begin(
            answers["account"], institution, answers["stand_in"], begins=begins, ends=ends, by=officer
        )
    except absences.Impossible as impossible:
        form.add_error(impossible.field, str(impossible))
        return ""
    return f"{absence.stand_in} menggantikan {absence.account} di {institution.short_name}."


def _shown(officer: Account, institution: Institution) -> list[Absence]:
    """Absences that are not over: all of the institution for its administrators, else the officer's own."""
    if Institution.objects.for_officer(officer, roles.ADMINISTRATOR).filter(pk=institution.pk).exists():
        rows = Absence.objects.for_officer(officer, roles.ADMINISTRATOR).filter(institution=institution)
    else:
        rows = Absence.objects.for_officer(officer).filter(institution=institution, account=officer)
    return list(rows.filter(pk__in=absences.not_over()).select_related("account", "stand_in", "institution"))


@require_POST
def end(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    officer = officer_of(request)
    administered = Absence.objects.for_officer(officer, roles.ADMINISTRATOR).filter(pk=absence_id)
    own = Absence.objects.for_officer(officer).filter(pk=absence_id, account=officer)
    if not administered.exists() and not own.exists():
        raise Http404
    if absences.end(absence_id, by=officer):
        messages.success(request, "Ketidakhadiran diakhiri. Pengganti tidak lagi memegang peran itu.")
    return redirect("admin:care")
