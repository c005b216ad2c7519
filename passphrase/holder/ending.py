"""What a holder may do to the own certificate: revoke it, put it out of use for a while, take it into use again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application, Status
from passphrase import revocation, suspension
from passphrase.holder.proof import Acting
from passphrase.holder.visitor import Visitor
from tte_portal import links

Doing = Callable[[Application, str, str], bool]


@dataclass(frozen=True)
class Ending:
    """``slug``: its word in addresses; ``fits``: whether it can be done now; ``is_done``: whether it is so already;
    ``do(application, reason, proof)``: does it, ``False`` when it was so already."""

    slug: str
    template: str
    fits: Callable[[Application], bool]
    is_done: Callable[[Application], bool]
    do: Doing


def can_revoke(application: Application) -> bool:
    return application.status in WITH_CERTIFICATE and not revocation.lies_elsewhere(application)


def can_suspend(application: Application) -> bool:
    return bool(application.status == Status.ACTIVE) and not revocation.lies_elsewhere(application)


ENDINGS = {
    each.slug: each
    for each in (
        Ending(
            "cabut", "certificate/revoke.html", can_revoke, lambda each: bool(each.status == Status.REVOKED),
            lambda each, reason, proof: revocation.revoke(each.pk, reason, by=each, proof=proof),
        ),
        Ending(
            "tangguhkan", "certificate/suspend.html", can_suspend, lambda each: bool(each.status == Status.SUSPENDED),
            lambda each, reason, proof: revocation.suspend(each.pk, by=each, proof=proof),
        ),
        Ending(
            "aktifkan", "certificate/resume.html", suspension.is_own,
            lambda each: bool(each.status == Status.ACTIVE),
            lambda each, reason, proof: revocation.resume(each.pk, by=each, proof=proof),
        ),
    )
}  # fmt: skip


def carry_out(ending: Ending, acting: Acting, reason: str, how: str) -> bool:
    """Do it, and use the proving link up with it; ``False`` when it was so already.

    Raises ``LinkClosed`` when another tab was first, ``NotPossible``, ``NotAllowed`` or ``UnknownReason``.
    """
    with transaction.atomic():
        if acting.link_id is not None and not links.finish(acting.link_id):
            raise links.LinkClosed("used")
        return ending.do(acting.application, reason, how)


def may(fits: Callable[[Application], bool]) -> Callable[[Visitor], bool]:
    """The same question, as the cards of the page ask it."""
    return lambda visitor: any(fits(each) for each in visitor.applications)
