"""The page of an institution's ready-made reasons, for its administrators: one kind at a time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from enrollment.models import Institution
from verification import reasons, roles
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.reason_forms import ReasonsForm
from verification.reasons import Kind


@for_roles(roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, institution_id: int, kind: str) -> HttpResponse:
    officer = officer_of(request)
    institution = get_object_or_404(Institution.objects.for_officer(officer, roles.ADMINISTRATOR), pk=institution_id)
    if kind not in Kind.values:
        raise Http404
    chosen = Kind(kind)
    form = ReasonsForm(request.POST if request.method == "POST" else None, institution=institution, kind=chosen)
    if request.method == "POST" and request.POST.get("go") == "defaults":
        reasons.keep(institution, chosen, {}, by=officer)
        messages.success(request, f"{chosen.label}: daftar bawaan dipakai lagi.")
        return redirect("admin:institution-reasons", institution.pk, chosen.value)
    if form.is_bound and form.is_valid():
        reasons.keep(institution, chosen, form.lists(), by=officer)
        messages.success(request, f"{chosen.label}: alasan disimpan.")
        return redirect("admin:institution-reasons", institution.pk, chosen.value)
    context: dict[str, Any] = {
        "subject": institution,
        "form": form,
        "kind": chosen,
        "kinds": Kind,
        "own": bool(reasons.own(institution, chosen)),
    }
    status = 422 if form.errors else 200
    return page(request, "verification/reasons.html", "Alasan siap pakai", status, **context)
