"""Where a person stands who wants to renew: too early, now, under way, too late; and what the records say."""

from dataclasses import dataclass
from datetime import datetime

from enrollment import actions, lifecycle, status
from enrollment.models import Application, Status
from passphrase import differences, succession
from passphrase.holder.visitor import Visitor
from passphrase.models import Certificate
from tte_portal.throttles import Throttle

RESENDS = Throttle("link-resends", limit=5, seconds=3600)
Purpose = Application.Purpose


@dataclass(frozen=True)
class Standing:
    """``kind``: none, early, short, full, under-way, suspended, ended, revoked or closed. ``opens_at``: from when
    on one may renew."""

    kind: str
    certificate: Certificate | None = None
    opens_at: datetime | None = None
    following: Application | None = None

    @property
    def turn(self) -> str:
        return status.turn_of(self.following) if self.following else ""

    @property
    def headline(self) -> str:
        return status.headline_of(self.following) if self.following else ""

    @property
    def link(self) -> str:
        """The purpose of the link that the person's turn needs; empty while it is somebody else's."""
        purposes = ("activation", "passphrase")
        return next((each for each in purposes if self.following and actions.can_resend(self.following, each)), "")


def standing(visitor: Visitor) -> Standing:
    application, certificate = visitor.application, visitor.certificate
    if certificate is None:
        return Standing("none")
    if following := succession.under_way(application):
        return Standing("under-way", certificate, following=following)
    ended = certificate.not_after <= lifecycle.now()
    if application.status == Status.EXPIRED or (ended and application.status != Status.REVOKED):
        return Standing("ended", certificate)
    if application.status in (Status.SUSPENDED, Status.REVOKED):
        return Standing(application.status.lower(), certificate)
    if not application.institution.is_open:
        return Standing("closed", certificate)
    if not succession.can_renew(application):
        return Standing("early", certificate, opens_at=certificate.not_after - succession.RENEWABLE_BEFORE)
    kind = "short" if differences.is_unchanged(application) else "full"
    return Standing(kind, certificate)


def fits(visitor: Visitor) -> bool:
    """Whether the page shows the card "Perpanjang sertifikat"."""
    return visitor.application.institution.is_open and succession.can_renew(visitor.application)


def is_under_way(visitor: Visitor) -> bool:
    return succession.under_way(visitor.application) is not None


def can_reissue(visitor: Visitor) -> bool:
    """In the last month one renews instead: that brings the new data too, and two more years."""
    application = visitor.application
    if not application.institution.is_open or succession.can_renew(application):
        return False
    return succession.can_reissue(application)


def send_again(found: Standing) -> bool:
    """Mail the link once more that the person's turn needs; ``False`` when it is not theirs. Raises ``Throttled``."""
    if found.following is None or not found.link:
        return False
    RESENDS.count(str(found.following.pk))
    return actions.send_link_again(found.following, found.link, by=found.following)
