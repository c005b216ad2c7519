"""Registers the app's messages when Django starts; a wrong procedure file or registry setting stops the start."""

from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "Pendaftaran"

    def ready(self) -> None:
        from enrollment import emails, procedure, registries  # noqa: F401 (registers its messages)

        for slug in procedure.names():
            procedure.find(slug)
        registries.personnel_registry()
        registries.civil_registry()
