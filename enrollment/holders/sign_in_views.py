"""/akun/masuk/: password and authenticator, the way to an account, and out again."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import terms
from enrollment.branding import show_as
from enrollment.holders import access, sso
from enrollment.holders.forms import SignInForm
from enrollment.models import Institution, MailboxRequest
from enrollment.public_forms import MailboxForm
from enrollment.public_views import remember_request
from tte_portal.throttles import Throttle, client_address

# Of one address; guesses at one name are counted by django-axes besides.
SIGN_INS = Throttle("holder-sign-in", limit=100, seconds=600)


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """All three at once, and one answer to all faults."""
    if access.holder_of(request) is not None:
        return redirect("account")
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST":
        SIGN_INS.count(client_address(request))
        if form.is_valid():
            access.enter(request, form.account, form.device)
            return redirect("account")
    institution = Institution.objects.filter(slug=request.GET.get("instansi", "")).first()
    show_as(request, institution)
    asked = terms.in_force(institution) if institution is not None and institution.is_open else None
    context = {
        "form": form,
        "offered": sso.offered(),
        # The guide's own sign-on, which a demo has no provider for.
        "by_provider": asked is not None and asked.way_in.sign_in == "sso",
    }
    return render(request, "holders/sign-in.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("account-sign-in")


@login_not_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """ "Belum punya akun?" and a lost password: the answer is the same whether the mailbox is known or not."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        remember_request(request, form, MailboxRequest.Purpose.ACCOUNT, None)
        return redirect("account-ask-sent")
    return render(request, "holders/ask.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_GET
def ask_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "holders/ask-sent.html")
