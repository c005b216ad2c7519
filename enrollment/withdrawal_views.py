"""Taking back an application: from the wizard or the status page, with an opened link and a confirmation."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import beside, lifecycle, withdrawal
from enrollment.branding import show_as
from enrollment.models import Application, Status
from tte_portal import links

GOES_ON = "sertifikat-tetap"


@login_not_required
@require_http_methods(["GET", "POST"])
def from_wizard(request: HttpRequest) -> HttpResponse:
    return _withdraw(request, "activation", "wizard-tasks")


@login_not_required
@require_http_methods(["GET", "POST"])
def from_status(request: HttpRequest) -> HttpResponse:
    return _withdraw(request, "status", "status-application")


def _withdraw(request: HttpRequest, purpose: str, back: str) -> HttpResponse:
    entered = links.entered(request, purpose)
    if entered is None:
        return _closed(request, purpose)
    link_id, subject = entered
    application = Application.objects.select_related("institution").filter(pk=subject).first()
    if application is None:
        return _closed(request, purpose)
    show_as(request, application.institution)
    if purpose == "status":
        # The page tells of all that the person has: a renewal beside the certificate it was opened for.
        running = (each for each in beside.of_person(application) if withdrawal.can_withdraw(each))
        application = next(running, application)
    if application.status == Status.REJECTED:
        # A second click: it is done.
        return done(application)
    if not links.usable(link_id).exists():
        return _closed(request, purpose)
    if request.method == "POST":
        try:
            withdrawal.withdraw(application.pk)
        except lifecycle.NotPossible:
            return redirect(back)
        return done(application)
    if not withdrawal.can_withdraw(application):
        return redirect(back)
    return render(request, "enrollment/withdraw.html", {"application": application, "back": back})


def done(application: Application) -> HttpResponse:
    """To the page that says so; of the person the address tells only whether a certificate goes on."""
    return redirect(f"{reverse('withdrawn')}?{GOES_ON}" if withdrawal.goes_on(application) else "withdrawn")


def _closed(request: HttpRequest, purpose: str) -> HttpResponse:
    return render(request, "enrollment/session-closed.html", {"purpose": purpose}, status=403)


@login_not_required
@require_GET
def withdrawn(request: HttpRequest) -> HttpResponse:
    """That it was done; nothing of the person stands here."""
    return render(request, "enrollment/withdrawn.html", {"goes_on": GOES_ON in request.GET})
