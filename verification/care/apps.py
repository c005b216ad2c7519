"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "verification.care"
    verbose_name = "Tugas petugas"
