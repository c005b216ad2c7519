"""Which pages under /akun/ are for whom: the holder of the request, both factors proven, or the sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.branding import show_as
from enrollment.models import Holder
from tte_portal.models import Account

BACKEND = "django.contrib.auth.backends.ModelBackend"
# In the session of whoever was signed in by an institution's provider, which asks for the second factor itself.
BY_PROVIDER = "akun_sso"

View = Callable[..., HttpResponse]


def holders_only(view: View) -> View:
    """Give the view the holder who is signed in; everybody else, officers too, is shown the holders' sign-in."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        holder = holder_of(request)
        if holder is None:
            return redirect(_sign_in_for(request))
        show_as(request, holder.institution)
        return view(request, holder, *args, **kwargs)

    return guarded


def _sign_in_for(request: HttpRequest) -> str:
    """The sign-in, as the institution whose page led here would show it."""
    address, slug = reverse("account-sign-in"), request.GET.get("instansi", "")
    return f"{address}?{urlencode({'instansi': slug})}" if slug else address


def holder_of(request: HttpRequest) -> Holder | None:
    """The holder of the request, once both factors were proven in this session."""
    user = request.user
    if not isinstance(user, Account) or not user.is_active or user.is_staff:
        return None
    if not (user.is_verified() or request.session.get(BY_PROVIDER)):  # type: ignore[attr-defined]
        return None
    return Holder.objects.select_related("account", "institution", "record").filter(account=user).first()


def enter(request: HttpRequest, account: Account, device: TOTPDevice) -> None:
    """Open a session in which the second factor counts as proven."""
    account.otp_device = device  # type: ignore[attr-defined]
    login(request, account, backend=BACKEND)


def enter_by_provider(request: HttpRequest, account: Account, slug: str) -> None:
    """Open a session for somebody whom the institution's provider signed in."""
    login(request, account, backend=BACKEND)
    request.session[BY_PROVIDER] = slug
