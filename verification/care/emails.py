"""The reminders to officers: how many wait, how long, and where; no name and no number of anybody."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from enrollment import lifecycle
from enrollment.emails import identity
from enrollment.models import Institution
from enrollment.status import in_words
from tte_portal import outbox
from tte_portal.models import Account
from tte_portal.outbox import Mail, Unneeded
from verification.care import waiting
from verification.care.models import Reminders


@outbox.message("waiting_digest")
def waiting_digest(ids: dict[str, str]) -> Mail:
    return _mail("waiting_digest", ids)


@outbox.message("waiting_long")
def waiting_long(ids: dict[str, str]) -> Mail:
    return _mail("waiting_long", ids)


def _mail(template: str, ids: dict[str, str]) -> Mail:
    """Counted when it is sent: what was decided meanwhile is not told any more."""
    account = Account.objects.filter(pk=ids["account"], is_active=True, is_staff=True).first()
    institution = Institution.objects.filter(pk=ids["institution"]).first()
    if account is None or institution is None or not account.mailbox:
        raise Unneeded
    found = waiting.at(institution, waiting.kinds_at(account, institution))
    if not found:
        raise Unneeded
    now = lifecycle.now()
    stages: list[dict[str, Any]] = [
        {
            "title": each.stage.title,
            "number": each.number,
            "oldest": in_words((now - each.oldest).total_seconds()),
            "link": f"{settings.BASE_URL}{reverse(each.stage.page)}",
        }
        for each in found
    ]
    limit = Reminders.objects.filter(institution=institution).values_list("urgent_after_hours", flat=True).first()
    context = {
        **identity(institution),
        "name": account.name,
        "stages": stages,
        "limit": limit or Reminders._meta.get_field("urgent_after_hours").get_default(),
        "link": f"{settings.BASE_URL}{reverse('admin:index')}",
        "settings_link": f"{settings.BASE_URL}{reverse('admin:care')}",
    }
    return outbox.render(template, account.mailbox, context)
