"""Addresses of the officers' room outside the admin."""

from django.urls import path

from verification import officer_views

urlpatterns = [
    path("petugas/aktivasi/", officer_views.activation, name="officer-activation"),
    path("petugas/aktivasi/<str:token>/", officer_views.open_link, name="officer-link"),
]
