"""Password, authenticator and recovery codes of somebody who is signed in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from enrollment.holders import access, accounts, qr, recovery
from enrollment.holders.access import holders_only
from enrollment.holders.forms import ChangePasswordForm, NewAuthenticatorForm, ProofForm
from enrollment.models import Holder
from tte_portal.throttles import Throttle

TRIES = Throttle("account-proofs", limit=20, seconds=600)


def _signed_in_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Whoever came by the provider has neither password nor authenticator here."""
    return redirect("account") if request.session.get(access.BY_PROVIDER) else None


@sensitive_post_parameters()
@holders_only
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest, holder: Holder) -> HttpResponse:
    if elsewhere := _signed_in_elsewhere(request):
        return elsewhere
    if request.method == "POST":
        TRIES.count(str(holder.pk))
    form = ChangePasswordForm(request.POST or None, account=holder.account)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(holder, form.cleaned_data["password"])
        update_session_auth_hash(request, holder.account)
        messages.success(request, "Kata sandi sudah diganti. Perangkat lain yang masih masuk sudah dikeluarkan.")
        return redirect("account")
    return render(request, "holders/change-password.html", {"form": form}, status=422 if form.errors else 200)


@holders_only
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest, holder: Holder) -> HttpResponse:
    """How many are left; new ones for a code, shown in the answer and nowhere else."""
    if elsewhere := _signed_in_elsewhere(request):
        return elsewhere
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        TRIES.count(str(holder.pk))
        if recovery.prove(holder.account, form.cleaned_data["code"]):
            return render(request, "holders/recovery-codes-shown.html", {"codes": accounts.new_recovery_codes(holder)})
        form.add_error("code", recovery.why_not(holder.account, form.cleaned_data["code"]))
    context = {"form": form, "left": recovery.left(holder.account)}
    return render(request, "holders/recovery-codes.html", context, status=422 if form.errors else 200)


@holders_only
@require_http_methods(["GET", "POST"])
def new_authenticator(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Another phone: the new code and the old one (or a recovery code) in one form."""
    if elsewhere := _signed_in_elsewhere(request):
        return elsewhere
    form = NewAuthenticatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        TRIES.count(str(holder.pk))
        try:
            device = accounts.replace_authenticator(holder, form.cleaned_data["present"], form.cleaned_data["code"])
        except accounts.WrongCode:
            form.add_error(None, "Salah satu kode tidak cocok. Isi keduanya lagi dengan kode terbaru.")
        else:
            access.enter(request, holder.account, device)
            messages.success(request, "Autentikator baru sudah terpasang. Yang lama tidak berlaku lagi.")
            return redirect("account")
    context = {"form": form, **qr.context(accounts.pending_device(holder.account))}
    return render(request, "holders/new-authenticator.html", context, status=422 if form.errors else 200)
