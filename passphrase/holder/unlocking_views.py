"""/akun/sertifikat/kunci/: what to do about a lock; and the mailed link that lifts it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from enrollment.actions import application_of
from enrollment.branding import show_as
from passphrase import custody
from passphrase.holder import keyed, unlocking
from passphrase.holder.visitor import Visitor, visitors_only
from tte_portal import links
from tte_portal.throttles import Throttle, client_address

ASKED = Throttle("unlock-links", limit=5, seconds=3600)
WRONG = Throttle("wrong-links", limit=30, seconds=600)
OPENING = {
    "heading": "Buka kunci passphrase",
    "lead": "Tekan Lanjutkan untuk membuka kunci. Sesudah itu passphrase dapat dicoba lagi, sepuluh kali.",
}


@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The lock's end and the ways back; a POST has the link mailed."""
    if (answer := keyed.elsewhere(request)) is not None:
        return answer
    application = visitor.application
    if request.method == "POST":
        ASKED.count(str(application.pk))
        try:
            unlocking.ask(application)
        except unlocking.NotNow:
            return redirect("certificate-unlock")
        return redirect("certificate-unlock-sent")
    context = {
        "visitor": visitor,
        "until": custody.locked_until(application.pk),
        "by_link": unlocking.has_rested(application),
    }
    return render(request, "certificate/unlock.html", context)


@visitors_only
@require_safe
def sent(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return render(request, "certificate/unlock-sent.html", {"visitor": visitor})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. GET and HEAD look nothing up and change nothing: mail scanners follow links."""
    if request.method != "POST":
        return render(request, "enrollment/link.html", OPENING)
    try:
        link = links.find(unlocking.PURPOSE, token)
        application = application_of(link)
        if application is None:
            raise links.LinkClosed("unknown")
        show_as(request, application.institution)
        lifted = unlocking.lift(application.pk, link.pk)
    except links.LinkClosed as closed:
        WRONG.count(client_address(request))
        found = application_of(closed.link) if closed.link else None
        show_as(request, found.institution if found else None)
        context = {"reason": closed.reason, "purpose": unlocking.PURPOSE}
        return render(request, "enrollment/link-closed.html", context, status=410 if closed.link else 404)
    return render(request, "certificate/unlock-done.html", {"lifted": lifted})
