"""/akun/sertifikat/perpanjang/ and …/perbarui/: one's data beside the records, confirmed, and the new one begins."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from enrollment import channels, lapsing, terms, withdrawal
from passphrase import differences, succession, suspension
from passphrase.holder import renewal
from passphrase.holder.renewal import Standing
from passphrase.holder.visitor import Visitor, visitors_only

SENT = "Tautan baru sudah dikirim {to}."


@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Short when the records have the person unchanged; "changed" and whatever the records say else go the long way."""
    found = renewal.standing(visitor)
    if request.method != "POST":
        return _page(request, visitor, found)
    match request.POST.get("go"):
        case "again":
            return _again(request, found)
        case "changed" if found.kind in ("short", "full") and not _has_form(visitor):
            return redirect("account")
        case "confirm" | "changed" as said if found.kind in ("short", "full"):
            return _begun(request, visitor, said == "changed", shown=request.POST.get("shown", ""))
    return _page(request, visitor, found, status=409)


def _begun(request: HttpRequest, visitor: Visitor, changed: bool, shown: str) -> HttpResponse:
    if not changed and shown != renewal.standing(visitor).kind:
        # The records were changed while the page was read: it is shown again as things stand.
        return redirect("certificate-renew")
    try:
        succession.renew(visitor.application.pk, changed=changed)
    except succession.NotNow:
        # A second click, or another tab: the page tells what is under way.
        return redirect("certificate-renew")
    return redirect("certificate-renew")


def _has_form(visitor: Visitor) -> bool:
    """Whether a full renewal asks for everything again; where it does not, what has changed is told in the profile."""
    return bool(terms.in_force(visitor.application.institution).wizard.steps)


def _again(request: HttpRequest, found: Standing) -> HttpResponse:
    if renewal.send_again(found) and found.following is not None:
        by_whatsapp = found.link == "passphrase" and channels.passphrase_by_whatsapp(found.following)
        messages.success(request, SENT.format(to="ke WhatsApp Anda" if by_whatsapp else "ke surel dinas Anda"))
    return redirect("certificate-renew")


def _page(request: HttpRequest, visitor: Visitor, found: Standing, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "visitor": visitor, "application": visitor.application, "standing": found, "certificate": found.certificate,
        "rows": differences.rows(visitor.application) if found.kind in ("short", "full") else [],
        "known": differences.is_known(visitor.application),
        "by_officer": found.kind == "suspended" and suspension.is_by_officer(visitor.application),
        "issuer_ended_at": visitor.issuer_ended_at,
        "has_form": found.kind in ("short", "full") and _has_form(visitor),
        "can_withdraw": found.following is not None and withdrawal.can_withdraw(found.following),
        "withdraw_url": reverse("account-withdraw" if visitor.holder else "status-withdraw"),
        # Asked once more before the long way is begun.
        "asks_changed": "berubah" in request.GET,
        "way_back": lapsing.way_back(visitor.application) if found.kind in ("ended", "revoked", "none") else "",
    }  # fmt: skip
    return render(request, "certificate/renew.html", context, status=status)


@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def reissue(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The records have another name or position than the certificate was issued with: a new one with theirs."""
    application = visitor.application
    if not renewal.can_reissue(visitor):
        return redirect("certificate-renew" if renewal.is_under_way(visitor) else "certificate")
    if request.method == "POST":
        try:
            succession.begin(application.pk, application.Purpose.REISSUE)
        except succession.NotNow:
            return redirect("certificate")
        return redirect("certificate-renew")
    context: dict[str, Any] = {
        "visitor": visitor, "application": application, "certificate": visitor.certificate,
        "rows": [each for each in differences.rows(application) if each.differs],
    }  # fmt: skip
    return render(request, "certificate/reissue.html", context)
