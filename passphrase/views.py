"""The passphrase page, its agreement, its success page, and the page to check whether one still knows it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import consents, lifecycle, terms
from enrollment.branding import show_as
from enrollment.models import Application, Status
from passphrase import actions, custody
from passphrase.forms import CheckPassphraseForm, SetPassphraseForm
from tte_portal import links

SECRETS = ("passphrase", "confirmation")
# From these on the passphrase has been made: a second click or tab sees the success page.
MADE = (Status.ENROLL, Status.ISSUE, Status.ACTIVE)


@login_not_required
@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
def set_passphrase(request: HttpRequest) -> HttpResponse:
    """The form of the opened passphrase link; making the key ends the link."""
    entered = _entered(request, "passphrase")
    if entered is None:
        return _closed(request)
    application = entered.application
    if application.status in MADE:
        return redirect("passphrase-done")
    if lifecycle.state_of(application) != lifecycle.PASSPHRASE or not entered.usable:
        return _closed(request)
    form = SetPassphraseForm(application, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(application, entered.link_id, form)
    agreement = consents.find(form.rule.agreement)
    context = {"form": form, "rule": _rule_sentence(form), "agreement": agreement}
    return render(request, "passphrase/set.html", context)


@sensitive_variables("form")
def _made(application: Application, link_id: UUID, form: SetPassphraseForm) -> HttpResponse:
    try:
        actions.set_passphrase(application.pk, link_id, form.cleaned_data["passphrase"], by=application)
    except (links.LinkClosed, lifecycle.NotPossible):
        # Another tab was first, or the link was replaced: the page itself tells which.
        return redirect("passphrase")
    return redirect("passphrase-done")


def _rule_sentence(form: SetPassphraseForm) -> str:
    return f"Minimal {form.rule.minimum_length} karakter. {form.rule.message}"


@login_not_required
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement as a page of its own, in the version of the procedure of the opened link."""
    entered = _entered(request, "passphrase")
    if entered is None:
        return _closed(request)
    kind = terms.of(entered.application).passphrase.agreement
    return render(request, "passphrase/agreement.html", {"agreement": consents.find(kind)})


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    entered = _entered(request, "passphrase")
    if entered is None or entered.application.status not in MADE:
        return _closed(request)
    return render(request, "passphrase/done.html", {"application": entered.application})


@login_not_required
@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Whether a passphrase opens the person's key. Only their own status link leads here, so only they can lock it."""
    entered = _entered(request, "status")
    if entered is None or not entered.usable:
        return _closed(request)
    if entered.application.status not in MADE:
        return redirect("status-application")
    form = CheckPassphraseForm(request.POST or None)
    found: dict[str, Any] = {"result": None, "tries_left": None}
    if request.method == "POST" and form.is_valid():
        found = _try(entered.application.pk, form.cleaned_data["passphrase"])
    return render(request, "passphrase/check.html", {"form": form, **found})


@sensitive_variables("passphrase")
def _try(application_id: UUID, passphrase: str) -> dict[str, Any]:
    try:
        custody.open_key(application_id, passphrase)
    except custody.WrongPassphrase as wrong:
        result = "wrong" if wrong.tries_left else "locked"
        return {"result": result, "tries_left": wrong.tries_left}
    except custody.Locked:
        return {"result": "locked", "tries_left": 0}
    return {"result": "right", "tries_left": None}


@dataclass(frozen=True)
class Entered:
    """The link this browser has opened, its application, and whether work in it may go on."""

    link_id: UUID
    application: Application
    usable: bool


def _entered(request: HttpRequest, purpose: str) -> Entered | None:
    """What the browser's cookie stands for, in one query."""
    opened = links.entered(request, purpose)
    if opened is None:
        return None
    link_id, subject = opened
    rows = Application.objects.select_related("institution").annotate(link_usable=Exists(links.usable(link_id)))
    application = rows.filter(pk=subject).first()
    if application is None:
        return None
    show_as(request, application.institution)
    return Entered(link_id, application, application.link_usable)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "enrollment/session-closed.html", status=403)
