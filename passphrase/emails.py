"""The passphrase link by WhatsApp, and the certificate's messages: issued, active, suspended, resumed, revoked."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from enrollment import channels, emails, status, terms
from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.emails import applicant_of, context, link_of, subject_of
from enrollment.models import Application
from passphrase import revocation, succession, suspension
from passphrase.models import Certificate
from tte_portal import outbox
from tte_portal.outbox import Content, Mail, Unneeded
from tte_portal.whatsapp import link_message


def certificate_of(application: Application) -> Certificate:
    """The certificate a message is about; of one that was revoked nobody need hear."""
    found = Certificate.objects.filter(application=application, revoked_at=None).first()
    if found is None:
        raise Unneeded
    return found


Purpose = Application.Purpose

WHY_BY_WHATSAPP = {
    Purpose.FIRST: "pengajuan sertifikat elektronik Anda di {institution} disetujui.",
    Purpose.RENEWAL: "Anda memperpanjang sertifikat elektronik Anda di {institution}.",
    Purpose.RESET: "Anda meminta passphrase baru di {institution}. Bukan Anda? Abaikan: tidak ada yang berubah.",
    Purpose.REISSUE: "data Anda di {institution} berubah, karena itu sertifikat elektronik Anda diganti.",
}
BY_WHATSAPP = """\
Hai {name}, {why}

Buat passphrase Anda lewat tautan ini:
{link}

Tautan berlaku 1 × 24 jam dan dipakai satu kali. Buatlah sendiri: jangan teruskan pesan ini, dan jangan berikan \
passphrase kepada siapa pun, termasuk petugas."""


@outbox.message("set_passphrase_whatsapp", instead="set_passphrase")
def set_passphrase_whatsapp(ids: dict[str, str]) -> Content:
    """To the number that was proven to be the person's; without one, the mail."""
    application = applicant_of(ids)
    if not channels.passphrase_by_whatsapp(application):
        return emails.set_passphrase(ids)
    link = link_of(ids)["link"]
    why = WHY_BY_WHATSAPP[Purpose(application.purpose)].format(institution=application.institution.name)
    text = BY_WHATSAPP.format(name=application.name, why=why, link=link)
    return link_message(application.phone, text, link)


@outbox.message("issued")
def issued(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    asked = terms.of(application)
    pause = asked.pause_text if asked.pause_seconds else ""
    given = context(
        application, subject=subject_of(application, "issued"), certificate=certificate_of(application), pause=pause,
        replaced=before_of(application), at_issue=application.purpose in succession.AT_ISSUE,
    )  # fmt: skip
    return outbox.render("issued", application.mailbox, given)


@outbox.message("active")
def active(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, certificate=certificate_of(application), replaced=before_of(application))
    return outbox.render("active", application.mailbox, given)


@outbox.message("suspended")
def suspended(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    given = context(application, certificate=last_of(application), reason=suspension.reason_of(application))
    return outbox.render("suspended", application.mailbox, given)


@outbox.message("resumed")
def resumed(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    return outbox.render("resumed", application.mailbox, context(application, certificate=last_of(application)))


@outbox.message("revoked")
def revoked(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    certificate = last_of(application)
    reason = revocation.words_of(certificate.revocation_reason)
    stopped = any(status.is_stopped(each) for each in Application.objects.filter(predecessor=application))
    given = context(
        application, certificate=certificate, reason=reason, stopped=stopped,
        held_before=revocation.held_before(application, certificate), other=(other := _beside(application)),
        other_is_new=other is not None and other.application.predecessor_id == application.pk,
        revoke_link=f"{settings.BASE_URL}{reverse('certificate-revoke')}",
    )  # fmt: skip
    return outbox.render("revoked", application.mailbox, given)


def before_of(application: Application) -> Certificate | None:
    """The certificate in whose place this one was made."""
    if application.predecessor_id is None:
        return None
    return Certificate.objects.filter(application=application.predecessor_id).order_by("-pk").first()


def _beside(application: Application) -> Certificate | None:
    """The person's other certificate, of the hour before one takes the place of the other: it goes on."""
    pair = Q(application__predecessor=application)
    if application.predecessor_id is not None:
        pair |= Q(application=application.predecessor_id)
    living = Certificate.objects.filter(pair, revoked_at=None, application__status__in=WITH_CERTIFICATE)
    return living.select_related("application").first()


def last_of(application: Application) -> Certificate:
    """The newest certificate, good or not; a message about none is not needed."""
    found = Certificate.objects.filter(application=application).order_by("-pk").first()
    if found is None:
        raise Unneeded
    return found
