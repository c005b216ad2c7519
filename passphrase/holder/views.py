"""/akun/sertifikat/: status and validity, what to do next, the files, and the way in for people without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from enrollment import status
from passphrase.holder import acts
from passphrase.holder.visitor import Visitor, visitor_of, visitors_only


@visitors_only
@require_safe
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    context = {
        "visitor": visitor,
        "application": visitor.application,
        "certificate": visitor.certificate,
        "headline": status.headline_of(visitor.application),
        "acts": acts.possible(visitor),
    }
    return render(request, "certificate/page.html", context)


@login_not_required
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    if visitor_of(request) is not None:
        return redirect("certificate")
    return render(request, "certificate/sign-in.html")
