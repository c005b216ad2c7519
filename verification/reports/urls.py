"""The room's pages and its places in the officers' menu; those under /laporan/ and /api/ join verification/urls.py."""

from django.contrib import admin
from django.urls import URLPattern, path

from verification.reports import api, schema_views, views
from verification.reports.scope import READERS
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry("Laporan", "reports", READERS, "Angka per tahap, OPD, dan bulan, dengan grafik, CSV, dan XLSX."),
)


def pages(guard: Guard) -> list[URLPattern]:
    return []


def outside() -> list[URLPattern]:
    """The pages under /laporan/, behind the same door as the admin, and what programs ask under /api/."""
    guard = admin.site.admin_view
    return [
        path("laporan/", guard(views.overview), name="reports"),
        path("laporan/orang/", guard(views.behind), name="reports-people"),
        path("laporan/<slug:slug>/", guard(views.one), name="reports-one"),
        path("laporan/<slug:slug>/csv/", guard(views.as_csv), name="reports-csv"),
        path("laporan/<slug:slug>/xlsx/", guard(views.as_xlsx), name="reports-xlsx"),
        path("api/", schema_views.index, name="api"),
        path("api/schema/", schema_views.schema, name="api-schema"),
        *api.patterns(),
    ]
