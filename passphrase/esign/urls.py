"""The E-Sign client service's paths, unchanged: a program needs no other change than the portal's address."""

from django.urls import path, re_path

from passphrase.esign import views

urlpatterns = [
    path("api/user/status/<str:nik>", views.StatusV1.as_view(), name="esign-status-v1"),
    re_path("^api/user/status/?$", views.StatusOfNobody.as_view(), name="esign-status-of-nobody"),
    path("api/user/registrasi", views.RegistrationV1.as_view(), name="esign-registration-v1"),
    path("api/v2/user/check/status", views.StatusV2.as_view(), name="esign-status-v2"),
    path("api/v2/user/registration", views.RegistrationV2.as_view(), name="esign-registration-v2"),
    path("api/v2/user/register", views.RegisterV2.as_view(), name="esign-register-v2"),
    path("api/v2/user/certificate/chain/<str:wanted>", views.Chain.as_view(), name="esign-chain"),
    path("api/user/<path:rest>", views.nowhere, name="esign-nowhere-v1"),
    path("api/v2/<path:rest>", views.nowhere, name="esign-nowhere-v2"),
]
