"""/akun/sertifikat/cabut/, …/tangguhkan/, …/aktifkan-lagi/: what it means, why, and once more who asks."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from passphrase import revocation, suspension
from passphrase.holder import ending, proof
from passphrase.holder.ending import Ending
from passphrase.holder.proof import Acting, ProofForm
from passphrase.life_emails import ACTS
from tte_portal.links import LinkClosed, leave

View = Callable[[HttpRequest], HttpResponse]


class EndingForm(ProofForm):
    """The proof alone."""


class RevokeForm(ProofForm):
    """Why, in plain words, and the proof."""

    field_order = ["reason"]
    reason = forms.ChoiceField(
        label="Mengapa dicabut?", widget=forms.RadioSelect,
        choices=[(each.code, each.words) for each in revocation.OF_HOLDER],
        error_messages={"required": "Pilih satu alasan."},
    )  # fmt: skip


FORMS: dict[str, type[ProofForm]] = {"cabut": RevokeForm, "tangguhkan": EndingForm, "aktifkan": EndingForm}


def _view(slug: str) -> View:
    @login_not_required
    @sensitive_post_parameters("passphrase", "code")
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        what = ending.ENDINGS[slug]
        acting = proof.acting_of(request, slug, what.fits)
        if acting is None:
            return redirect("certificate-sign-in")
        return _answer(request, acting, what)

    return view


revoke, suspend, resume = _view("cabut"), _view("tangguhkan"), _view("aktifkan")


@sensitive_variables("form")
def _answer(request: HttpRequest, acting: Acting, what: Ending) -> HttpResponse:
    if not what.fits(acting.application):
        return _told(request, acting.application, what, done=False, status=409 if request.method == "POST" else 200)
    ways = [] if acting.is_proven else proof.ways(request, acting, what.slug)
    typed = request.POST if request.method == "POST" else None
    initial = {"reason": request.GET.get("alasan", "")}
    form = FORMS[what.slug](typed, ways=ways, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, acting, what, form)
    reason = str(form.cleaned_data.get("reason", ""))
    if not acting.is_proven and form.how_chosen == proof.LINK:
        proof.send_link(acting, what.slug, reason)
        context = {"application": acting.application, "act": ACTS[what.slug]}
        return render(request, "certificate/proof-sent.html", context)
    if not acting.is_proven and not proof.holds(form, acting):
        return _page(request, acting, what, form)
    how = proof.LINK if acting.is_proven else form.how_chosen
    return _carried_out(request, acting, what, reason, how)


def _carried_out(request: HttpRequest, acting: Acting, what: Ending, reason: str, how: str) -> HttpResponse:
    try:
        done = ending.carry_out(what, acting, reason, how)
    except (LinkClosed, NotPossible, NotAllowed):
        # Another tab was first, or an officer: the page tells what holds now.
        done = False
    response = _told(request, acting.application, what, done=done)
    leave(response, proof.PURPOSES[what.slug])
    return response


def _page(request: HttpRequest, acting: Acting, what: Ending, form: ProofForm) -> HttpResponse:
    context: dict[str, Any] = {
        "application": acting.application,
        "certificate": acting.application.certificates.order_by("-pk").first(),
        "form": form,
        "proven": acting.is_proven,
        "only_link": form.ways == [proof.LINK],
        "visitor": acting.visitor,
    }
    return render(request, what.template, context, status=422 if form.errors else 200)


def _told(
    request: HttpRequest, application: Application, what: Ending, *, done: bool, status: int = 200
) -> HttpResponse:
    """What holds now: it was done, it was so before, or it does not fit."""
    application.refresh_from_db()
    certificate = application.certificates.order_by("-pk").first()
    context = {
        "application": application,
        "certificate": certificate,
        "reason": revocation.words_of(certificate.revocation_reason) if certificate else "",
        "suspended_for": suspension.reason_of(application) if suspension.is_by_officer(application) else "",
        "act": ACTS[what.slug],
        "slug": what.slug,
        "done": done,
        "already": not done and what.is_done(application),
    }
    return render(request, "certificate/ended.html", context, status=status)
