"""The message that somebody took the key: sent to the dinas mailbox, whoever it was."""

from django.conf import settings
from django.urls import reverse

from enrollment.emails import applicant_of, context
from passphrase.models import Certificate
from tte_portal import outbox
from tte_portal.outbox import Mail, Unneeded


@outbox.message("key_taken")
def key_taken(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    taken = Certificate.objects.filter(application=application, exported_at__isnull=False).order_by("-pk").first()
    if taken is None:
        raise Unneeded
    page = f"{settings.BASE_URL}{reverse('certificate')}"
    return outbox.render("key_taken", application.mailbox, context(application, certificate=taken, page=page))
