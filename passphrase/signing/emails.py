"""The messages about a passphrase: it was changed, it is locked, and the link that lifts the lock."""

from django.conf import settings
from django.urls import reverse

from enrollment.emails import applicant_of, context
from passphrase import custody
from tte_portal import links, outbox
from tte_portal.models import AuditRow, Link
from tte_portal.outbox import Mail, Unneeded


def page() -> str:
    return f"{settings.BASE_URL}{reverse('certificate')}"


@outbox.message("passphrase_changed")
def passphrase_changed(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    changes = AuditRow.objects.filter(subject=application.pk, event="change_passphrase").order_by("-pk")
    at = changes.values_list("at", flat=True).first()
    given = context(application, at=at, page=page())
    return outbox.render("passphrase_changed", application.mailbox, given)


@outbox.message("passphrase_locked")
def passphrase_locked(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, until=custody.locked_until(application.pk), page=page())
    return outbox.render("passphrase_locked", application.mailbox, given)


@outbox.message("passphrase_unlock")
def passphrase_unlock(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    link = Link.objects.filter(pk=ids["link"]).first()
    if link is None:
        raise Unneeded
    address = f"{settings.BASE_URL}{reverse('link-unlock', args=[links.token_of(link.pk)])}"
    given = context(application, link=address, expires_at=link.expires_at)
    return outbox.render("passphrase_unlock", application.mailbox, given)
