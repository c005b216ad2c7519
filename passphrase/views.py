"""The passphrase page and its success page."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import consents, lifecycle, terms
from enrollment.holders import access
from enrollment.models import Application, Status
from passphrase import actions, agreement, pages, score
from passphrase.entrance import MADE, Entered, closed, on_the_way
from passphrase.entrance import entered as entered_by
from passphrase.forms import SetPassphraseForm
from passphrase.rule import strength_of
from passphrase.way_views import context_of
from tte_portal import links
from tte_portal.throttles import Throttle

# Judging a passphrase takes a processor a while, making a key of it longer.
SENDS = Throttle("set-passphrase", limit=60, seconds=3600)
SECRETS = ("passphrase", "confirmation")


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@on_the_way(pages.PASSPHRASE)
def set_passphrase(request: HttpRequest, entered: Entered) -> HttpResponse:
    """The form of the opened passphrase link; making the key ends the link."""
    application = entered.application
    if request.method == "POST":
        SENDS.count(str(application.pk))
    form = SetPassphraseForm(application, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(application, entered.link_id, form)
    rule = form.rule
    context = context_of(
        application,
        pages.PASSPHRASE,
        form=form,
        rule=rule,
        strength=strength_of(rule),
        score=None if form.score is None else score.told(form.score),
        agreement=consents.find(rule.agreement),
        seconds_left=agreement.seconds_left(application) if agreement.must_be_opened(rule) else None,
    )
    return render(request, "passphrase/set.html", context)


@sensitive_variables("form")
def _made(application: Application, link_id: UUID, form: SetPassphraseForm) -> HttpResponse:
    try:
        actions.set_passphrase(application.pk, link_id, form.cleaned_data["passphrase"], by=application)
    except (links.LinkClosed, lifecycle.NotPossible):
        # Another tab was first, or the link was replaced: the page itself tells which.
        return redirect("passphrase")
    return redirect("passphrase-done")


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    found = entered_by(request, "passphrase")
    if found is None or found.application.status not in MADE:
        return closed(request)
    application = found.application
    context = {
        "application": application,
        "by_hand": terms.of(application).certificate.issuer == "by-hand",
        "place": _place(application),
        # Until the new certificate is issued, that page tries the passphrase of the one before it.
        "can_try": application.predecessor_id is None or application.status != Status.ENROLL,
        "with_account": access.holder_of(request) is not None,
    }
    return render(request, "passphrase/done.html", context)


def _place(application: Application) -> str:
    """Where in the list of what follows it stands now: somebody comes back to this page an hour later."""
    if lifecycle.state_of(application) == lifecycle.APPROVAL:
        return "approval"
    return {Status.ISSUE: "pause", Status.ACTIVE: "active"}.get(Status(application.status), "issue")


@login_not_required
def check(request: HttpRequest) -> HttpResponse:
    """The address that the page to try a passphrase has had, as mails and people kept it."""
    return redirect("certificate-try")
