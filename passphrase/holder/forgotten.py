"""A forgotten passphrase: a new key and a new certificate, made through a link that goes to the holder alone."""

from django.db import transaction

from enrollment import actions, lifecycle
from enrollment.models import Application, Status
from passphrase import authority, succession, suspension
from passphrase.holder.visitor import Visitor
from tte_portal import audit

Purpose = Application.Purpose

SUSPENDED = (
    "Sertifikat Anda sedang ditangguhkan. Minta petugas mengakhiri penangguhannya lebih dahulu, lalu kembali ke sini."
)
SUSPENDED_BY_ONESELF = "Anda menangguhkan sertifikat ini. Aktifkan lagi lebih dahulu, lalu kembali ke sini."
ENDED = "Sertifikat Anda sudah tidak berlaku, jadi tidak ada passphrase yang dapat diganti. Ajukan sertifikat baru."
UNDER_WAY = "Passphrase Anda sudah dibuat dan sertifikatnya sedang diterbitkan. Tunggu sampai terbit."
PAUSES = (
    "Sertifikat baru Anda belum aktif. Sampai saat itu pakailah sertifikat lama dengan passphrase lama. "
    "Passphrase baru yang lupa dapat diatur ulang begitu sertifikat baru aktif."
)
NOT_YET = "Anda belum mempunyai sertifikat, jadi belum ada passphrase yang dapat terlupa."
CLOSED = "Layanan instansi Anda sedang ditutup, jadi sertifikat baru belum dapat dibuat. Hubungi kontak bantuan."


class NotNow(Exception):
    """Nothing can be reset; the text says why and what instead."""


def fits(visitor: Visitor) -> bool:
    """Whether it stands on the holder's page: with a certificate that is in use, and none that signs in its place."""
    application = visitor.application
    with_one = application.status in (Status.ISSUE, Status.ACTIVE) and not succession.replaces_living(application)
    return with_one and authority.current().holds_keys


def waiting(application: Application) -> Application | None:
    """Whose passphrase is to be made now: the successor that was begun, or the application itself before its first."""
    found = succession.under_way(application) or application
    return found if lifecycle.state_of(found) == lifecycle.PASSPHRASE else None


def why_not(application: Application) -> str:
    """Why nothing can be reset, in words; empty when it can, or when a link can go out again."""
    if waiting(application) is not None or succession.can_reset(application):
        return "" if application.institution.is_open else CLOSED
    match application.status:
        case Status.SUSPENDED:
            return SUSPENDED_BY_ONESELF if suspension.is_own(application) else SUSPENDED
        case Status.EXPIRED | Status.REVOKED:
            return ENDED
        case Status.ISSUE if succession.replaces_living(application):
            return PAUSES
        case Status.ENROLL | Status.ISSUE | Status.ACTIVE:
            # With a certificate and no reset possible, the next one is being issued.
            return UNDER_WAY if succession.under_way(application) or application.status == Status.ENROLL else ENDED
        case _:
            return NOT_YET


def ask(application: Application) -> Application:
    """Send the link that makes a new passphrase, beginning a new certificate when none is under way; returns what the
    link is for. Until it is used nothing changes. Raises :class:`NotNow`."""
    if reason := why_not(application):
        raise NotNow(reason)
    found = waiting(application)
    if found is None:
        try:
            return _begun(application)
        except succession.NotNow:
            # Another request was first; what it began, gets its link again.
            found = waiting(application)
    if found is None or not actions.send_link_again(found, "passphrase", by=found):
        raise NotNow(why_not(application) or UNDER_WAY)
    return found


def _begun(application: Application) -> Application:
    with transaction.atomic():
        new = succession.begin(application.pk, Purpose.RESET)
        audit.record(
            "ask_reset", by=application, chain=application.institution.audit_chain, subject=application.pk,
            facts={"successor": new.receipt},
        )  # fmt: skip
        return new
