"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "verification.helpdesk"
    verbose_name = "Meja bantuan"

    def ready(self) -> None:
        from verification.helpdesk import emails  # noqa: F401 (registers its messages)
