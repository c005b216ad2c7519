"""/akun/sertifikat/masuk/: the way in for whoever has no account, by a one-time link to the dinas mailbox."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import typed_mailbox
from enrollment.branding import show_as
from enrollment.holders import access
from enrollment.models import MailboxRequest
from enrollment.public_forms import MailboxForm
from enrollment.public_views import remember_request
from passphrase.holder.visitor import address_of_sign_in, institution_of, visitor_of
from tte_portal import links


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the link; the answer is the same whether the mailbox is known or not."""
    if visitor_of(request) is not None:
        return redirect("certificate")
    show_as(request, institution_of(request))
    form = MailboxForm(request.POST if request.method == "POST" else None, initial=typed_mailbox.initial(request))
    if request.method == "POST" and form.is_valid():
        remember_request(request, form, MailboxRequest.Purpose.STATUS, None)
        sent_to = redirect(address_of_sign_in(request, "certificate-sign-in-sent"))
        return typed_mailbox.keep(sent_to, form.cleaned_data["mailbox"])
    # An account without any application has nothing to see here, and no link would show it more.
    # Whoever was in and is no longer is told so: a newer link has closed the page, or its time is over.
    closed = links.entered(request, "status") is not None
    context = {"form": form, "holder": access.holder_of(request), "closed": closed}
    return render(request, "certificate/sign-in.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    show_as(request, institution_of(request))
    return render(request, "certificate/sign-in-sent.html", {"typed": typed_mailbox.of(request)})
