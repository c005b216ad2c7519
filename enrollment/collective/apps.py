"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class CollectiveConfig(AppConfig):
    name = "enrollment.collective"
    verbose_name = "Permohonan kolektif"
