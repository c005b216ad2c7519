"""What the portal asks of a certificate authority, and which one answers here.

The authority is asynchronous: it may issue at once, say "later", or refuse. Every request carries an idempotency key,
and asking again with the same key gets the same certificate, so a caller that died half-way just asks again.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Profile:
    """Who the certificate is for and how long it lives: what the portal vouches for."""

    full_name: str
    shorter_names: tuple[str, ...]
    organization: str
    country: str
    # Tells people of one name apart; never an identity number.
    holder: str
    mailbox: str
    validity_days: int


@dataclass(frozen=True)
class Issued:
    """The signed certificate (DER) and the certificates above it, from its issuer to the root."""

    certificate: bytes
    chain: tuple[bytes, ...]


@dataclass(frozen=True)
class Pending:
    """The authority has the request and will answer later: ask with ``poll``."""


@dataclass(frozen=True)
class Rejected:
    """The authority refuses for good; nothing was signed."""

    reason: str


Answer = Issued | Pending | Rejected


class Unavailable(Exception):
    """The authority cannot answer now: ask again later, with the same key."""


class Authority(Protocol):
    """One certificate authority. Every call may raise :class:`Unavailable`."""

    # As it stands in mails and on pages.
    name: str
    # Whether holders' keys lie in the portal's custody; where not, the passphrase is the authority's own business.
    holds_keys: bool

    def submit(self, csr: bytes, profile: Profile, idempotency_key: UUID) -> Answer:
        """Ask for a certificate. Must not be called inside a transaction."""

    def poll(self, idempotency_key: UUID) -> Answer | None:
        """What became of a request; ``None`` when the authority knows of none and it is to be submitted (again)."""

    def revoke(self, serial: str, reason: str) -> bool:
        """End a certificate (``serial`` in upper-case hex) for a reason of RFC 5280, 5.3.1; "certificateHold" suspends
        it. ``True`` when that changed anything: a second request does not."""

    def resume(self, serial: str) -> bool:
        """End a suspension; ``False`` when there is none."""


def current() -> Authority:
    """The authority this portal asks, by ``TTE_AUTHORITY``."""
    if settings.AUTHORITY == "bsre":
        from passphrase.bsre.authority import BsreAuthority

        return BsreAuthority()
    from passphrase.authority.embedded import EmbeddedAuthority

    return EmbeddedAuthority()
