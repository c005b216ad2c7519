"""Who stands before a page: the link this browser has opened, its application, and whether work may go on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from enrollment import channels, lifecycle
from enrollment.branding import of_host, show_as
from enrollment.models import Application, Status
from passphrase import authority, pages, succession, suspension
from tte_portal import links

# From these on the passphrase has been made: a second click or tab sees the success page.
MADE = (Status.ENROLL, Status.ISSUE, Status.ACTIVE)


@dataclass(frozen=True)
class Entered:
    """The link this browser has opened, its application, and whether work in it may go on."""

    link_id: UUID
    application: Application
    usable: bool


def entered(request: HttpRequest, purpose: str) -> Entered | None:
    """What the browser's cookie stands for, in one query; nothing where passphrases are made elsewhere."""
    opened = links.entered(request, purpose)
    if opened is None:
        return None
    link_id, subject = opened
    rows = Application.objects.select_related("institution").annotate(link_usable=Exists(links.usable(link_id)))
    application = rows.filter(pk=subject).first()
    if application is None:
        return None
    show_as(request, application.institution)
    if not authority.current().holds_keys:
        return None
    return Entered(link_id, application, application.link_usable)


def is_at_work(found: Entered) -> bool:
    """Whether this is somebody who may make their passphrase now."""
    is_open = found.usable and lifecycle.state_of(found.application) == lifecycle.PASSPHRASE
    return is_open and not succession.is_held(found.application)


def closed(request: HttpRequest, found: Entered | None = None) -> HttpResponse:
    """No work here now: open the link once more, from where it came; or never, with an authority of its own."""
    if not authority.current().holds_keys:
        return render(request, "bsre/elsewhere.html", status=403)
    by = "surel atau WhatsApp"
    if found is not None:
        if succession.is_held(found.application):
            before = found.application.predecessor
            told = {"application": before, "suspended_for": suspension.reason_of(before) if before else ""}
            return render(request, "passphrase/held.html", told, status=403)
        by = "WhatsApp" if channels.passphrase_by_whatsapp(found.application) else "surel"
    elif getattr(request, "institution", None) is None:
        show_as(request, of_host(request))
    context = {"purpose": "passphrase", "by": by}
    return render(request, "enrollment/session-closed.html", context, status=403)


View = Callable[[HttpRequest, Entered], HttpResponse]


def on_the_way(name: str) -> Callable[[View], Callable[[HttpRequest], HttpResponse]]:
    """A page on the way to the passphrase, by its name in the table: shown once the pages before it are done."""

    def wrap(view: View) -> Callable[[HttpRequest], HttpResponse]:
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            found = entered(request, "passphrase")
            if found is None:
                return closed(request)
            application = found.application
            if application.status in MADE:
                return redirect("passphrase-done")
            if not is_at_work(found):
                return closed(request, found)
            if (first := pages.stands_at(application, name)) != name:
                return redirect(first)
            return view(request, found)

        return guarded

    return wrap
