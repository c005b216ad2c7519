"""What a holder may do to the own certificate: revoke it, put it out of use for a while, take it into use again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application, Status
from passphrase import revocation, succession, suspension
from passphrase.holder.ending_forms import NEW, OLD
from passphrase.holder.pause import Two
from passphrase.holder.proof import Acting
from passphrase.holder.visitor import Visitor
from tte_portal import links

Doing = Callable[[Application, str, str], bool]


@dataclass(frozen=True)
class Ending:
    """``slug``: its word in addresses; ``fits``: whether it can be done now; ``is_done``: whether it is so already;
    ``do(application, reason, proof)``: does it, ``False`` when it was so already; ``meant(two, which)``: which of two
    certificates it is about."""

    slug: str
    template: str
    fits: Callable[[Application], bool]
    is_done: Callable[[Application], bool]
    do: Doing
    meant: Callable[[Two, str], list[Application]]


def can_revoke(application: Application) -> bool:
    return application.status in WITH_CERTIFICATE and not revocation.lies_elsewhere(application)


def can_suspend(application: Application) -> bool:
    """In its pause too: a lost phone is lost at any hour."""
    usable = application.status in (Status.ISSUE, Status.ACTIVE)
    return usable and not revocation.lies_elsewhere(application)


def _to_revoke(two: Two, which: str) -> list[Application]:
    return {NEW: [two.new], OLD: [two.old]}.get(which, two.each)


def _to_suspend(two: Two, which: str) -> list[Application]:
    """Both: within the hour the new one would work in the place of the one that was put out of use."""
    return [each for each in two.each if can_suspend(each)]


def _to_resume(two: Two, which: str) -> list[Application]:
    """The new one, which takes the old one's place with it; the old one where it alone was suspended."""
    return [two.new if suspension.is_own(two.new) else two.old]


ENDINGS = {
    each.slug: each
    for each in (
        Ending(
            "cabut", "certificate/revoke.html", can_revoke, lambda each: bool(each.status == Status.REVOKED),
            lambda each, reason, proof: revocation.revoke(each.pk, reason, by=each, proof=proof),
            _to_revoke,
        ),
        Ending(
            "tangguhkan", "certificate/suspend.html", can_suspend, lambda each: bool(each.status == Status.SUSPENDED),
            lambda each, reason, proof: revocation.suspend(each.pk, by=each, proof=proof),
            _to_suspend,
        ),
        Ending(
            "aktifkan", "certificate/resume.html", suspension.is_own,
            lambda each: bool(each.status == Status.ACTIVE),
            lambda each, reason, proof: revocation.resume(each.pk, by=each, proof=proof),
            _to_resume,
        ),
    )
}  # fmt: skip


def carry_out(ending: Ending, acting: Acting, applications: list[Application], reason: str, how: str) -> bool:
    """Do it to these, and use the proving link up with it; ``False`` when it was so already of all of them.

    Raises ``LinkClosed`` when another tab was first, ``NotPossible``, ``NotAllowed`` or ``UnknownReason``.
    """
    with transaction.atomic():
        if acting.link_id is not None and not links.finish(acting.link_id):
            raise links.LinkClosed("used")
        succession.locked(applications[0].pk)
        for each in applications:
            each.refresh_from_db()
        # The pause may have ended meanwhile, and the old one with it; where nothing fits any more, the act says why.
        done = [ending.do(each, reason, how) for each in filter(ending.fits, applications)]
        return any(done) if done else ending.do(applications[-1], reason, how)


def may(fits: Callable[[Application], bool]) -> Callable[[Visitor], bool]:
    """The same question, as the cards of the page ask it."""
    return lambda visitor: any(fits(each) for each in visitor.applications)
