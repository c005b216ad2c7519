"""The mailed links to an account and to a proven mailbox: GET shows a button, the POST opens."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from enrollment.branding import show_as
from enrollment.holders import access, accounts, mailbox, qr, recovery
from enrollment.holders.forms import AuthenticatorForm, ForgottenPasswordForm
from enrollment.models import Holder
from tte_portal import links
from tte_portal.links import LinkClosed
from tte_portal.passwords import PasswordForm
from tte_portal.throttles import Throttle, client_address

WRONG_LINKS = Throttle("wrong-links", limit=30, seconds=600)
WRONG_CODES = Throttle("account-codes", limit=20, seconds=600)
OPENING = {"heading": "Siapkan akun Anda", "lead": "Tekan Lanjutkan untuk memilih kata sandi akun Anda."}
PROVING = {
    "heading": "Aktivasi Email Dinas",
    "lead": "Tekan Lanjutkan untuk membuktikan bahwa surel dinas ini milik Anda.",
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD look nothing up and change nothing: mail scanners follow links."""
    if request.method != "POST":
        return render(request, "enrollment/link.html", OPENING)
    response = redirect("account-choose-password")
    try:
        links.enter(response, accounts.PURPOSE, token)
    except LinkClosed as closed:
        WRONG_LINKS.count(client_address(request))
        return _closed(request, closed.reason)
    return response


def _closed(request: HttpRequest, reason: str, purpose: str = accounts.PURPOSE) -> HttpResponse:
    context = {"reason": reason, "purpose": purpose}
    return render(request, "holders/link-closed.html", context, status=404 if reason == "unknown" else 410)


def _opened(request: HttpRequest) -> tuple[Holder, UUID] | None:
    """The holder whose account link this browser has opened, and the link, while work in it may go on."""
    entered = links.entered(request, accounts.PURPOSE)
    if entered is None or not links.usable(entered[0]).exists():
        return None
    holder = accounts.holder_of_link(entered[1])
    if holder is None:
        return None
    show_as(request, holder.institution)
    return holder, entered[0]


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """The first page: a password; where the authenticator stands already, its code proves who is asking."""
    opened = _opened(request)
    if opened is None:
        return _closed(request, "used")
    holder, link_id = opened
    known = accounts.device_of(holder.account) is not None
    form = (ForgottenPasswordForm if known else PasswordForm)(request.POST or None, account=holder.account)
    if request.method == "POST" and form.is_valid():
        WRONG_CODES.count(str(holder.pk))
        try:
            if not known:
                accounts.choose_first_password(holder, link_id, form.cleaned_data["password"])
                return redirect("account-authenticator")
            answers = form.cleaned_data
            device = accounts.choose_new_password(holder, link_id, answers["password"], answers["code"])
        except accounts.AlreadyDone:
            return _closed(request, "used")
        except accounts.WrongCode:
            form.add_error("code", recovery.why_not(holder.account, form.cleaned_data["code"]))
        else:
            access.enter(request, holder.account, device)
            return _left(redirect("account"))
    context = {"form": form, "holder": holder, "known": known}
    return render(request, "holders/choose-password.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """The second page: scan, confirm; the recovery codes are in its answer and nowhere else."""
    opened = _opened(request)
    if opened is None:
        return _closed(request, "used")
    holder, link_id = opened
    if not holder.account.has_usable_password() or accounts.device_of(holder.account):
        return redirect("account-choose-password")
    form = AuthenticatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        WRONG_CODES.count(str(holder.pk))
        try:
            device, codes = accounts.confirm_authenticator(holder, link_id, form.cleaned_data["code"])
        except accounts.AlreadyDone:
            return _closed(request, "used")
        except accounts.WrongCode:
            form.add_error("code", "Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu isi lagi.")
        else:
            access.enter(request, holder.account, device)
            return _left(render(request, "holders/recovery-codes-shown.html", {"codes": codes, "first": True}))
    context = {"form": form, "holder": holder, **qr.context(accounts.pending_device(holder.account))}
    return render(request, "holders/authenticator.html", context, status=422 if form.errors else 200)


def _left(response: HttpResponse) -> HttpResponse:
    links.leave(response, accounts.PURPOSE)
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove_mailbox(request: HttpRequest, token: str) -> HttpResponse:
    """The link in "Aktivasi Email Dinas": its POST proves the mailbox, whoever is signed in."""
    if request.method != "POST":
        return render(request, "enrollment/link.html", PROVING)
    try:
        link = links.find(mailbox.PURPOSE, token)
        holder = mailbox.prove(link.subject, link.pk)
    except LinkClosed as closed:
        WRONG_LINKS.count(client_address(request))
        return _closed(request, closed.reason, mailbox.PURPOSE)
    except (mailbox.NotOwn, Holder.DoesNotExist):
        return _closed(request, "not-own", mailbox.PURPOSE)
    return redirect("account-mailbox-proven") if holder else _closed(request, "used", mailbox.PURPOSE)


@login_not_required
@require_safe
def mailbox_proven(request: HttpRequest) -> HttpResponse:
    return render(request, "holders/mailbox-proven.html")
