"""The portal's addresses, and beside them Django's admin as it comes, over the same table of applications."""

from typing import Any

from django.contrib import admin
from django.urls import path

from enrollment.models import Application
from tte_portal.urls import urlpatterns as portal

stock = admin.AdminSite(name="stock")


class StockList(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages by offset with their count, search by ``icontains``: what a ``ModelAdmin`` does that is told nothing."""

    list_display = ("receipt", "name", "mailbox", "status", "waiting_for", "since", "institution")
    list_select_related = ("institution",)
    search_fields = ("receipt", "name", "mailbox")


stock.register(Application, StockList)
urlpatterns: list[Any] = [path("bawaan/", stock.urls), *portal]
