"""The mailed links: a page that shows only a button, the POST that opens, and the page for a closed link."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from enrollment import actions, channels, comparisons
from enrollment.branding import show_as
from enrollment.models import Application
from enrollment.wizard import steps
from tte_portal import links
from tte_portal.links import LinkClosed
from tte_portal.throttles import Throttle, client_address

WRONG = Throttle("wrong-links", limit=30, seconds=600)
RESENDS = Throttle("link-resends", limit=5, seconds=3600)


@dataclass(frozen=True)
class Opening:
    """What the page of one kind of link says, and where it leads."""

    heading: str
    lead: str
    leads_to: str


OPENINGS = {
    "activation": Opening(
        "Aktivasi Akun",
        "Tekan Lanjutkan untuk mulai atau meneruskan pengajuan sertifikat elektronik Anda.",
        "wizard-tasks",
    ),
    "passphrase": Opening(
        "Buat Passphrase",
        "Tekan Lanjutkan untuk membuat passphrase sertifikat elektronik Anda. Lakukan sendiri, tanpa diwakilkan.",
        "passphrase",
    ),
    "status": Opening(
        "Buka halaman Anda",
        "Lanjutkan membuka status pengajuan Anda, atau sertifikat Anda bila sudah terbit. Tekan di perangkat yang akan "
        "Anda pakai: tautan ini terbuka satu kali, di satu peramban saja.",
        "status-application",
    ),
}


@method_decorator(login_not_required, name="dispatch")
class LinkView(View):
    """One kind of link. GET and HEAD look nothing up and change nothing: mail scanners follow links."""

    purpose = ""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        opening = OPENINGS[self.purpose]
        return render(request, "enrollment/link.html", {"heading": opening.heading, "lead": opening.lead})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        response = redirect(OPENINGS[self.purpose].leads_to)
        before = links.entered(request, self.purpose)
        try:
            link = links.enter(response, self.purpose, token, before=before)
        except LinkClosed as closed:
            WRONG.count(client_address(request))
            return _closed(request, self.purpose, token, closed)
        if before is not None and before[1] != link.subject:
            # Two people at one browser: what a page of the first still sends must not be written down for the second.
            rotate_token(request)
        if self.purpose == "activation" and (address := _first_correction(link.subject)):
            response.headers["Location"] = address
        if self.purpose == "status" and _is_certified(link.subject):
            # The way there is over: the certificate itself is what there is to see.
            response.headers["Location"] = reverse("certificate")
        return response


def _is_certified(subject: UUID) -> bool:
    return Application.objects.filter(pk=subject, status__in=comparisons.CERTIFIED).exists()


def _first_correction(subject: Any) -> str | None:
    """Where the first thing to put right is typed."""
    application = Application.objects.filter(pk=subject).first()
    asked = steps.open_corrections(application) if application else []
    return steps.step_with(asked[0].field, application).url_of(asked[0].field) if asked else None


def _closed(request: HttpRequest, purpose: str, token: str, closed: LinkClosed) -> HttpResponse:
    application = actions.application_of(closed.link) if closed.link else None
    show_as(request, application.institution if application else None)
    context = {
        "reason": closed.reason,
        "purpose": purpose,
        "can_resend": application is not None and actions.can_resend(application, purpose),
        "resend_url": reverse("link-resend", args=[purpose]),
        "by_whatsapp": _by_whatsapp(application, purpose),
        "token": token,
    }
    return render(request, "enrollment/link-closed.html", context, status=410 if closed.link else 404)


@login_not_required
@require_POST
def resend(request: HttpRequest, purpose: str) -> HttpResponse:
    """Send a fresh link to the mailbox the closed one went to; whoever holds the old one learns nothing else."""
    if purpose not in OPENINGS:
        raise Http404
    try:
        found = links.find(purpose, request.POST.get("token", ""))
    except LinkClosed as closed:
        if closed.link is None:
            WRONG.count(client_address(request))
            return _closed(request, purpose, "", closed)
        found = closed.link
    application = actions.application_of(found)
    if application is not None:
        RESENDS.count(str(application.pk))
        actions.send_link_again(application, purpose, by=application)
        show_as(request, application.institution)
    return render(request, "enrollment/link-resent.html", {"by_whatsapp": _by_whatsapp(application, purpose)})


def _by_whatsapp(application: Application | None, purpose: str) -> bool:
    return application is not None and purpose == "passphrase" and channels.passphrase_by_whatsapp(application)
