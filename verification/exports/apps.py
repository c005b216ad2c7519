"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "verification.exports"
    verbose_name = "Ekspor"

    def ready(self) -> None:
        from verification.exports import making  # noqa: F401 (registers its work)
        from verification.reports import monthly_mails  # noqa: F401 (registers its message)
