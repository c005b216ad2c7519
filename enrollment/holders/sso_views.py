"""/akun/masuk/<institution>/: to the institution's own provider, and back."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from enrollment.branding import show_as
from enrollment.holders import access, identities, sso
from enrollment.models import Institution
from tte_portal.throttles import Throttle, client_address

SIGN_INS = Throttle("provider-sign-in", limit=60, seconds=600)


# A link, not a form: the browser policy lets no form lead to another host.
@login_not_required
@require_GET
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    provider = _provider(request, slug)
    SIGN_INS.count(client_address(request))
    try:
        return sso.begin(request, provider, request.build_absolute_uri(reverse("account-sso-return", args=[slug])))
    except sso.Unavailable:
        return _failed(request, provider, "unavailable", 503)


@login_not_required
@require_GET
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    provider = _provider(request, slug)
    SIGN_INS.count(client_address(request))
    try:
        person = sso.finish(request, provider)
        holder = identities.holder_of(provider, person)
    except sso.Unavailable:
        return _failed(request, provider, "unavailable", 503)
    except sso.Refused:
        return _failed(request, provider, "refused", 403)
    except identities.Unknown:
        return _failed(request, provider, "unknown", 403)
    except identities.SomebodyElse:
        return _failed(request, provider, "other", 403)
    access.enter_by_provider(request, holder.account, slug)
    return redirect("account")


def _provider(request: HttpRequest, slug: str) -> sso.Provider:
    institution = get_object_or_404(Institution, slug=slug)
    provider = sso.provider_of(institution)
    if provider is None:
        raise Http404
    show_as(request, institution)
    return provider


def _failed(request: HttpRequest, provider: sso.Provider, reason: str, status: int) -> HttpResponse:
    return render(request, "holders/sso-failed.html", {"reason": reason, "provider": provider}, status=status)
