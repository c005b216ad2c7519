"""The passphrase pages; the link that opens them belongs to the enrolment."""

from django.urls import path

from passphrase import views

urlpatterns = [
    path("passphrase/", views.set_passphrase, name="passphrase"),
    path("passphrase/perjanjian/", views.agreement, name="passphrase-agreement"),
    path("passphrase/selesai/", views.done, name="passphrase-done"),
    path("passphrase/periksa/", views.check, name="passphrase-check"),
]
