"""/akun/sertifikat/kunci/: what it means to take the key out, and the file, once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from passphrase import custody
from passphrase.holder import files, keyed, taking
from passphrase.holder.taking_form import TakeKeyForm
from passphrase.holder.visitor import Visitor, visitors_only
from tte_portal.audit import Actor
from tte_portal.throttles import Throttle

# Each try costs a processor an Argon2id; wrong passphrases are counted besides.
TRIES = Throttle("take-key", limit=20, seconds=3600)


@sensitive_post_parameters("passphrase", "password", "repeated")
@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def take_key(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    certificate = visitor.certificate
    if certificate is None:
        return redirect("certificate")
    if not taking.can_take(visitor):
        return _page(request, visitor, None, 409 if request.method == "POST" else 200)
    form = TakeKeyForm(visitor.application, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        TRIES.count(str(visitor.application.pk))
        if form.is_valid():
            return _given(request, visitor, form)
    return _page(request, visitor, form, 422 if form.errors else 200)


@sensitive_variables()
def _given(request: HttpRequest, visitor: Visitor, form: TakeKeyForm) -> HttpResponse:
    certificate = visitor.certificate
    if certificate is None:
        return redirect("certificate")
    typed = form.cleaned_data
    try:
        content = taking.take(certificate, typed["passphrase"], typed["password"], by=_actor(visitor))
    except custody.WrongPassphrase as wrong:
        if not wrong.tries_left:
            return redirect("certificate-unlock")
        form.add_error("passphrase", keyed.wrong(wrong.tries_left))
        return _page(request, visitor, form, 422)
    except custody.Locked:
        return redirect("certificate-unlock")
    except (custody.NoKey, taking.NotToBeTaken):
        # Another tab was first, or the certificate has ended meanwhile: the page tells which.
        certificate.refresh_from_db()
        return _page(request, visitor, None, 409)
    return files.as_pkcs12(certificate, content)


def _actor(visitor: Visitor) -> Actor:
    """By the account where one was signed in to; else the applicant, as whom the mailed link counts."""
    return visitor.holder.account if visitor.holder else visitor.application


def _page(request: HttpRequest, visitor: Visitor, form: TakeKeyForm | None, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "certificate": visitor.certificate,
        "is_ready": taking.is_ready(visitor),
        "visitor": visitor,
    }
    return render(request, "certificate/files-key.html", context, status=status)
