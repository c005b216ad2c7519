"""The mailed link to object: a button alone, for mail scanners follow links; its POST stops the change."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from enrollment.branding import show_as
from tte_portal import links
from tte_portal.links import LinkClosed
from tte_portal.throttles import Throttle, client_address
from verification.helpdesk import changes

WRONG = Throttle("wrong-links", limit=30, seconds=600)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD look nothing up and change nothing."""
    if request.method != "POST":
        return render(request, "helpdesk/objection.html")
    try:
        link = links.find(changes.OBJECTION, token)
    except LinkClosed as closed:
        WRONG.count(client_address(request))
        status = 410 if closed.link else 404
        return render(request, "helpdesk/objected.html", {"reason": closed.reason}, status=status)
    change = changes.object_to(link)
    show_as(request, change.institution if change else None)
    stopped = change is not None and change.state == changes.State.OBJECTED
    context = {"reason": "" if change else "used", "stopped": stopped}
    return render(request, "helpdesk/objected.html", context, status=200 if change else 410)
