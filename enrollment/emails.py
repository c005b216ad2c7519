"""The enrolment's messages: one function each, three templates each."""

from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from enrollment import automatic, channels, comparisons, receipts, reissue, terms, withdrawal
from enrollment.elsewhere import at_bsre
from enrollment.form_fields import one_line
from enrollment.models import Application, Institution, PhoneCode
from enrollment.wizard import phone_codes, steps
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Content, Mail, Unneeded
from tte_portal.whatsapp import code_message

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
    given = context(
        application, subject=subject_of(application, "activation"), merged=receipts.latest_merged(application),
        renews=application.purpose == Application.Purpose.RENEWAL, **link_of(ids),
    )  # fmt: skip
    return outbox.render("activation", application.mailbox, given)


@outbox.message("set_passphrase")
def set_passphrase(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(
        application, subject=subject_of(application, "set_passphrase"), purpose=application.purpose,
        reissue=reissue.told(application), **link_of(ids),
    )  # fmt: skip
    return outbox.render("set_passphrase", application.mailbox, given)


@outbox.message("submitted")
def submitted(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    asked = terms.of(application)
    given = context(
        application, matched=automatic.transition_of(application) == "submit_for_matching",
        by_whatsapp=channels.passphrase_by_whatsapp(application), by_hand=asked.certificate.issuer == "by-hand",
        at_bsre=at_bsre(),
    )  # fmt: skip
    return outbox.render("submitted", application.mailbox, given)


@outbox.message("correction")
def correction(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    asked = [
        {"label": steps.label_of(c.field, application), "reason": c.reason}
        for c in steps.latest_corrections(application)
    ]
    return outbox.render("correction", application.mailbox, context(application, corrections=asked, **link_of(ids)))


@outbox.message("rejected")
def rejected(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("rejected", application.mailbox, context(application, reason=application.rejection_reason))


@outbox.message("status_link")
def status_link(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    certified = application.status in comparisons.CERTIFIED
    given = context(application, merged=receipts.latest_merged(application), certified=certified, **link_of(ids))
    return outbox.render("status_link", application.mailbox, given)


@outbox.message("nik_in_use")
def nik_in_use(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("nik_in_use", application.mailbox, context(application))


@outbox.message("withdrawn")
def withdrawn(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, goes_on=withdrawal.goes_on(application))
    return outbox.render("withdrawn", application.mailbox, given)


CODE_BY_WHATSAPP = """\
{code} adalah kode OTP Anda untuk pengajuan sertifikat elektronik di {institution}.

Berlaku 5 menit dan dipakai satu kali. Jangan berikan kepada siapa pun, termasuk petugas."""


def code_to_tell(ids: dict[str, str]) -> str:
    """The digits, as long as somebody waits for them."""
    open_ones = PhoneCode.objects.filter(pk=ids["code"], used_at=None, replaced_at=None, expires_at__gt=Now())
    if not open_ones.exists():
        raise Unneeded
    return phone_codes.code_of(UUID(ids["code"]))


# A code lives five minutes: the mail must not come after them.
@outbox.message("phone_code", instead="phone_code_mail", silence=timedelta(seconds=45))
def phone_code(ids: dict[str, str]) -> Content:
    application, code = applicant_of(ids), code_to_tell(ids)
    text = CODE_BY_WHATSAPP.format(code=code, institution=application.institution.name)
    return code_message(application.phone, text, code)


@outbox.message("phone_code_mail")
def phone_code_mail(ids: dict[str, str]) -> Mail:
    application, code = applicant_of(ids), code_to_tell(ids)
    return outbox.render("phone_code", application.mailbox, context(application, code=code))
