"""The status page: an application's timeline, a fresh link when it is the holder's turn, the way to the certificate."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from enrollment import actions, beside, channels, comparisons, lifecycle, status, withdrawal
from enrollment.branding import of_host, show_as
from enrollment.holders import profile
from enrollment.holders.access import holders_only
from enrollment.models import Application, Holder, Institution, Status
from enrollment.wizard import steps
from passphrase import authority
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
    """Where this browser had a link open, the page is that of its institution."""
    entered = links.entered(request, "status")
    show_as(request, Institution.objects.filter(applications=entered[1]).first() if entered else of_host(request))
    return render(request, "enrollment/session-closed.html", {"purpose": "status"}, status=403)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Where the application stands; without an opened link, the way to ask for one."""
    application = application_of(request)
    if application is None:
        return _closed(request)
    everything = beside.of_person(application)
    if application.status in comparisons.ENDED:
        # The link outlives what it was sent for: a new certificate may have taken the old one's place since.
        application = beside.foremost(everything) or application
    waiting = beside.with_turn([application, *everything], LINKS)
    context = {
        **_told(application, everything),
        "can_withdraw": any(withdrawal.can_withdraw(each) for each in everything),
        "can_check_passphrase": application.status in WITH_KEY and authority.current().holds_keys,
        "send_label": send_label(waiting),
        "send_for": waiting.receipt if waiting else "",
    }
    return render(request, "status/application.html", context)


def _told(application: Application, everything: list[Application]) -> dict[str, Any]:
    """What both pages tell: the timeline, whether there is a certificate, what is to be put right, what runs beside."""
    # Asked for corrections, a person is back in the draft: in no other state is one open.
    to_correct = steps.open_corrections(application) if lifecycle.state_of(application) == lifecycle.DRAFT else []
    return status.page_of(application) | {
        "corrections": [{"label": steps.label_of(c.field, application), "reason": c.reason} for c in to_correct],
        "certified": application.status in comparisons.CERTIFIED,
        "others": beside.told(beside.others(application, everything)),
    }


def send_label(application: Application | None) -> str:
    """What the button says that sends this one's link; nothing where it is nobody's turn."""
    if application is None:
        return ""
    purpose, label = LINKS.get(lifecycle.state_of(application), ("", ""))
    if not purpose or not actions.can_resend(application, purpose):
        return ""
    return BY_WHATSAPP if purpose == "passphrase" and channels.passphrase_by_whatsapp(application) else label


@login_not_required
@require_POST
def send_link(request: HttpRequest) -> HttpResponse:
    """Mail the link that the holder's turn needs, to the application's own mailbox."""
    application = application_of(request)
    if application is None:
        return _closed(request)
    by_whatsapp = False
    if waiting := beside.with_turn([application, *beside.of_person(application)], LINKS):
        purpose, _ = LINKS[lifecycle.state_of(waiting)]
        RESENDS.count(str(application.pk))
        actions.send_link_again(waiting, purpose, by=waiting)
        by_whatsapp = purpose == "passphrase" and channels.passphrase_by_whatsapp(waiting)
    return render(request, "enrollment/link-resent.html", {"by_whatsapp": by_whatsapp})


@login_not_required
@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """The certificate as PEM, where people have kept this address: the same file as on its own page."""
    if application_of(request) is None:
        return _closed(request)
    return redirect("certificate-pem")


@holders_only
@require_safe
def own_page(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The same timeline for somebody who has signed in, without asking for a link."""
    everything = profile.applications_of(holder)
    application = beside.foremost(everything)
    if application is None:
        return redirect("account")
    return render(request, "holders/timeline.html", _told(application, everything))


@holders_only
@require_safe
def own_certificate(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The same, for somebody who has signed in."""
    return redirect("certificate-pem")
