"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "verification.bulk"
    verbose_name = "Keputusan massal"
