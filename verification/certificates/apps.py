"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "verification.certificates"
    verbose_name = "Sertifikat"
