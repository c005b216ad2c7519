"""The mailed link that proves who asks for an act: GET shows a button, the POST opens."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from enrollment.branding import show_as
from enrollment.models import Application
from passphrase.holder import proof
from passphrase.life_emails import ACTS, CHOSEN
from tte_portal import links
from tte_portal.throttles import Throttle, client_address

WRONG_LINKS = Throttle("wrong-links", limit=30, seconds=600)
LEAD = "Tekan Lanjutkan, lalu pastikan sekali lagi di halaman berikutnya: baru di sana Anda {act} Anda."
PAGES = {"cabut": "certificate-revoke", "tangguhkan": "certificate-suspend", "aktifkan": "certificate-resume"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """GET and HEAD look nothing up and change nothing: mail scanners follow links."""
    if purpose not in proof.PURPOSES:
        raise Http404
    if request.method != "POST":
        words = ACTS[purpose]
        opening = {"heading": f"{words[:1].upper()}{words[1:]}", "lead": LEAD.format(act=words)}
        return render(request, "enrollment/link.html", opening)
    chosen = {word: request.GET[word][:40] for word in CHOSEN.values() if request.GET.get(word)}
    address = reverse(PAGES[purpose]) + (f"?{urlencode(chosen)}" if chosen else "")
    response = redirect(address)
    try:
        links.enter(response, proof.PURPOSES[purpose], token)
    except links.LinkClosed as closed:
        WRONG_LINKS.count(client_address(request))
        return _closed(request, purpose, closed)
    return response


def _closed(request: HttpRequest, purpose: str, closed: links.LinkClosed) -> HttpResponse:
    rows = Application.objects.select_related("institution")
    found = rows.filter(pk=closed.link.subject).first() if closed.link else None
    show_as(request, found.institution if found else None)
    context = {"reason": closed.reason, "act": ACTS[purpose], "page": PAGES[purpose], "application": found}
    return render(request, "certificate/proof-closed.html", context, status=410 if closed.link else 404)
