"""The status page: the timeline of an application and, once there is one, its certificate."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from enrollment import status, steps
from enrollment.models import Application, Status
from passphrase.models import Certificate
from tte_portal import links

WITH_KEY = (Status.ENROLL, Status.ISSUE, Status.ACTIVE, Status.SUSPENDED)


def application_of(request: HttpRequest) -> Application | None:
    """The application whose status link this browser has opened."""
    entered = links.entered(request, "status")
    if entered is None:
        return None
    link_id, subject = entered
    usable = links.usable(link_id).values("subject")
    return Application.objects.select_related("institution").filter(pk=subject, pk__in=usable).first()


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Where the application stands; without an opened link, the way to ask for one."""
    application = application_of(request)
    if application is None:
        return render(request, "enrollment/session-closed.html", {"purpose": "status"}, status=403)
    request.institution = application.institution  # type: ignore[attr-defined]
    asked = [{"label": steps.label_of(c.field), "reason": c.reason} for c in steps.open_corrections(application)]
    can_check = application.status in WITH_KEY
    context = {
        "corrections": asked,
        "certificate": Certificate.objects.filter(application=application).order_by("-pk").first(),
        "can_check_passphrase": can_check,
        "action_label": "Periksa passphrase" if can_check else None,
        "action_url": reverse("passphrase-check") if can_check else None,
    }
    return render(request, "status/application.html", status.page_of(application) | context)
