"""/kotak-keluar/: what the demo has sent, rendered anew from the outbox, for nothing that was sent is kept."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from tte_portal import outbox as messages
from tte_portal.models import OutboxMessage
from tte_portal.outbox import Content, Mail, WhatsAppMessage

NEWEST = 200
# Each is composed anew for the page; a script gets them all.
PAGE = 50
# Each app that writes messages adds one: whom a typed address belongs to, as rows name them in ``subject``.
finders: list[Callable[[str], Iterable[UUID]]] = []
_LINK = re.compile(r"https?://[^\s<>\"]+")


@login_not_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages; ``?q=`` picks those to an address or number, ``?format=json`` answers a script."""
    wanted = request.GET.get("q", "").strip().lower()
    rows, for_script = list(_rows(wanted)), request.GET.get("format") == "json"
    skip, older = _skipped(request), ""
    if not wanted and not for_script:
        older = str(skip + PAGE) if len(rows) > skip + PAGE else ""
        rows = rows[skip : skip + PAGE]
    shown = [each for row in rows if (each := _shown(row)) and _as_stored(wanted) in each["to"].lower()]
    if for_script:
        return JsonResponse({"messages": shown}, json_dumps_params={"default": str})
    return render(request, "demo/outbox.html", {"messages": shown, "q": wanted, "older": older, "skip": skip})


def _skipped(request: HttpRequest) -> int:
    typed = request.GET.get("lewati", "")
    return int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else 0


def _rows(wanted: str) -> Iterable[OutboxMessage]:
    """The newest of all and, behind a list of thousands, the newest to whom the address belongs."""
    rows = OutboxMessage.objects.exclude(state=OutboxMessage.State.DROPPED).order_by("-created_at", "-pk")
    subjects = {subject for find in finders for subject in find(wanted)} if wanted else set()
    theirs: Iterable[OutboxMessage] = rows.filter(subject__in=subjects)[:NEWEST] if subjects else ()
    found = {row.pk: row for row in (*rows[:NEWEST], *theirs)}
    return sorted(found.values(), key=lambda row: (row.created_at, row.pk), reverse=True)


def _as_stored(wanted: str) -> str:
    """A phone number as people type it (0812 …), in the form it is kept in (+62812…)."""
    digits = re.sub(r"[\s.-]", "", wanted)
    return f"+62{digits[1:]}" if re.fullmatch(r"0\d{6,}", digits) else wanted


def _shown(row: OutboxMessage) -> dict[str, Any] | None:
    content = _content(row)
    if content is None:
        return None
    shown = {
        "id": str(row.pk),
        "template": row.template,
        "to": content.to,
        "at": row.sent_at or row.created_at,
        "state": row.state,
        "text": content.text,
        "links": [link for link in _LINK.findall(content.text) if link.startswith(settings.BASE_URL)],
    }
    return shown | (_of_chat(row, content) if isinstance(content, WhatsAppMessage) else _of_mail(row, content))


def _of_mail(row: OutboxMessage, mail: Mail) -> dict[str, Any]:
    return {"channel": "email", "subject": mail.subject, "html_url": reverse("outbox-message", args=[row.pk])}


def _of_chat(row: OutboxMessage, message: WhatsAppMessage) -> dict[str, Any]:
    """A chat has no subject: what it carries stands for it."""
    subject = "Kode lewat WhatsApp" if message.code else "Tautan lewat WhatsApp"
    links = {"links": [message.link]} if message.link else {}
    return {"channel": "whatsapp", "subject": subject, "html_url": "", "code": message.code, **links}


def _content(row: OutboxMessage) -> Content | None:
    try:
        return messages.content(row)
    except messages.Unneeded:
        return None


@login_not_required
@require_GET
@csp_replace({"style-src": ["'unsafe-inline'"], "script-src": ["'none'"]})  # type: ignore[arg-type]  # mails carry their style inline
def message_html(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The HTML part of one mail, as a mail program would show it."""
    mail = _content(get_object_or_404(OutboxMessage, pk=message_id))
    if not isinstance(mail, Mail):
        raise Http404
    # A browser asks for a picture beside the address; a mail names none.
    icon = f'<link rel="icon" href="{static("img/mark.svg")}">'
    return HttpResponse(mail.html.replace("<head>", f"<head>{icon}", 1))
