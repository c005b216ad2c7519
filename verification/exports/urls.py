"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification.exports import views
from verification.exports.actions import EXPORTERS
from verification.reports.scope import READERS
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry("Ekspor", "admin:exports", EXPORTERS, "Daftar pengajuan sebagai CSV atau XLSX, dibuat di latar belakang."),
    Entry("Laporan bulanan", "reports-monthly", READERS, "Semua angka satu bulan sebagai PDF atau XLSX."),
)


def pages(guard: Guard) -> list[URLPattern]:
    return [
        path("ekspor/", guard(views.exports), name="exports"),
        path("ekspor/<uuid:export_id>/", guard(views.export), name="export"),
        path("ekspor/<uuid:export_id>/unduh/", guard(views.fetch), name="export-fetch"),
    ]
