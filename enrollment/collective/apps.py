"""The room as a Django app, with tables of its own; a wrong setting of the mail server stops the start."""

from django.apps import AppConfig


class CollectiveConfig(AppConfig):
    name = "enrollment.collective"
    verbose_name = "Permohonan kolektif"

    def ready(self) -> None:
        from enrollment import mailboxes
        from enrollment.collective import emails  # noqa: F401 (registers its messages)

        mailboxes.provisioner()
