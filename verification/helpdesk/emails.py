"""The help desk's messages to a person: what was asked for in their name, what became of it, how to stop it."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from enrollment import emails
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Mail, Unneeded
from verification.helpdesk import masks
from verification.helpdesk.models import ChangeRequest

Kind = ChangeRequest.Kind
# What would change, as the sentence goes on.
WHAT = {
    Kind.MAILBOX.value: "surel dinas Anda",
    Kind.PHONE.value: "nomor telepon Anda",
    Kind.SECOND_FACTOR.value: "autentikator dan kata sandi akun Anda",
}


def _request(ids: dict[str, str]) -> ChangeRequest:
    rows = ChangeRequest.objects.select_related("institution", "record", "holder__account", "application")
    found = rows.filter(pk=ids["request"]).first()
    if found is None:
        raise Unneeded
    return found


def name_of(request: ChangeRequest) -> str:
    """Whose request it is, from whichever row is left."""
    if request.record:
        return request.record.name
    if request.holder:
        return request.holder.account.name
    return request.application.name if request.application else ""


def _context(request: ChangeRequest, ids: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        **emails.identity(request.institution),
        "name": name_of(request),
        "what": WHAT[request.kind],
        "new": masks.mailbox(request.new) if request.kind == Kind.MAILBOX else masks.number(request.new),
        "resets": request.kind == Kind.SECOND_FACTOR,
    }
    if "link" in ids:
        link = Link.objects.filter(pk=ids["link"]).first()
        if link is None:
            raise Unneeded
        path = reverse("helpdesk-objection", args=[links.token_of(link.pk)])
        told |= {"link": f"{settings.BASE_URL}{path}", "ends_at": link.expires_at}
    return told


@outbox.message("helpdesk_asked")
def helpdesk_asked(ids: dict[str, str]) -> Mail:
    """To the address of before, while nothing has changed yet (a decision replaces its link, so it goes no more)."""
    request = _request(ids)
    return outbox.render("helpdesk_asked", request.told, _context(request, ids))


@outbox.message("helpdesk_done")
def helpdesk_done(ids: dict[str, str]) -> Mail:
    """To the address of before: it is in force, and how to object all the same."""
    request = _request(ids)
    return outbox.render("helpdesk_done", request.told, _context(request, ids))


@outbox.message("helpdesk_refused")
def helpdesk_refused(ids: dict[str, str]) -> Mail:
    """To the address of before: everything stays as it was."""
    request = _request(ids)
    if not request.told:
        raise Unneeded
    return outbox.render("helpdesk_refused", request.told, _context(request, ids))


@outbox.message("helpdesk_new_mailbox")
def helpdesk_new_mailbox(ids: dict[str, str]) -> Mail:
    """To the new address, once a second officer has agreed."""
    request = _request(ids)
    return outbox.render("helpdesk_new_mailbox", request.new, _context(request, ids))
