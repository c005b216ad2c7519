"""The states of an application in the words and numbers that signing applications know: one table, one place.

Source: public clients of the E-Sign client service and its documented answers. Numbers marked "ours" were found in no
public document; programs decide by the word. Only ISSUE may sign, so its number is given to nothing else.
"""

from dataclasses import dataclass

from enrollment.models import Status, WaitingFor


@dataclass(frozen=True)
class Word:
    """``v1`` and ``v2``: the status_code of the two versions; ``message`` goes along with both."""

    status: str
    v1: int
    v2: int
    message: str


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
BY_STATUS = {each.status: each for each in _FIRST}


def as_sql(renewing: str) -> str:
    """SQL for the word of one application, by its columns; ``renewing``: whether its renewal is under way or
    overdue."""
    others = " ".join(f"WHEN '{status}' THEN '{word.status}'" for status, word in _OF_STATUS.items())
    return (
        f"CASE status WHEN '{Status.NEW}' THEN CASE waiting_for WHEN '{WaitingFor.APPLICANT}' THEN '{NEW.status}' "
        f"ELSE '{WAITING.status}' END WHEN '{Status.ACTIVE}' THEN CASE WHEN {renewing} THEN '{RENEW.status}' "
        f"ELSE '{ISSUE.status}' END {others} END"
    )


def most_telling_first(word: str) -> str:
    """SQL to order by: the place of that column's word."""
    return f"array_position(ARRAY[{', '.join(repr(each.status) for each in _FIRST)}], {word})"
