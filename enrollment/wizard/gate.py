"""Who may work in the wizard: a browser that opened the activation link of a draft."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from enrollment.branding import show_as
from enrollment.models import Application
from enrollment.wizard import actions
from tte_portal import links

View = Callable[..., HttpResponse]


def in_wizard(view: View) -> View:
    """Give the view the draft that the opened link stands for (``request.link_id`` is the link's id)."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entered = links.entered(request, "activation")
        if entered is None:
            return closed(request)
        link_id, subject = entered
        application = actions.draft_of(subject, link_id)
        if application is None:
            return redirect("wizard-done") if submitted(subject) else closed(request)
        show_as(request, application.institution)
        request.link_id = link_id  # type: ignore[attr-defined]
        try:
            return view(request, application, *args, **kwargs)
        except actions.AlreadyDone:
            # Handed in from another tab or by a first click, while this one was on its way.
            return redirect("wizard-done")

    return guarded


def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "enrollment/session-closed.html", status=403)


def submitted(subject: UUID) -> Application | None:
    """The application of this browser's link once it is handed in, for the receipt."""
    found = Application.objects.select_related("institution").filter(pk=subject, submitted_at__isnull=False)
    return found.exclude(status="NEW", waiting_for="applicant").first()
