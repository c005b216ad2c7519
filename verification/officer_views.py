"""A new officer's first steps: the mailed link, then password and authenticator."""

import base64
from uuid import UUID

import segno
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from tte_portal import links
from tte_portal.links import LinkClosed
from tte_portal.models import Account
from tte_portal.throttles import Throttle, client_address
from verification import officers
from verification.officer_forms import ActivationForm

WRONG_LINKS = Throttle("wrong-links", limit=30, seconds=600)
WRONG_CODES = Throttle("staff-activation", limit=20, seconds=600)
LEAD = "Tekan Lanjutkan untuk memilih kata sandi dan memasang autentikator."


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD look nothing up and change nothing: mail scanners follow links."""
    if request.method != "POST":
        return render(request, "enrollment/link.html", {"heading": "Siapkan akun petugas", "lead": LEAD})
    response = redirect("officer-activation")
    try:
        links.enter(response, officers.PURPOSE, token)
    except LinkClosed as closed:
        WRONG_LINKS.count(client_address(request))
        return _closed(request, closed.reason)
    return response


def _closed(request: HttpRequest, reason: str) -> HttpResponse:
    status = 404 if reason == "unknown" else 410
    return render(request, "verification/officer-link-closed.html", {"reason": reason}, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: HttpRequest) -> HttpResponse:
    """Choose a password, scan the code, confirm it; then the officer is in."""
    entered = links.entered(request, officers.PURPOSE)
    if entered is None:
        return _closed(request, "unknown")
    link_id, subject = entered
    account = officers.account_of(subject)
    if account is None or not links.usable(link_id).exists():
        return _closed(request, "used")
    form = ActivationForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        WRONG_CODES.count(str(account.pk))
        if response := _finish(request, form, account, link_id):
            return response
    device = officers.pending_device(account)
    context = {"form": form, "account": account, "device": device, "qr": _qr(device), "key": _key(device)}
    return render(request, "verification/officer-activation.html", context, status=422 if form.errors else 200)


def _finish(request: HttpRequest, form: ActivationForm, account: Account, link_id: UUID) -> HttpResponse | None:
    answers = form.cleaned_data
    try:
        device = officers.activate(account, link_id, password=answers["password"], code=answers["code"])
    except officers.WrongCode:
        form.add_error("code", "Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu isi lagi.")
        return None
    except officers.AlreadyDone:
        return _closed(request, "used")
    # Both factors were proven just now; the code cannot be used a second time, so asking again would only annoy.
    account.otp_device = device  # type: ignore[attr-defined]
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    response = redirect("admin:index")
    links.leave(response, officers.PURPOSE)
    return response


def _qr(device: TOTPDevice) -> SafeString:
    drawn = segno.make(device.config_url, error="m").svg_inline(scale=5, border=4, light="#fff", title="Kode QR")
    return mark_safe(drawn.replace("<svg ", '<svg role="img" aria-label="Kode QR untuk autentikator" ', 1))  # noqa: S308


def _key(device: TOTPDevice) -> str:
    """The secret as people type it: base32 in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
