"""/akun/sertifikat/cabut/, …/tangguhkan/, …/aktifkan-lagi/: what it means, why, and once more who asks."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from passphrase import revocation, suspension
from passphrase.holder import ending, pause, proof
from passphrase.holder.ending import Ending
from passphrase.holder.ending_forms import BOTH, OLD, EndingForm, RevokeForm
from passphrase.holder.pause import Two
from passphrase.holder.proof import Acting
from passphrase.life_emails import ACTS
from tte_portal.links import LinkClosed, leave

View = Callable[[HttpRequest], HttpResponse]
FORMS: dict[str, type[EndingForm]] = {"cabut": RevokeForm, "tangguhkan": EndingForm, "aktifkan": EndingForm}
REPLACED = "Sertifikat lama baru saja diganti dengan yang baru, jadi tidak ada lagi yang perlu dicabut."


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
    two = pause.two(acting.application)
    if two is None and request.POST.get("which") == OLD:
        # The pause has ended while the page was read: nobody is to lose the other one by that.
        messages.success(request, REPLACED)
        return redirect("certificate")
    ways = [] if acting.is_proven else proof.ways(request, acting, what.slug)
    typed = request.POST if request.method == "POST" else None
    form = FORMS[what.slug](typed, ways=ways, initial=_initial(request, acting, two), two=two)
    if request.method != "POST" or not form.is_valid():
        return _page(request, acting, what, form, two)
    meant = what.meant(two, str(form.cleaned_data.get("which", ""))) if two else [acting.application]
    if not acting.is_proven and form.how_chosen == proof.LINK:
        return _link_sent(request, acting, what, form, meant)
    if not acting.is_proven and not proof.holds(form, acting, _keyed_as_well(acting, two)):
        return _page(request, acting, what, form, two)
    how = proof.LINK if acting.is_proven else form.how_chosen
    return _carried_out(request, acting, what, meant, str(form.cleaned_data.get("reason", "")), how)


def _initial(request: HttpRequest, acting: Acting, two: Two | None) -> dict[str, str]:
    """What a link was asked for with; a link for the old one alone is about that one."""
    which = OLD if two and acting.is_proven and acting.application.pk == two.old.pk else BOTH
    return {"reason": request.GET.get("alasan", ""), "which": request.GET.get("sertifikat", which)}


def _keyed_as_well(acting: Acting, two: Two | None) -> list[Application]:
    return [each for each in two.each if each.pk != acting.application.pk] if two else []


def _link_sent(
    request: HttpRequest, acting: Acting, what: Ending, form: EndingForm, meant: list[Application]
) -> HttpResponse:
    """The link is one for the certificate that was chosen: the choice may have ended when it is used."""
    about = meant[0] if len(meant) == 1 else acting.application
    chosen = {name: str(form.cleaned_data.get(name, "")) for name in ("reason", "which")}
    proof.send_link(about, what.slug, **chosen)
    context = {"application": about, "act": ACTS[what.slug]}
    return render(request, "certificate/proof-sent.html", context)


def _carried_out(
    request: HttpRequest, acting: Acting, what: Ending, meant: list[Application], reason: str, how: str
) -> HttpResponse:
    two = pause.two(acting.application)
    try:
        done = ending.carry_out(what, acting, meant, reason, how)
    except (LinkClosed, NotPossible, NotAllowed):
        # Another tab was first, or an officer: the page tells what holds now.
        done = False
    response = _told(request, meant[-1], what, done=done, two=two)
    leave(response, proof.PURPOSES[what.slug])
    return response


def _page(request: HttpRequest, acting: Acting, what: Ending, form: EndingForm, two: Two | None) -> HttpResponse:
    application = acting.application
    context: dict[str, Any] = {
        "application": application,
        "certificate": application.certificates.order_by("-pk").first() if two is None else None,
        "two": two,
        "form": form,
        "proven": acting.is_proven,
        "only_link": form.ways == [proof.LINK],
        "visitor": acting.visitor,
        "can_suspend": ending.can_suspend(application),
    }
    return render(request, what.template, context, status=422 if form.errors else 200)


def _told(
    request: HttpRequest, application: Application, what: Ending, *, done: bool, status: int = 200,
    two: Two | None = None,
) -> HttpResponse:  # fmt: skip
    """What holds now: it was done, it was so before, or it does not fit. ``two``: the pair as it was before."""
    application.refresh_from_db()
    certificate = application.certificates.order_by("-pk").first()
    context = {
        "application": application,
        "certificate": certificate,
        "held_before": certificate is not None and revocation.held_before(application, certificate),
        "reason": revocation.words_of(certificate.revocation_reason) if certificate else "",
        "suspended_for": suspension.reason_of(application) if suspension.is_by_officer(application) else "",
        "act": ACTS[what.slug],
        "slug": what.slug,
        "done": done,
        "already": not done and what.is_done(application),
        "two": two,
        **_of_two(two),
    }
    return render(request, "certificate/ended.html", context, status=status)


def _of_two(two: Two | None) -> dict[str, Any]:
    """Which of them there is still: the one that goes on has to be named, and how to end it too."""
    if two is None:
        return {}
    for each in two.each:
        each.refresh_from_db()
    living = [each for each in two.each if each.status in WITH_CERTIFICATE]
    left = living[0] if len(living) == 1 else None
    return {"left": left, "left_is_old": left is not None and left.pk == two.old.pk, "ended_both": not living}
