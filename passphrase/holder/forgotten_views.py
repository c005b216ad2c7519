"""/akun/sertifikat/lupa/: what happens when a passphrase is forgotten, and the link that makes a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import channels, terms
from passphrase import succession
from passphrase.holder import forgotten, keyed
from passphrase.holder.visitor import Visitor, visitors_only
from tte_portal.throttles import Throttle

# Each is a mail to the holder.
ASKED = Throttle("passphrase-resets", limit=5, seconds=3600)


@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What a reset does; the POST of its button has the link sent."""
    if (answer := keyed.elsewhere(request)) is not None:
        return answer
    application = visitor.application
    reason = forgotten.why_not(application)
    if request.method == "POST" and not reason:
        ASKED.count(str(application.pk))
        try:
            forgotten.ask(application)
        except forgotten.NotNow as error:
            reason = str(error)
        else:
            return redirect("certificate-forgotten-sent")
    if reason:
        return render(request, "certificate/forgotten.html", {"visitor": visitor, "reason": reason})
    begun = forgotten.waiting(application)
    # What begins now goes by the procedure as it is today.
    asked = terms.of(begun) if begun else terms.in_force(application.institution)
    context = {
        "visitor": visitor,
        "again": begun is not None,
        "rule": asked.passphrase,
        "pause": asked.pause_text if asked.pause_seconds else "",
        "by_whatsapp": channels.passphrase_by_whatsapp(begun or application),
    }
    return render(request, "certificate/forgotten.html", context)


@visitors_only
@require_safe
def sent(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    begun = succession.under_way(visitor.application) or visitor.application
    context = {"visitor": visitor, "by_whatsapp": channels.passphrase_by_whatsapp(begun)}
    return render(request, "certificate/forgotten-sent.html", context)
