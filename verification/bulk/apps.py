"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "verification.bulk"
    verbose_name = "Keputusan massal"

    def ready(self) -> None:
        from verification.bulk import actions  # noqa: F401 (registers its work)
