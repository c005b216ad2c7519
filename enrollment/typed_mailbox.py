"""The mailbox that somebody typed to be sent a link, told back to that browser alone: a slip is seen, and put right.

It says what was typed and nothing else: whether the mailbox is known here, the page does not know either.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from enrollment.ways_in import sealed

COOKIE, PLACE, SECONDS = "surel-diketik", "typed-mailbox", 15 * 60
# In the address of the form: what was typed stands in it again.
AGAIN = "betulkan"


def keep(response: HttpResponse, mailbox: str) -> HttpResponse:
    """For a quarter of an hour, readable by nobody but the portal: the computer may be everybody's."""
    response.set_cookie(
        COOKIE, sealed.seal({"mailbox": mailbox}, PLACE), max_age=SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def of(request: HttpRequest) -> str:
    """What this browser typed last; empty when that is long ago, or it keeps nothing."""
    found = sealed.unseal(request.COOKIES.get(COOKIE, ""), PLACE, SECONDS)
    return str(found["mailbox"]) if found else ""


def initial(request: HttpRequest) -> dict[str, Any]:
    """For the form, when somebody comes back to put it right."""
    return {"mailbox": of(request)} if AGAIN in request.GET else {}
