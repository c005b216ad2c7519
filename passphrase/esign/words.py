"""The states of an application in the words and numbers that signing applications know: one table, one place.

Source: public clients of the E-Sign client service and its documented answers. Numbers marked "ours" were found in no
public document; programs decide by the word. Only ISSUE may sign, so its number is given to nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from enrollment.models import Status, WaitingFor


@dataclass(frozen=True)
class Word:
    """``v1`` and ``v2``: the status_code of the two versions; ``message`` goes along with both."""

    status: str
    v1: int
    v2: int
    message: str


@dataclass(frozen=True)
class Standing:
    """Where one application stands: its id and state, and whether a renewal of its certificate is under way."""

    application: UUID
    status: str
    waiting_for: str
    renewing: bool


_HAS = "User sudah terdaftar dan memiliki sertifikat dengan status {}"
_WAITS = "User sudah terdaftar dengan status {}"

NOT_REGISTERED = Word("NOT_REGISTERED", 1110, 2011, "User belum terdaftar")
NO_CERTIFICATE = Word("NO_CERTIFICATE", 2021, 2021, "User belum memiliki sertifikat")
ISSUE = Word("ISSUE", 1111, 1111, _HAS.format("ISSUE"))
# Ours from here on.
NEW = Word("NEW", 1112, 1112, _WAITS.format("NEW"))
WAITING = Word("WAITING_FOR_VERIFICATION", 1113, 1113, _WAITS.format("WAITING_FOR_VERIFICATION"))
EXPIRED = Word("EXPIRED", 1114, 1114, _HAS.format("EXPIRED"))
RENEW = Word("RENEW", 1115, 1115, _HAS.format("RENEW"))
SUSPEND = Word("SUSPEND", 1116, 1116, _HAS.format("SUSPEND"))
REVOKE = Word("REVOKE", 1117, 1117, _HAS.format("REVOKE"))

_OF_STATUS = {
    Status.ON_SET_PASSPHRASE: NO_CERTIFICATE,
    Status.REJECTED: NO_CERTIFICATE,
    # The pause: other systems are not to rely on it yet.
    Status.ENROLL: WAITING,
    Status.ISSUE: WAITING,
    Status.EXPIRED: EXPIRED,
    Status.SUSPENDED: SUSPEND,
    Status.REVOKED: REVOKE,
}
# Of somebody's several applications the one that says most about signing is told.
_FIRST = (ISSUE, RENEW, SUSPEND, WAITING, NEW, EXPIRED, REVOKE, NO_CERTIFICATE)


def of(standing: Standing) -> Word:
    """The word for one application."""
    status = Status(standing.status)
    if status == Status.NEW:
        return NEW if standing.waiting_for == WaitingFor.APPLICANT else WAITING
    if status == Status.ACTIVE:
        return RENEW if standing.renewing else ISSUE
    return _OF_STATUS[status]


def most_telling(found: Sequence[Standing]) -> tuple[UUID, Word] | None:
    """The application that decides, and its word; the newest of several that say the same."""
    told = [(standing.application, of(standing)) for standing in found]
    return min(told, key=lambda each: _FIRST.index(each[1]), default=None)
