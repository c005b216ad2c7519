"""The messages of this authority: BSrE mails its own links and certificates, ours say where that happens."""

from typing import Any
from uuid import UUID

from enrollment.emails import applicant_of, context, identity
from enrollment.models import Application, Institution, Status
from enrollment.terms import of as terms_of
from passphrase.bsre.models import BsreAccount, Stop
from passphrase.models import Certificate
from tte_portal import outbox
from tte_portal.models import Account
from tte_portal.outbox import Content, Mail, Unneeded
from tte_portal.outbox_messages import registered

State = BsreAccount.State
# What a certificate at BSrE has come to: the heading, and what the person does about it.
NEWS: dict[str, tuple[str, str]] = {
    Status.SUSPENDED: (
        "Sertifikat Elektronik Ditangguhkan",
        "BSrE menangguhkan sertifikat elektronik Anda. Selama ditangguhkan, Anda tidak dapat menandatangani.",
    ),
    Status.ACTIVE: (
        "Sertifikat Elektronik Aktif Lagi",
        "BSrE mengakhiri penangguhan. Sertifikat elektronik Anda dapat dipakai lagi.",
    ),
    Status.REVOKED: (
        "Sertifikat Elektronik Dicabut",
        "BSrE mencabut sertifikat elektronik Anda. Sertifikat itu tidak dapat dipakai lagi.",
    ),
    Status.EXPIRED: (
        "Sertifikat Elektronik Kedaluwarsa",
        "Masa berlaku sertifikat elektronik Anda di BSrE sudah habis.",
    ),
}


def _of_the_portal(application: Application) -> bool:
    """Whether its certificate is one that the embedded authority issued before."""
    return Certificate.objects.filter(application=application).exists()


@outbox.message("bsre_registered")
def bsre_registered(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    if application.status != Status.ON_SET_PASSPHRASE:
        # The person was quicker than the mail.
        raise Unneeded
    return outbox.render("bsre_registered", application.mailbox, context(application))


@outbox.message("bsre_issued")
def bsre_issued(ids: dict[str, str]) -> Content:
    application = applicant_of(ids)
    if _of_the_portal(application):
        return registered("issued").compose(ids)
    asked = terms_of(application)
    given = context(application, pause=asked.pause_text if asked.pause_seconds else "")
    return outbox.render("bsre_issued", application.mailbox, given)


@outbox.message("bsre_active")
def bsre_active(ids: dict[str, str]) -> Content:
    application = applicant_of(ids)
    if _of_the_portal(application):
        return registered("active").compose(ids)
    return outbox.render("bsre_active", application.mailbox, context(application))


@outbox.message("bsre_news")
def bsre_news(ids: dict[str, str]) -> Mail:
    """What became of the certificate, as it stands when the mail goes out."""
    application = applicant_of(ids)
    if application.status not in NEWS:
        raise Unneeded
    heading, lead = NEWS[application.status]
    return outbox.render("bsre_news", application.mailbox, context(application, heading=heading, lead=lead))


@outbox.message("bsre_expired")
def bsre_expired(ids: dict[str, str]) -> Content:
    if _of_the_portal(applicant_of(ids)):
        return registered("expired").compose(ids)
    return bsre_news(ids)


@outbox.message("bsre_attention")
def bsre_attention(ids: dict[str, str]) -> Mail:
    """To an administrator: BSrE refuses the portal, or one person. No name and no number of anybody."""
    account = Account.objects.filter(pk=ids["account"], is_active=True, is_staff=True).first()
    institution = Institution.objects.filter(pk=ids["institution"]).first()
    if account is None or institution is None or not account.mailbox:
        raise Unneeded
    given = _refused_person(ids["application"]) if "application" in ids else _stopped(institution)
    told = {**identity(institution), "name": account.name, **given}
    return outbox.render("bsre_attention", account.mailbox, told)


def _refused_person(application_id: str) -> dict[str, Any]:
    found = BsreAccount.objects.select_related("application").filter(application=UUID(application_id)).first()
    if found is None or found.state != State.REFUSED:
        raise Unneeded
    return {"receipt": found.application.receipt, "error": found.error, "stop": None}


def _stopped(institution: Institution) -> dict[str, Any]:
    found = Stop.objects.filter(institution=institution).first()
    if found is None:
        raise Unneeded
    return {"stop": found, "refused": found.reason == Stop.Reason.NOT_ADMITTED}
