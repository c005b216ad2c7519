"""What every answer carries, and the one line a request leaves in the log."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tte_portal.throttles import Throttled

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


class BrowserPolicyMiddleware:
    """Camera for ourselves alone, private pages in no cache, and a page of its own for the throttled."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Pages may tell times in an institution's zone: the thread's last answer must not decide this one's.
        timezone.deactivate()
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), payment=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Throttled):
            return None
        response = render(request, "429.html", {"retry_after": error.minutes}, status=429)
        response.headers["Retry-After"] = str(error.minutes * 60)
        return response
