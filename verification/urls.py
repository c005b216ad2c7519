"""Addresses of the officers' room outside the admin."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
