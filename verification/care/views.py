"""An officer's own page: agreement, sign-ins, the daily mail; and the button that keeps the sign-in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment.models import Institution
from verification import desks, roles
from verification.access import officer_of
from verification.care import absences, agreement, preferences, sign_ins
from verification.care.own import uuid_of
from verification.desk_views import open_next
from verification.pages import page


@require_GET
def care(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    context: dict[str, Any] = {
        "agreement": agreement.accepted(officer),
        "decides": roles.holds(officer, *agreement.DECIDING),
        "sign_ins": sign_ins.open_ones(officer),
        "this_one": sign_ins.of_session(request),
        "idle_minutes": settings.IDLE_MINUTES,
        "away": absences.of(officer),
        "stood_in": absences.stood_in_by(officer),
        "administers": roles.holds(officer, roles.ADMINISTRATOR),
        "wants_digest": preferences.wants_digest(officer),
        "gets_digest": roles.holds(officer, *agreement.DECIDING) and officer.mailbox,
        "institutions": Institution.objects.for_officer(officer).order_by("name"),
    }
    return page(request, "care/care.html", "Tugas saya", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def verifier_agreement(request: HttpRequest) -> HttpResponse:
    """Read and agree; then back to where the officer was going."""
    officer = officer_of(request)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if request.method == "POST" and request.POST.get("agreed"):
        agreement.accept(officer)
        messages.success(request, "Terima kasih. Perjanjian verifikator sudah Anda setujui.")
        if desk := next((each for each in desks.ALL if each.next_url == wanted), None):
            return open_next(request, desk)
        return redirect(wanted if safe else "admin:care")
    context: dict[str, Any] = {
        "text": agreement.text(),
        "agreement": agreement.accepted(officer),
        "next": wanted if safe else "",
        "missing": request.method == "POST",
    }
    title = agreement.text().title
    return page(request, "care/agreement.html", title, 422 if request.method == "POST" else 200, **context)


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """One other browser of the officer's, or all others."""
    officer = officer_of(request)
    if "sign_in" in request.POST:
        key = uuid_of(request.POST["sign_in"])
        ended = int(key is not None and key != sign_ins.of_session(request) and sign_ins.end_one(key, by=officer))
    else:
        ended = sign_ins.end_others(sign_ins.of_session(request), by=officer)
    if ended:
        messages.success(request, f"{ended} perangkat lain dikeluarkan.")
    else:
        messages.info(request, "Tidak ada perangkat lain yang sedang masuk.")
    return redirect("admin:care")


@require_POST
def digest_switch(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("daily") == "on"
    preferences.set_digest(officer_of(request), wanted=wanted)
    messages.success(request, f"Surel ringkasan harian {'dinyalakan' if wanted else 'dimatikan'}.")
    return redirect("admin:care")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The page asks on the officer's behalf to go on; that it came this far has put the limit off. The token is for
    forms of a page that was open while its officer signed in anew."""
    return JsonResponse({"signed_in": True, "minutes": settings.IDLE_MINUTES, "csrf": get_token(request)})
