"""Under /pki/, over plain HTTP: these addresses stand in the certificates (passphrase/authority/profile.py)."""

from django.urls import path

from passphrase.pki import views

urlpatterns = [
    path("rantai.pem", views.chain, name="pki-chain"),
    path("ocsp/<slug:slug>", views.status_service, name="pki-ocsp"),
    path("ocsp/<slug:slug>/", views.status_service, name="pki-ocsp-slash"),
    path("ocsp/<slug:slug>/<path:encoded>", views.status_service, name="pki-ocsp-get"),
    path("<slug:slug>.cer", views.certificate, name="pki-certificate"),
    path("<slug:slug>.crl", views.revocation_list, name="pki-list"),
]
