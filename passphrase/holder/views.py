"""/akun/sertifikat/: status and validity, what to do next, the files, what happened and what was written."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from enrollment import beside, comparisons, lifecycle, status
from enrollment.models import Application
from passphrase import authority, succession, suspension
from passphrase import status as timeline
from passphrase.holder import acts, files, history, notices, pause, taking, unlocking, validity
from passphrase.holder.visitor import Visitor, visitors_only
from passphrase.models import Certificate
from tte_portal import links

# So many stand open; the rest is a press away.
OPEN = 6
# What is to be done before all else stands as a button under the certificate's own words.
FIRST = ("certificate-unlock", "certificate-renew", "certificate-resume")


@visitors_only
@require_safe
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    application, certificate = visitor.application, visitor.certificate
    successor, can_do = succession.under_way(application), acts.possible(visitor)
    context: dict[str, Any] = {
        "visitor": visitor,
        "application": application,
        "certificate": certificate,
        "headline": status.headline_of(application),
        "turn": status.turn_of(application),
        "acts": can_do,
        "first": next((each for each in can_do if each.view in FIRST), None),
        "successor": _of_successor(successor) if successor else None,
        "in_use": pause.in_use(visitor),
        "others": beside.told(_others(visitor, successor)),
        "send_label": timeline.send_label(beside.with_turn(visitor.applications, timeline.LINKS)),
        "history": history.of(visitor.applications),
        "notices": (told := notices.to(_addressed(visitor))),
        "undelivered": sum(each.grade == "bad" for each in told),
        "open": OPEN,
        "embedded": settings.EMBEDDED_AUTHORITY,
        # Issued by an authority that keeps it itself: there is a certificate, but none of it here.
        "elsewhere": certificate is None and application.status in comparisons.CERTIFIED,
        "authority": authority.current(),
        **_ways(visitor),
    }
    if certificate is not None:
        owner = _owner(visitor, certificate)
        locked = owner.pk == application.pk and unlocking.is_locked(visitor)
        context |= {
            "standing": validity.of(
                certificate, owner, lifecycle.now(), successor, visitor.issuer_ended_at, locked=locked
            ),
            "issuer_ended_at": visitor.issuer_ended_at,
            "owner": owner,
            "is_current": owner.pk == application.pk,
            "own_suspension": suspension.is_own(owner),
            "suspended_for": suspension.reason_of(owner) if suspension.is_by_officer(owner) else "",
            "can_take": taking.can_take(visitor),
        }
    return render(request, "certificate/page.html", context)


def _owner(visitor: Visitor, certificate: Certificate) -> Application:
    """The application that the certificate in view was made for: of an ended one, an earlier application."""
    return next(each for each in visitor.applications if each.pk == certificate.application_id)


def _of_successor(successor: Application) -> dict[str, Any]:
    return {
        "receipt": successor.receipt,
        "purpose": successor.get_purpose_display(),
        "headline": status.headline_of(successor),
        "turn": status.turn_of(successor),
    }


def _others(visitor: Visitor, successor: Application | None) -> list[Application]:
    """What has no place of its own on the page."""
    two = pause.two(visitor.application)
    placed = {successor.pk if successor else None, two.old.pk if two else None}
    return [each for each in beside.others(visitor.application, visitor.applications) if each.pk not in placed]


def _addressed(visitor: Visitor) -> list[Any]:
    """Whom messages to this person name: the applications, and the account of whoever has signed in to it."""
    subjects = [each.pk for each in visitor.applications]
    return [*subjects, visitor.holder.pk] if visitor.holder else subjects


def _ways(visitor: Visitor) -> dict[str, str]:
    """Where the timeline, a fresh link and the way out are, by account or by mailed link."""
    if visitor.holder:
        names = {"timeline_url": "account-timeline", "send_url": "account-send-link", "leave_url": "account-sign-out"}
    else:
        names = {
            "timeline_url": "status-application", "send_url": "status-send-link", "leave_url": "certificate-sign-out",
        }  # fmt: skip
    return {name: reverse(view) for name, view in names.items()}


@visitors_only
@require_safe
def pem(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return files.as_pem(_certificate(request, visitor))


@visitors_only
@require_safe
def der(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return files.as_der(_certificate(request, visitor))


def _certificate(request: HttpRequest, visitor: Visitor) -> Certificate:
    """The one in view; with ``nomor``, the one of that receipt among the visitor's own."""
    found = visitor.certificate
    if "nomor" in request.GET:
        own = [each.pk for each in visitor.applications if each.receipt == request.GET["nomor"]]
        found = Certificate.objects.filter(application__in=own).order_by("-pk").first()
    if found is None:
        raise Http404
    return found


@visitors_only
@require_POST
def leave(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Close the page in this browser: a computer may be everybody's. The mailed link is used up with it."""
    response = redirect("certificate-sign-in")
    if entered := links.entered(request, "status"):
        links.finish(entered[0])
        links.leave(response, "status")
    return response
