"""The one-time page of a first password: GET shows a button and nothing else, the POST shows the password once."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from enrollment.branding import show_as
from enrollment.collective import handover
from tte_portal.links import LinkClosed
from tte_portal.throttles import Throttle, client_address

WRONG_LINKS = Throttle("wrong-links", limit=30, seconds=600)
OPENING = {
    "heading": "Kata sandi pertama surel dinas",
    "lead": "Kata sandi hanya ditampilkan satu kali. Siapkan tempat untuk masuk ke surel Anda, lalu tekan Lanjutkan.",
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD look nothing up and change nothing: mail scanners follow links."""
    if request.method != "POST":
        return render(request, "enrollment/link.html", OPENING)
    try:
        person, secret = handover.open_page(token)
    except LinkClosed as closed:
        WRONG_LINKS.count(client_address(request))
        status = 404 if closed.reason == "unknown" else 410
        return render(request, "collective/password-closed.html", {"reason": closed.reason}, status=status)
    show_as(request, person.request.institution)
    context = {"person": person, "secret": secret, "institution": person.request.institution}
    return render(request, "collective/password.html", context)
