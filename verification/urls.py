"""Addresses of the officers' room outside the admin."""

from django.contrib import admin
from django.urls import path

from verification import officer_views
from verification.collective import urls as collective
from verification.helpdesk.urls import public_patterns as helpdesk_patterns
from verification.reports import monthly_urls as monthly
from verification.reports import urls as reports

urlpatterns = [
    path("petugas/aktivasi/", officer_views.activation, name="officer-activation"),
    path("petugas/aktivasi/<str:token>/", officer_views.open_link, name="officer-link"),
    *collective.opd_pages(admin.site.admin_view),
    *collective.public_pages,
    *helpdesk_patterns,
    *monthly.pages(admin.site.admin_view),
    *reports.outside(),
]
