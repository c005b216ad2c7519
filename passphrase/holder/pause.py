"""The pause of a new certificate, as its holder sees it: which of the two signs now, until when, and which then; and
which of them an act is about."""

from dataclasses import dataclass
from datetime import datetime

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application, Status
from passphrase import succession
from passphrase.authority import taking_back
from passphrase.holder import validity
from passphrase.holder.visitor import Visitor
from passphrase.models import Certificate


@dataclass(frozen=True)
class InUse:
    """The earlier certificate while it still signs. ``until``: when it stops; ``next_at``: when the new one works."""

    certificate: Certificate
    receipt: str
    until: datetime
    next_at: datetime

    @property
    def has_gap(self) -> bool:
        """Whether it ends before the new one works: who renewed in the last hour signs with neither for a while."""
        return self.until < self.next_at


def in_use(visitor: Visitor) -> InUse | None:
    """The one whose place the certificate in view is to take; nothing when that one signs itself, or none does."""
    new = visitor.application
    if new.status != Status.ISSUE or new.predecessor_id is None:
        return None
    old = next((each for each in visitor.applications if each.pk == new.predecessor_id), None)
    certificate = succession.living_certificate(old) if old else None
    if old is None or certificate is None or taking_back.issuer_ended_at(certificate.serial) is not None:
        return None
    then = validity.ready_at(new)
    return InUse(certificate, old.receipt, min(certificate.not_after, then), then)


@dataclass(frozen=True)
class Two:
    """Both certificates of one person while neither has ended; each can be taken back without the other."""

    old: Application
    new: Application
    old_certificate: Certificate
    new_certificate: Certificate

    @property
    def each(self) -> list[Application]:
        """In the order in which their rows are locked (:func:`passphrase.succession.locked`)."""
        return [self.old, self.new]

    @property
    def issued_at(self) -> datetime:
        return self.new_certificate.issued_at

    @property
    def ready_at(self) -> datetime:
        return validity.ready_at(self.new)

    @property
    def until(self) -> datetime:
        """When the old one stops: at its own end, or when the new one takes its place."""
        return min(self.old_certificate.not_after, self.ready_at)


def two(application: Application) -> Two | None:
    """The pair to which this application's certificate belongs, be it the old one or the new one."""
    following = succession.under_way(application)
    old, new = (application, following) if following else (application.predecessor, application)
    if old is None or not {old.status, new.status} <= set(WITH_CERTIFICATE):
        return None
    living = {each.application_id: each for each in Certificate.objects.filter(
        application__in=[old, new], revoked_at=None
    )}  # fmt: skip
    return Two(old, new, living[old.pk], living[new.pk]) if len(living) == 2 else None
