"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "verification.reports"
    verbose_name = "Laporan"
