"""Taking a certificate back: for good or for a while, by its holder or an officer, for one of RFC 5280's reasons."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from enrollment import lifecycle, status
from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application, Status
from passphrase import authority, succession, suspension
from passphrase.authority.ledger import HOLD
from passphrase.models import Certificate
from tte_portal.audit import Actor
from tte_portal.models import Account


@dataclass(frozen=True)
class Reason:
    """``code`` as RFC 5280 (5.3.1) names it, ``words`` as people read it in lists, mails and pages."""

    code: str
    words: str
    holder: bool = True


REASONS: tuple[Reason, ...] = (
    Reason("keyCompromise", "Passphrase diketahui orang lain, atau dikhawatirkan begitu"),
    Reason("affiliationChanged", "Pindah instansi, pensiun, atau berhenti"),
    Reason("superseded", "Diganti sertifikat baru"),
    Reason("cessationOfOperation", "Sertifikat tidak dipakai lagi"),
    Reason("privilegeWithdrawn", "Hak memakai sertifikat dicabut instansi", holder=False),
)
# Nobody is to have a certificate here any more: one that is being made in its place ends too.
FOR_GOOD = ("affiliationChanged", "cessationOfOperation", "privilegeWithdrawn")
OF_HOLDER = tuple(each for each in REASONS if each.holder)
_WORDS = {each.code: each.words for each in REASONS} | {HOLD: "Ditangguhkan untuk sementara"}


class UnknownReason(ValueError):
    """Not one of :data:`REASONS`, or not one for this actor."""


class HeldElsewhere(lifecycle.NotPossible):
    """There is no certificate here to take back: it lies with the authority, where its holder has it taken back."""


AT_THE_AUTHORITY = (
    "Sertifikat ini ada di {authority}. Mencabut, menangguhkan, dan mengaktifkannya lagi dilakukan di sana, bukan di "
    "portal ini; portal ini menampilkan hasilnya."
)


def lies_elsewhere(application: Application) -> bool:
    """Whether the authority, not the portal, has this application's certificate."""
    return not authority.current().holds_keys and not Certificate.objects.filter(application=application).exists()


def held_before(application: Application, certificate: Certificate) -> bool:
    """Whether a revoked certificate was suspended until then: it counts as revoked since the suspension."""
    if application.status != Status.REVOKED or certificate.revoked_at is None:
        return False
    return certificate.revoked_at < application.since


def words_of(code: str) -> str:
    return _WORDS.get(code, "Alasan lain")


def revoke(application_id: UUID, code: str, *, by: Actor, proof: str = "", comment: str = "") -> bool:
    """End the certificate for good and destroy its key; revocation list and status service tell it from then on.

    ``proof``: how a holder showed to be the one; ``comment``: an officer's words for colleagues. ``False`` when it is
    revoked already: the first reason and moment stay. Raises :class:`UnknownReason`, ``NotPossible`` (there is no
    certificate, or it has expired) or ``NotAllowed``.
    """
    if code not in {each.code for each in (OF_HOLDER if isinstance(by, Application) else REASONS)}:
        raise UnknownReason(code)
    with transaction.atomic():
        application = succession.locked(application_id)
        if application.status == Status.REVOKED:
            return False
        certificate = _living(application)
        lifecycle.change("revoke", application, by=by, detail={"reason": code, **_told(proof, comment)})
        succession.take_back(certificate, code)
        if code in FOR_GOOD:
            for other in _others(application, code):
                mine = other if isinstance(by, Application) else by
                revoke(other.pk, code, by=mine, proof=proof, comment=comment)
        return True


def _others(application: Application, code: str) -> list[Application]:
    """The person's other certificates here, as during the pause before a new one works; what is on its way is ended."""
    following = succession.stop(application, f"{status.STOPPED_WITH}: {words_of(code)}.")
    before = application.predecessor
    found = [following, before if before and before.status in WITH_CERTIFICATE else None]
    return [each for each in found if each is not None]


def suspend(application_id: UUID, reason: str = "", *, by: Actor, proof: str = "", comment: str = "") -> bool:
    """Put the certificate out of use for a while, its key kept; ``False`` when it is already.

    ``reason``: one of ``suspension.REASONS``, where an officer does it. Raises as above.
    """
    if reason and reason not in suspension.REASONS:
        raise UnknownReason(reason)
    with transaction.atomic():
        application = succession.locked(application_id)
        if application.status == Status.SUSPENDED:
            return False
        certificate = _living(application)
        given = {"reason": reason} if reason else {}
        lifecycle.change("suspend", application, by=by, detail={**given, **_told(proof, comment)})
        authority.current().revoke(certificate.serial, HOLD)
        following = succession.under_way(application)
        if isinstance(by, Account) and following is not None and following.status == Status.ISSUE:
            # Nobody is to sign meanwhile with the one that takes its place either.
            suspend(following.pk, reason, by=by, comment=comment)
        return True


def resume(application_id: UUID, *, by: Actor, proof: str = "", comment: str = "") -> bool:
    """End a suspension; ``False`` when there is none (any more). Raises as above: what an officer has suspended is
    not for its holder to resume, and while the certificate before it is held by one, neither is this."""
    with transaction.atomic():
        application = succession.locked(application_id)
        if application.status in (Status.ISSUE, Status.ACTIVE):
            return False
        certificate = _living(application)
        if isinstance(by, Application) and not suspension.is_own(application):
            raise lifecycle.NotAllowed("An officer has suspended it.")
        # It may have been suspended in its pause.
        succession.hand_over_at_activation(application)
        lifecycle.change("resume", application, by=by, detail=_told(proof, comment))
        authority.current().resume(certificate.serial)
        return True


def _told(proof: str, comment: str) -> dict[str, str]:
    return {name: value for name, value in (("proof", proof), ("comment", comment)) if value}


def _living(application: Application) -> Certificate:
    found = Certificate.objects.filter(application=application, revoked_at=None).first()
    if found is None and lies_elsewhere(application):
        raise HeldElsewhere(AT_THE_AUTHORITY.format(authority=authority.current().name))
    if found is None:
        raise lifecycle.NotPossible("There is no certificate.")
    return found
