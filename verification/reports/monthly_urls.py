"""The monthly report's addresses; they come before those of the single reports, which take any word."""

from django.urls import URLPattern, path

from verification.reports import monthly_views
from verification.rooms import Guard


def pages(guard: Guard) -> list[URLPattern]:
    one = "laporan/bulanan/<slug:institution_slug>/<slug:month>"
    return [
        path("laporan/bulanan/", guard(monthly_views.months), name="reports-monthly"),
        path(f"{one}/pdf/", guard(monthly_views.as_pdf), name="reports-monthly-pdf"),
        path(f"{one}/xlsx/", guard(monthly_views.as_xlsx), name="reports-monthly-xlsx"),
    ]
