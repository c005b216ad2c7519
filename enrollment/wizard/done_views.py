"""The receipt: what was handed in, and what happens with it now."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrollment import elsewhere, lifecycle, status, terms
from enrollment.branding import show_as
from enrollment.emails import subject_of
from enrollment.models import Application, Status, StatusPeriod
from enrollment.wizard.gate import closed, submitted
from tte_portal import links

# How often a browser without JavaScript looks again while the registries are asked.
AGAIN_SECONDS = 5


@login_not_required
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Shown again on every visit until the browser's cookie ends."""
    entered = links.entered(request, "activation")
    application = submitted(entered[1]) if entered else None
    if application is None:
        return closed(request)
    show_as(request, application.institution)
    asked = terms.of(application)
    context = {
        "application": application,
        "submitted_at": application.submitted_at,
        "usual": status.usual_text(application),
        "outcome": outcome_of(application),
        "by_whatsapp": asked.passphrase.channel == "whatsapp" and not elsewhere.at_bsre(),
        "account_subject": subject_of(application, "account"),
        "passphrase_subject": subject_of(application, "set_passphrase"),
        "by_hand": asked.certificate.issuer == "by-hand" and not elsewhere.at_bsre(),
        "at_bsre": elsewhere.at_bsre(),
        "again_seconds": AGAIN_SECONDS,
    }
    return render(request, "wizard/done.html", context)


def outcome_of(application: Application) -> str:
    """What the automatic verification came to: "asking", "agreed", "referred"; "" where a verifier was to look."""
    state = lifecycle.state_of(application)
    if state == lifecycle.MATCHING:
        return "asking"
    if application.referral:
        return "referred"
    if terms.of(application).wizard.check != "automatic" or application.status == Status.NEW:
        return ""
    status_of, turn = lifecycle.MATCHING
    matched = StatusPeriod.objects.filter(application=application, status=status_of, waiting_for=turn)
    return "agreed" if matched.exists() and application.status != Status.REJECTED else ""
