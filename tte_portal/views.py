"""Pages for what went wrong, in the portal's own words; programs get JSON."""

from collections.abc import Sequence

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tte_portal import programs

OFFICERS = ("/admin/", "/laporan/", "/opd/")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _for_program(request, 400) or render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _for_program(request, 403) or _for_officer(request, 403) or render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    whose = getattr(exception, "whose", ())
    return _for_program(request, 404) or _for_officer(request, 404, whose) or render(request, "404.html", status=404)


def _for_program(request: HttpRequest, status: int) -> HttpResponse | None:
    return programs.refusal(request, status) if request.path.startswith(programs.PREFIX) else None


def _for_officer(request: HttpRequest, status: int, whose: Sequence[str] = ()) -> HttpResponse | None:
    """On the officers' side the words and the menu are theirs. Whose work a page is may be told (``whose``: names of
    roles); whether a row exists is told to nobody without the role for it, so both are one answer."""
    if not request.path.startswith(OFFICERS) or not hasattr(request, "user") or not admin.site.has_permission(request):
        return None
    context = {**admin.site.each_context(request), "title": "Halaman tidak dapat dibuka", "whose": whose}
    return render(request, "admin/refused.html", context, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    return _for_program(request, 500) or render(request, "500.html", status=500)
