"""The messages to officers: one function, three templates."""

from django.conf import settings
from django.urls import reverse

from enrollment.models import Role
from tte_portal import links, outbox
from tte_portal.models import Account, Link
from tte_portal.outbox import Mail, Unneeded


@outbox.message("staff_invitation")
def staff_invitation(ids: dict[str, str]) -> Mail:
    account = Account.objects.filter(pk=ids["account"], is_active=True, is_staff=True).first()
    link = Link.objects.filter(pk=ids["link"]).first()
    if account is None or link is None or not account.mailbox:
        raise Unneeded
    roles = list(Role.objects.filter(account=account).select_related("institution").order_by("institution", "kind"))
    context = {
        "institution": roles[0].institution if roles else None,
        "name": account.name,
        "login": account.login,
        "roles": roles,
        "link": f"{settings.BASE_URL}{reverse('officer-link', args=[links.token_of(link.pk)])}",
        "expires_at": link.expires_at,
        "help_address": roles[0].institution.helpdesk_email if roles else "",
        "authority_line": settings.AUTHORITY_LINE,
    }
    return outbox.render("staff_invitation", account.mailbox, context)
