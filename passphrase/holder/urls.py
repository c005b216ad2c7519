"""The pages under /akun/sertifikat/; each act's addresses stand together."""

from django.urls import path

from passphrase.holder import views

urlpatterns = [
    path("", views.page, name="certificate"),
    path("masuk/", views.sign_in, name="certificate-sign-in"),
]
