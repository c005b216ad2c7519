"""What every answer carries, and the one line a request leaves in the log."""

import logging
import time
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.contrib.auth import middleware as auth
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone

from tte_portal.throttles import Throttled
from tte_portal.urls_programs import PROGRAMS

logger = logging.getLogger("tte_portal.access")

Respond = Callable[[HttpRequest], HttpResponse]


class AccessLogMiddleware:
    """Logs the route's pattern, never the path: tokens and numbers stay out by construction."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not logger.isEnabledFor(logging.INFO):
            return self.get_response(request)
        start = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "-"
        took = (time.perf_counter() - start) * 1000
        logger.info("%s /%s %s %.0f ms", request.method, route, response.status_code, took)
        return response


class ProgramsMiddleware:
    """Answers programs without what only people's pages need: no session, no form's token, no page policy.

    Their addresses are those of :mod:`tte_portal.urls_programs`; all others, and what is not found there, go the usual
    way.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        # As before a page: what this thread's last answer told in another zone must not decide this one's.
        timezone.deactivate()
        try:
            request.resolver_match = match = resolve(request.path_info, "tte_portal.urls_programs")
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return self.get_response(request)
        if hasattr(response, "render"):
            response = response.render()
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LoginRequiredMiddleware(auth.LoginRequiredMiddleware):
    """Django's, which looks up who signed in before it asks whether a page wants to know: applicants' pages do not."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class BrowserPolicyMiddleware:
    """What pages may load, the camera for ourselves alone, nothing in a cache, and a page for the throttled.

    The content policy is django-csp's, of the settings: its own middleware would build the same text for every answer.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.content_policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Pages may tell times in an institution's zone: the thread's last answer must not decide this one's.
        timezone.deactivate()
        response = self.get_response(request)
        # A view may have asked for another one (@csp_replace); none can ask for no policy at all.
        replaced = getattr(response, "_csp_replace", None)
        response.headers[HEADER] = build_policy(replace=replaced) if replaced else self.content_policy
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), payment=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Throttled):
            return None
        response = render(request, "429.html", {"retry_after": error.minutes}, status=429)
        response.headers["Retry-After"] = str(error.minutes * 60)
        return response
