"""What is asked of every officer's request: that the sign-in still holds, and the agreement before a decision."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tte_portal.models import Account
from verification import roles
from verification.care import agreement, sign_ins
from verification.care.models import SignIn
from verification.desks import Desk

TOLD = {
    SignIn.Ended.IDLE: "Anda dikeluarkan karena {minutes} menit tidak ada kegiatan. Masuk lagi untuk melanjutkan.",
    SignIn.Ended.ADMINISTRATOR: "Administrator instansi Anda mengeluarkan akun ini dari semua perangkat. Masuk lagi "
    "untuk melanjutkan.",
    SignIn.Ended.ELSEWHERE: "Anda dikeluarkan dari perangkat ini lewat perangkat lain. Masuk lagi untuk melanjutkan.",
}
# Asked by the page itself, not by the officer.
BY_THEMSELVES = {"admin:job-state"}


class CareMiddleware:
    """Looks at pages that ask for a sign-in alone: applicants' requests cost nothing more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        officer = request.user if getattr(view, "login_required", True) else None
        if not isinstance(officer, Account) or not officer.is_staff:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if ended := sign_ins.goes_on(request, officer, counts=name not in BY_THEMSELVES):
            return _out(request, view, ended)
        if agreement.is_asked_on(name) and _decides(officer) and agreement.accepted(officer) is None:
            return redirect(f"{reverse('admin:agreement')}?{urlencode({'next': _asked_for(request, view, kwargs)})}")
        return None


def _decides(officer: Account) -> bool:
    """Whoever has no role for any desk meets the page's own refusal."""
    return bool(officer.is_verified()) and roles.holds(officer, *agreement.DECIDING)  # type: ignore[attr-defined]


def _out(request: HttpRequest, view: Callable[..., Any], ended: str) -> HttpResponseBase:
    back = _back(request, view)
    logout(request)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"signed_in": False}, status=401)
    told = TOLD.get(SignIn.Ended(ended)) if ended else None
    if told:
        messages.info(request, told.format(minutes=settings.IDLE_MINUTES))
    return redirect_to_login(back)


def _asked_for(request: HttpRequest, view: Callable[..., Any], given: dict[str, Any]) -> str:
    """Where the officer goes on after the agreement: the case that was asked for, not the start page. The button that
    takes the next case is pressed again by the agreement's page (views.verifier_agreement)."""
    desk, case_id = given.get("desk"), given.get("case_id")
    if isinstance(desk, Desk) and case_id is not None:
        return desk.page_of(case_id)
    if isinstance(desk, Desk) and request.path == desk.next_url:
        return request.path
    return _back(request, view)


def _back(request: HttpRequest, view: Callable[..., Any]) -> str:
    """Where the officer goes on: the page itself, unless it takes forms alone."""
    shown = request.method in ("GET", "HEAD") or hasattr(getattr(view, "view_class", None), "get")
    return request.get_full_path() if shown else reverse("admin:index")
