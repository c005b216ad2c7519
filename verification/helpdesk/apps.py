"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "verification.helpdesk"
    verbose_name = "Meja bantuan"
