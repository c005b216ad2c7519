"""/kotak-keluar/: what the demo has sent, rendered anew from the outbox, for nothing that was sent is kept."""

import re
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tte_portal import outbox as messages
from tte_portal.models import OutboxMessage
from tte_portal.outbox import Mail

NEWEST = 200
_LINK = re.compile(r"https?://[^\s<>\"]+")


@login_not_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages; ``?q=`` picks those to an address, ``?format=json`` answers a script."""
    wanted = request.GET.get("q", "").strip().lower()
    rows = OutboxMessage.objects.exclude(state=OutboxMessage.State.DROPPED).order_by("-created_at", "-pk")[:NEWEST]
    shown = [each for row in rows if (each := _shown(row)) and wanted in each["to"].lower()]
    if request.GET.get("format") == "json":
        return JsonResponse({"messages": shown}, json_dumps_params={"default": str})
    return render(request, "demo/outbox.html", {"messages": shown, "q": wanted})


def _shown(row: OutboxMessage) -> dict[str, Any] | None:
    mail = _composed(row)
    if mail is None:
        return None
    return {
        "id": str(row.pk),
        "channel": "email",
        "template": row.template,
        "to": mail.to,
        "subject": mail.subject,
        "at": row.sent_at or row.created_at,
        "state": row.state,
        "text": mail.text,
        "html_url": reverse("outbox-message", args=[row.pk]),
        "links": [link for link in _LINK.findall(mail.text) if link.startswith(settings.BASE_URL)],
    }


def _composed(row: OutboxMessage) -> Mail | None:
    try:
        return messages.compose(row)
    except messages.Unneeded:
        return None


@login_not_required
@require_GET
@csp_replace({"style-src": ["'unsafe-inline'"], "script-src": ["'none'"]})  # type: ignore[arg-type]  # mails carry their style inline
def message_html(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The HTML part of one message, as a mail program would show it."""
    mail = _composed(get_object_or_404(OutboxMessage, pk=message_id))
    if mail is None:
        raise Http404
    return HttpResponse(mail.html)
