"""The enrolment's messages: one function each, three templates each."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse

from enrollment import steps, terms
from enrollment.form_fields import one_line
from enrollment.models import Application, Institution
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Mail, Unneeded

PATHS = {
    "activation": "link-activation", "passphrase": "link-passphrase", "status": "link-status",
    "account": "link-account", "mailbox": "link-mailbox",
}  # fmt: skip


def prefix_of(institution: Institution) -> str:
    """What the institution's subjects begin with."""
    return institution.subject_prefix or settings.MAIL_PREFIX


def sender_of(institution: Institution) -> str | None:
    """The portal's address under the institution's name; ``None`` for the portal's own name."""
    if not institution.mail_sender:
        return None
    return formataddr((one_line(institution.mail_sender), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def identity(institution: Institution) -> dict[str, Any]:
    """In whose name a mail goes out."""
    return {
        "institution": institution,
        "time_zone": institution.time_zone,
        "prefix": prefix_of(institution),
        "sender": sender_of(institution),
        "help_address": institution.helpdesk_email,
        "authority_line": settings.AUTHORITY_LINE,
    }


def context(application: Application, **more: Any) -> dict[str, Any]:
    """What every mail to an applicant may use."""
    told = {"name": application.name, "receipt": application.receipt}
    return {**identity(application.institution), **told, **more}


def applicant_of(ids: dict[str, str]) -> Application:
    """The application a message is about; a message to nobody is not needed."""
    found = Application.objects.select_related("institution").filter(pk=ids["application"]).first()
    if found is None:
        raise Unneeded
    return found


def link_of(ids: dict[str, str]) -> dict[str, Any]:
    """The link's address, derived at the last moment, and its end."""
    link = Link.objects.filter(pk=ids["link"]).first()
    if link is None:
        raise Unneeded
    path = reverse(PATHS[link.purpose], args=[links.token_of(link.pk)])
    return {"link": f"{settings.BASE_URL}{path}", "expires_at": link.expires_at}


def subject_of(application: Application, message: str) -> str:
    """The subject that the application's procedure gives this message."""
    subject: str = getattr(terms.of(application).subjects, message)
    return subject.format(prefix=prefix_of(application.institution))


@outbox.message("activation")
def activation(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, subject=subject_of(application, "activation"), **link_of(ids))
    return outbox.render("activation", application.mailbox, given)


@outbox.message("set_passphrase")
def set_passphrase(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, subject=subject_of(application, "set_passphrase"), **link_of(ids))
    return outbox.render("set_passphrase", application.mailbox, given)


@outbox.message("submitted")
def submitted(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("submitted", application.mailbox, context(application))


@outbox.message("correction")
def correction(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    asked = [{"label": steps.label_of(c.field), "reason": c.reason} for c in steps.latest_corrections(application)]
    return outbox.render("correction", application.mailbox, context(application, corrections=asked, **link_of(ids)))


@outbox.message("rejected")
def rejected(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("rejected", application.mailbox, context(application, reason=application.rejection_reason))


@outbox.message("status_link")
def status_link(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("status_link", application.mailbox, context(application, **link_of(ids)))


@outbox.message("nik_in_use")
def nik_in_use(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("nik_in_use", application.mailbox, context(application))
