"""Registers the app's messages when Django starts, and stops the start on a wrong procedure file."""

from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "Pendaftaran"

    def ready(self) -> None:
        from enrollment import emails, procedure  # noqa: F401 (registers its messages)

        for slug in procedure.names():
            procedure.find(slug)
