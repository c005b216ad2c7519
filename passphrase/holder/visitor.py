"""Who stands before a page of the certificate: signed in to an account, or come by the mailed link of the status page.

Nothing here changes anything; acts that matter ask for more (see the module of the act).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from enrollment import beside
from enrollment.branding import of_host, show_as
from enrollment.holders import access, profile
from enrollment.models import Application, Holder, Institution
from passphrase import status
from passphrase.authority import taking_back
from passphrase.models import Certificate
from tte_portal import links

# In the address of a page that leads here: the institution it belongs to.
FROM = "instansi"


@dataclass(frozen=True)
class Visitor:
    """``application``: the one that matters most of all the person's; ``holder``: ``None`` for a mailed link."""

    application: Application
    applications: list[Application]
    holder: Holder | None

    @property
    def certificate(self) -> Certificate | None:
        """The certificate in view: that of the foremost application, else the newest that ever was."""
        own = Certificate.objects.filter(application=self.application).order_by("-pk").first()
        return own or Certificate.objects.filter(application__in=self.applications).order_by("-not_after").first()

    @cached_property
    def issuer_ended_at(self) -> datetime | None:
        """When the authority that signed the foremost application's living certificate was taken back, if it was."""
        return taking_back.issuer_of_ended_at(self.application)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Whoever has proven who they are; ``None`` for everybody else, and for an account without any application."""
    holder = access.holder_of(request)
    if holder is not None:
        applications = profile.applications_of(holder)
        foremost = beside.foremost(applications)
        if foremost is None:
            return None
        show_as(request, holder.institution)
        return Visitor(foremost, applications, holder)
    opened = status.application_of(request)
    if opened is None:
        return None
    applications = beside.of_person(opened)
    return Visitor(beside.foremost(applications) or opened, applications, None)


def institution_of(request: HttpRequest) -> Institution | None:
    """Whose way in a stranger's is: of the page that led here, else of the link this browser has opened before."""
    if slug := request.GET.get(FROM, ""):
        return Institution.objects.filter(slug=slug).first()
    if entered := links.entered(request, "status"):
        return Institution.objects.filter(applications=entered[1]).first()
    return of_host(request)


def address_of_sign_in(request: HttpRequest, name: str = "certificate-sign-in") -> str:
    """The way in, or another of its pages, as that of the institution whose page led here."""
    slug = request.GET.get(FROM, "")
    return f"{reverse(name)}?{urlencode({FROM: slug})}" if slug else reverse(name)


View = Callable[..., HttpResponse]


def visitors_only(view: View) -> View:
    """Give the view the :class:`Visitor`; everybody else is shown the way in."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visitor = visitor_of(request)
        if visitor is None:
            return redirect(address_of_sign_in(request))
        return view(request, visitor, *args, **kwargs)

    return guarded
