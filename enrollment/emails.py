"""The enrolment's messages: one function each, three templates each."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from enrollment import steps, terms
from enrollment.models import Application
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Mail, Unneeded

PATHS = {"activation": "link-activation", "passphrase": "link-passphrase", "status": "link-status"}


def context(application: Application, **more: Any) -> dict[str, Any]:
    """What every mail to an applicant may use."""
    return {
        "institution": application.institution,
        "time_zone": application.institution.time_zone,
        "prefix": settings.MAIL_PREFIX,
        "name": application.name,
        "receipt": application.receipt,
        "help_address": application.institution.helpdesk_email,
        "authority_line": settings.AUTHORITY_LINE,
        **more,
    }


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
    return subject.format(prefix=settings.MAIL_PREFIX)


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
