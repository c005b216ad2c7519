"""The pause of a new certificate, as its holder sees it: which of the two signs now, until when, and which then."""

from dataclasses import dataclass
from datetime import datetime

from enrollment.models import Status
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
