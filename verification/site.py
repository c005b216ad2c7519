"""The officers' admin site: password and second factor to come in, roles to see anything."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from enrollment.models.institutions import clock_name
from verification import roles
from verification.sign_in import SignInForm

# Django's pages that look rows up without asking a role; nothing here leads to them.
UNUSED = {"autocomplete", "view_on_site"}


class PortalAdminSite(AdminSite):
    site_header = "TTE Portal – Petugas"
    site_title = "TTE Portal – Petugas"
    index_title = "Beranda petugas"
    login_form = SignInForm
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes scoped tables alone. Other packages bring pages of their own (groups, second factors with their
        secrets in sight) that know nothing of roles and institutions: those are left out."""
        from verification.admin.base import ScopedAdmin

        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff whose second factor was proven in this session, with a role somewhere."""
        user = request.user
        verified = bool(user.is_active and user.is_staff and user.is_verified())  # type: ignore[attr-defined]
        return verified and bool(roles.kinds_of(user))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As in Django; every page tells times by the officer's clock, and says which that is."""

        @wraps(view)
        def clocked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            timezone.activate(roles.clock_of(request.user))
            return view(request, *args, **kwargs)

        return super().admin_view(clocked, cacheable)

    def get_urls(self) -> list[Any]:
        # Django makes the site before its models are ready, so the pages are named only now.
        from verification import desk_views, held_views, hr_views, job_views, menu

        pages: list[URLPattern] = [
            *desk_views.pages(self.admin_view),
            *held_views.pages(self.admin_view),
            *hr_views.pages(self.admin_view),
            path("pekerjaan/<uuid:job_id>/", self.admin_view(job_views.state), name="job-state"),
            path("pekerjaan/<uuid:job_id>/hentikan/", self.admin_view(job_views.cancel), name="job-cancel"),
            path("pekerjaan/<uuid:job_id>/lanjutkan/", self.admin_view(job_views.again), name="job-again"),
            *(page for room in menu.ROOMS for page in room.pages(self.admin_view)),
        ]
        return [*pages, *(each for each in super().get_urls() if getattr(each, "name", "") not in UNUSED)]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from verification import menu
        from verification.access import officer_of

        kinds = roles.kinds_of(request.user) if self.has_permission(request) else frozenset()
        return {
            **super().each_context(request),
            "verifies": roles.VERIFIER in kinds,
            "administers": roles.ADMINISTRATOR in kinds,
            "keeps_profiles": roles.HR in kinds,
            "menu": menu.of_officer(officer_of(request)) if kinds else [],
            "clock": clock_name(roles.clock_of(request.user)),
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from verification import desks, hr_queue, menu
        from verification.access import officer_of

        officer = officer_of(request)
        tiles = [entry.tile(officer) for entry in menu.of_officer(officer) if entry.told]
        more: dict[str, Any] = {"desks": desks.overview(officer), "tiles": tiles}
        if roles.holds(officer, roles.HR):
            more["profile_counts"] = hr_queue.counts(officer)
        return super().index(request, {**more, **(extra_context or {})})
