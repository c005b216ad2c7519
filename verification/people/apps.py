"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "verification.people"
    verbose_name = "Pendaftaran pegawai"

    def ready(self) -> None:
        from verification.people import work  # noqa: F401 (registers its kinds of job)
