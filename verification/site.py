"""The officers' admin site: password and second factor to come in, roles to see anything."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver

from verification import roles
from verification.sign_in import SignInForm


class PortalAdminSite(AdminSite):
    site_header = "Portal TTE – Petugas"
    site_title = "Portal TTE – Petugas"
    index_title = "Beranda petugas"
    login_form = SignInForm
    login_template = "admin/login.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff whose second factor was proven in this session, with a role somewhere."""
        user = request.user
        verified = bool(user.is_active and user.is_staff and user.is_verified())  # type: ignore[union-attr]
        return verified and bool(roles.kinds_of(user))

    def get_urls(self) -> list[Any]:
        own: list[URLPattern | URLResolver] = []
        return [*own, *super().get_urls()]
