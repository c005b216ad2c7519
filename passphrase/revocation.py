"""Taking a certificate back: for good or for a while, by its holder or an officer, for one of RFC 5280's reasons."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Status
from passphrase import authority, custody, succession
from passphrase.authority.ledger import HOLD
from passphrase.models import Certificate
from tte_portal.audit import Actor, actor_name
from tte_portal.models import AuditRow


@dataclass(frozen=True)
class Reason:
    """``code`` as RFC 5280 (5.3.1) names it, ``words`` as people read it in lists, mails and pages."""

    code: str
    words: str
    holder: bool = True


REASONS: tuple[Reason, ...] = (
    Reason("keyCompromise", "Passphrase diketahui orang lain, atau dikhawatirkan begitu"),
    Reason("affiliationChanged", "Pindah instansi, pensiun, atau berhenti"),
    Reason("superseded", "Nama atau jabatan berubah, diganti sertifikat baru"),
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
        application = lifecycle.locked(application_id)
        if application.status == Status.REVOKED:
            return False
        certificate = _living(application)
        lifecycle.change("revoke", application, by=by, detail={"reason": code, **_told(proof, comment)})
        authority.current().revoke(certificate.serial, code)
        Certificate.objects.filter(pk=certificate.pk).update(revoked_at=Now(), revocation_reason=code)
        custody.destroy(application_id)
        if code in FOR_GOOD:
            _end_successor(application, code, by, proof, comment)
        return True


def _end_successor(old: Application, code: str, by: Actor, proof: str, comment: str) -> None:
    following = succession.stop(old, f"Sertifikat sebelumnya dicabut: {words_of(code)}.")
    if following is not None:
        mine = following if isinstance(by, Application) else by
        revoke(following.pk, code, by=mine, proof=proof, comment=comment)


def suspend(application_id: UUID, *, by: Actor, proof: str = "", comment: str = "") -> bool:
    """Put the certificate out of use for a while, its key kept; ``False`` when it is already. Raises as above."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if application.status == Status.SUSPENDED:
            return False
        certificate = _living(application)
        lifecycle.change("suspend", application, by=by, detail=_told(proof, comment))
        authority.current().revoke(certificate.serial, HOLD)
        return True


def resume(application_id: UUID, *, by: Actor, proof: str = "", comment: str = "") -> bool:
    """End a suspension; ``False`` when there is none (any more). Raises as above: what an officer has suspended is
    not for its holder to resume."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if application.status == Status.ACTIVE:
            return False
        certificate = _living(application)
        if isinstance(by, Application) and not is_own_suspension(application):
            raise lifecycle.NotAllowed("An officer has suspended it.")
        lifecycle.change("resume", application, by=by, detail=_told(proof, comment))
        authority.current().resume(certificate.serial)
        return True


def is_own_suspension(application: Application) -> bool:
    """Whether the holder put it out of use: the audit trail knows who did it last."""
    if application.status != Status.SUSPENDED:
        return False
    last = AuditRow.objects.filter(subject=application.pk, event="suspend").order_by("-at").first()
    return last is not None and last.actor == actor_name(application)


def _told(proof: str, comment: str) -> dict[str, str]:
    return {name: value for name, value in (("proof", proof), ("comment", comment)) if value}


def _living(application: Application) -> Certificate:
    found = Certificate.objects.filter(application=application, revoked_at=None).first()
    if found is None and lies_elsewhere(application):
        raise HeldElsewhere(AT_THE_AUTHORITY.format(authority=authority.current().name))
    if found is None:
        raise lifecycle.NotPossible("There is no certificate.")
    return found
