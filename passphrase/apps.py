"""Registers the app's messages when Django starts."""

from django.apps import AppConfig


class PassphraseConfig(AppConfig):
    name = "passphrase"
    verbose_name = "Passphrase dan sertifikat"

    def ready(self) -> None:
        from passphrase import emails, life_emails  # noqa: F401 (registers its messages)
        from passphrase.holder import taking_emails  # noqa: F401
