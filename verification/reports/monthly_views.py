"""The list of past months, and each as a PDF or a workbook, made when it is asked for."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from enrollment import lifecycle
from enrollment.models import Institution
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.reports import monthly
from verification.reports.monthly import Month
from verification.reports.monthly_pdf import document
from verification.reports.monthly_xlsx import workbook
from verification.reports.scope import READERS, Scope
from verification.reports.tables import Table
from verification.reports.views import XLSX

Write = Callable[[Scope, Month, list[Table], str], bytes]


@for_roles(*READERS)
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    held = list(Institution.objects.for_officer(request.user, *READERS).order_by("name"))
    asked = request.GET.get("instansi", "")
    institution = next((each for each in held if each.slug == asked), None) if asked else held[0]
    if institution is None:
        raise Http404
    found = monthly.months(institution)
    return page(
        request, "reports/monthly.html", "Laporan bulanan", institution=institution, institutions=held, months=found
    )


@for_roles(*READERS)
@require_safe
def as_pdf(request: HttpRequest, institution_slug: str, month: str) -> HttpResponse:
    return _file(request, institution_slug, month, document, "pdf", "application/pdf")


@for_roles(*READERS)
@require_safe
def as_xlsx(request: HttpRequest, institution_slug: str, month: str) -> HttpResponse:
    return _file(request, institution_slug, month, workbook, "xlsx", XLSX)


def _file(request: HttpRequest, slug: str, name: str, write: Write, ending: str, kind: str) -> HttpResponse:
    institution = Institution.objects.for_officer(officer_of(request), *READERS).filter(slug=slug).first()
    month = monthly.find(institution, name) if institution else None
    if institution is None or month is None:
        raise Http404
    scope = monthly.scope_of(institution, month)
    local = lifecycle.now().astimezone(ZoneInfo(institution.time_zone))
    at = f"{date_format(local, 'j F Y')} pukul {local:%H.%M} {institution.timezone_label}"
    response = HttpResponse(write(scope, month, monthly.tables(scope), at), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="laporan-{slug}-{month.slug}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response
