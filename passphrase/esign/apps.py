"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class EsignConfig(AppConfig):
    name = "passphrase.esign"
    verbose_name = "Antarmuka aplikasi"
