"""The room as a Django app, with tables and messages of its own."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "passphrase.signing"
    verbose_name = "Tanda tangan percobaan"

    def ready(self) -> None:
        from passphrase.signing import emails  # noqa: F401 (registers its messages)
