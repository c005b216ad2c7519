"""The status page: the timeline of an application, a fresh link when it is the holder's turn, the certificate."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from enrollment import actions, channels, lifecycle, status, withdrawal
from enrollment.branding import show_as
from enrollment.holders import profile
from enrollment.holders.access import holders_only
from enrollment.models import Application, Holder, Status
from enrollment.wizard import steps
from passphrase.models import Certificate
from tte_portal import links
from tte_portal.prepared import Prepared
from tte_portal.throttles import Throttle

WITH_KEY = (Status.ENROLL, Status.ISSUE, Status.ACTIVE, Status.SUSPENDED)
# Whose turn it is to open a link, and which.
LINKS = {
    lifecycle.DRAFT: ("activation", "Kirim tautan pengisian ke surel saya"),
    lifecycle.PASSPHRASE: ("passphrase", "Kirim tautan passphrase ke surel saya"),
}
BY_WHATSAPP = "Kirim tautan passphrase ke WhatsApp saya"
RESENDS = Throttle("link-resends", limit=5, seconds=3600)


_OPENED = Prepared(
    2,
    lambda subject, link_id: Application.objects.filter(pk=subject, pk__in=links.usable(link_id).values("subject")),
    "institution",
)


def application_of(request: HttpRequest) -> Application | None:
    """The application whose status link this browser has opened."""
    entered = links.entered(request, "status")
    if entered is None:
        return None
    link_id, subject = entered
    found = _OPENED.first(subject, link_id)
    if found is not None:
        show_as(request, found.institution)
    return found


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "enrollment/session-closed.html", {"purpose": "status"}, status=403)


def certificate_of(application: Application) -> Certificate | None:
    return Certificate.objects.filter(application=application).order_by("-pk").first()


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Where the application stands; without an opened link, the way to ask for one."""
    application = application_of(request)
    if application is None:
        return _closed(request)
    # Asked for corrections, a person is back in the draft: in no other state is one open.
    to_correct = steps.open_corrections(application) if lifecycle.state_of(application) == lifecycle.DRAFT else []
    asked = [{"label": steps.label_of(each.field, application), "reason": each.reason} for each in to_correct]
    context = {
        "corrections": asked,
        "certificate": certificate_of(application) if application.status in WITH_KEY else None,
        "can_withdraw": withdrawal.can_withdraw(application),
        "can_check_passphrase": application.status in WITH_KEY,
        "send_label": _send_label(application),
    }
    return render(request, "status/application.html", status.page_of(application) | context)


def _send_label(application: Application) -> str:
    purpose, label = LINKS.get(lifecycle.state_of(application), ("", ""))
    return BY_WHATSAPP if purpose == "passphrase" and channels.passphrase_by_whatsapp(application) else label


@login_not_required
@require_POST
def send_link(request: HttpRequest) -> HttpResponse:
    """Mail the link that the holder's turn needs, to the application's own mailbox."""
    application = application_of(request)
    if application is None:
        return _closed(request)
    purpose, _ = LINKS.get(lifecycle.state_of(application), ("", ""))
    if purpose:
        RESENDS.count(str(application.pk))
        actions.send_link_again(application, purpose, by=application)
    by_whatsapp = purpose == "passphrase" and channels.passphrase_by_whatsapp(application)
    return render(request, "enrollment/link-resent.html", {"by_whatsapp": by_whatsapp})


@login_not_required
@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """The holder's certificate with its chain, as PEM. It holds nothing that must be kept secret."""
    application = application_of(request)
    if application is None:
        return _closed(request)
    return as_file(application)


@holders_only
@require_safe
def own_certificate(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The same file for somebody who has signed in."""
    application = profile.application_of(holder)
    if application is None or application.status not in WITH_KEY:
        raise Http404
    return as_file(application)


def as_file(application: Application) -> HttpResponse:
    """To be saved. Raises ``Http404`` before there is a certificate."""
    found = certificate_of(application)
    if found is None:
        raise Http404
    response = HttpResponse(found.pem + found.chain, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="sertifikat-{application.receipt}.pem"'
    return response
