"""The mails to holders: their account, the proof of their mailbox, what became of a change."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from enrollment import emails, terms
from enrollment.holders import accounts, changes
from enrollment.models import Application, Holder, ProfileChange
from tte_portal import outbox
from tte_portal.outbox import Mail, Unneeded

# Where a guide gives no subject.
ACCOUNT_SUBJECT = "{prefix} Informasi Akun"


def holder_of(ids: dict[str, str]) -> Holder:
    found = Holder.objects.select_related("institution", "account", "record").filter(pk=ids["holder"]).first()
    if found is None or not found.account.is_active:
        raise Unneeded
    return found


def context(holder: Holder, **more: Any) -> dict[str, Any]:
    """What every mail to a holder may use."""
    return {
        **emails.identity(holder.institution),
        "name": holder.account.name,
        "login": holder.account.login,
        "account_url": f"{settings.BASE_URL}{reverse('account')}",
        **more,
    }


@outbox.message("account")
def account(ids: dict[str, str]) -> Mail:
    """To the mailbox in the institution's records, never to one that was only typed."""
    holder = holder_of(ids)
    given = context(holder, chosen=holder.account.has_usable_password(), elsewhere=accounts.signs_in_elsewhere(holder))
    given["subject"] = _account_subject(holder, ids).format(prefix=given["prefix"])
    if "link" in ids:
        given |= emails.link_of(ids)
    to = holder.record.mailbox if holder.record else holder.account.mailbox
    return outbox.render("account", to, given)


def _account_subject(holder: Holder, ids: dict[str, str]) -> str:
    application = Application.objects.filter(pk=ids["application"]).first() if "application" in ids else None
    if application is not None:
        return terms.of(application).subjects.account or ACCOUNT_SUBJECT
    asked = changes.procedure_of(holder)
    return (asked.subjects.account if asked else "") or ACCOUNT_SUBJECT


@outbox.message("mailbox")
def mailbox(ids: dict[str, str]) -> Mail:
    holder = holder_of(ids)
    if not holder.mailbox_asked:
        raise Unneeded
    return outbox.render("mailbox", holder.mailbox_asked, context(holder, **emails.link_of(ids)))


def _decided(template: str, ids: dict[str, str]) -> Mail:
    change = ProfileChange.objects.filter(pk=ids["change"]).first()
    if change is None:
        raise Unneeded
    holder = holder_of({"holder": str(change.holder_id)})
    given = context(holder, label=changes.label_of(change.field), reason=change.reason)
    given["login_changed"] = change.field == "mailbox"
    to = change.old if ids.get("to") == "old" else holder.mailbox or holder.account.mailbox
    return outbox.render(template, to, given)


@outbox.message("profile_approved")
def profile_approved(ids: dict[str, str]) -> Mail:
    return _decided("profile_approved", ids)


@outbox.message("profile_refused")
def profile_refused(ids: dict[str, str]) -> Mail:
    return _decided("profile_refused", ids)
