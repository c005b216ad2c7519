"""/api/whatsapp/: where WhatsApp says what became of a message, signed with the app's secret."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tte_portal import outbox_delivery, whatsapp
from tte_portal.throttles import Throttle, client_address

# WhatsApp joins up to a thousand words about deliveries into one call.
MAX_BYTES = 2**20
# What is signed is never counted: a stranger's tries must not keep WhatsApp's own words out.
FORGED = Throttle("whatsapp-forged", limit=60, seconds=60)
CHALLENGES = Throttle("whatsapp-challenge", limit=20, seconds=3600)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest) -> HttpResponse:
    if not whatsapp.is_configured():
        raise Http404
    return _challenge(request) if request.method == "GET" else _words(request)


def _challenge(request: HttpRequest) -> HttpResponse:
    """WhatsApp asks once, when the address is entered there, whether it is ours."""
    CHALLENGES.count(client_address(request))
    token = request.GET.get("hub.verify_token", "")
    asked = request.GET.get("hub.mode") == "subscribe"
    if not asked or not _same(token, settings.WHATSAPP_VERIFY_TOKEN):
        return HttpResponse(status=403)
    return HttpResponse(request.GET.get("hub.challenge", "")[:200], content_type="text/plain")


def _words(request: HttpRequest) -> HttpResponse:
    if _length(request) > MAX_BYTES:
        return HttpResponse(status=413)
    if not _is_signed(request):
        FORGED.count(client_address(request))
        return HttpResponse(status=403)
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for status in _statuses(told):
        _note(status)
    return HttpResponse("ok", content_type="text/plain")


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _is_signed(request: HttpRequest) -> bool:
    """Over the bytes as they came: parsed and written again they might differ."""
    mac = hmac.digest(settings.WHATSAPP_APP_SECRET.encode(), request.body, hashlib.sha256)
    return _same(request.headers.get("X-Hub-Signature-256", ""), f"sha256={mac.hex()}")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _statuses(told: Any) -> Iterator[dict[str, Any]]:
    for entry in _items(told, "entry"):
        for change in _items(entry, "changes"):
            yield from _items(change.get("value"), "statuses")


def _items(holder: Any, key: str) -> list[dict[str, Any]]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _note(status: dict[str, Any]) -> None:
    wamid, stage = status.get("id"), status.get("status")
    if not isinstance(wamid, str) or not isinstance(stage, str) or not wamid.isascii():
        return
    codes = [each.get("code") for each in _items(status, "errors")]
    code = next((each for each in codes if isinstance(each, int)), None)
    outbox_delivery.note(stage, wamid=wamid, row_id=_row_id(status.get("biz_opaque_callback_data")), code=code)


def _row_id(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return None
