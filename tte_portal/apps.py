"""The ground floor as a Django app."""

from django.apps import AppConfig


class TtePortalConfig(AppConfig):
    name = "tte_portal"
    verbose_name = "Portal"
