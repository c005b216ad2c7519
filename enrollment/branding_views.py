"""An institution's logo and colours as files of its own, named by their content so that browsers keep them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from enrollment import colours
from enrollment.models import Institution, Logo

KEPT_A_YEAR, ASKED_AGAIN = "public, max-age=31536000, immutable", "no-cache"


@login_not_required
@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Logo.objects.select_related("institution"), institution__slug=slug)
    return _file(request, bytes(found.png), "image/png", found.institution.logo_digest)


@login_not_required
@require_safe
def stylesheet(request: HttpRequest, slug: str) -> HttpResponse:
    institution = get_object_or_404(Institution, slug=slug)
    if not institution.colour:
        raise Http404
    told = colours.stylesheet(institution.colour).encode()
    return _file(request, told, "text/css; charset=utf-8", institution.colour_digest)


def _file(request: HttpRequest, content: bytes, content_type: str, digest: str) -> HttpResponse:
    """What is asked for by its present digest never changes under that address; anything else may."""
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponse(
        content, content_type=content_type, headers={"Cache-Control": KEPT_A_YEAR if asked == digest else ASKED_AGAIN}
    )
