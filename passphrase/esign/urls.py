"""The E-Sign client service's paths, unchanged: a program needs no other change than the portal's address."""

from django.urls import path

from passphrase.esign import views

urlpatterns = [
    path("api/user/status/<str:nik>", views.StatusV1.as_view(), name="esign-status-v1"),
    path("api/user/registrasi", views.RegistrationV1.as_view(), name="esign-registration-v1"),
    path("api/v2/user/check/status", views.StatusV2.as_view(), name="esign-status-v2"),
    path("api/v2/user/registration", views.RegistrationV2.as_view(), name="esign-registration-v2"),
    path("api/v2/user/register", views.RegisterV2.as_view(), name="esign-register-v2"),
    path("api/v2/user/certificate/chain/<str:wanted>", views.Chain.as_view(), name="esign-chain"),
]
