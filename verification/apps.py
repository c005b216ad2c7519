"""The officers' room, and the admin site that it shapes."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class VerificationConfig(AppConfig):
    name = "verification"
    verbose_name = "Verifikasi"


class PortalAdminConfig(AdminConfig):
    default_site = "verification.site.PortalAdminSite"
