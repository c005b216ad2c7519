"""A page in an institution's own name and time."""

from django.http import HttpRequest
from django.utils import timezone

from enrollment.models import Institution


def of_host(request: HttpRequest) -> Institution | None:
    """The institution that this host name belongs to alone, where it has one of its own."""
    return Institution.objects.filter(host=request.get_host()).first()


def show_as(request: HttpRequest, institution: Institution | None) -> None:
    """Let this answer carry the institution's name and contacts, and tell times in its zone.

    The zone holds for the thread until the next request begins (``BrowserPolicyMiddleware`` resets it).
    """
    request.institution = institution  # type: ignore[attr-defined]
    if institution is not None:
        timezone.activate(institution.time_zone)
