"""The certificate's messages: issued, and active after the pause."""

from enrollment import terms
from enrollment.emails import applicant_of, context, subject_of
from enrollment.models import Application
from passphrase.models import Certificate
from tte_portal import outbox
from tte_portal.outbox import Mail, Unneeded


def certificate_of(application: Application) -> Certificate:
    """The certificate a message is about; of one that was revoked nobody need hear."""
    found = Certificate.objects.filter(application=application, revoked_at=None).first()
    if found is None:
        raise Unneeded
    return found


@outbox.message("issued")
def issued(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    pause = terms.of(application).pause_text
    given = context(
        application, subject=subject_of(application, "issued"), certificate=certificate_of(application), pause=pause
    )
    return outbox.render("issued", application.mailbox, given)


@outbox.message("active")
def active(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("active", application.mailbox, context(application, certificate=certificate_of(application)))
