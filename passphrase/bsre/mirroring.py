"""BSrE's word as a change of state: one table, walked by the lifecycle's own transitions."""

from enrollment import lifecycle
from enrollment.lifecycle import State
from enrollment.models import Application
from passphrase.bsre.words import Word

_HAS_ENDED = dict.fromkeys((lifecycle.ISSUED, lifecycle.ACTIVE, lifecycle.SUSPENDED), "revoke_at_bsre")  # fmt: skip

# From where a word moves on, and by which change. ISSUE walks two steps; the pause before ACTIVE is the portal's own.
CHANGES: dict[Word, dict[State, str]] = {
    Word.WAITING: {lifecycle.PASSPHRASE: "enroll_at_bsre"},
    Word.ISSUE: {
        lifecycle.PASSPHRASE: "enroll_at_bsre",
        lifecycle.ENROLLED: "issue",
        lifecycle.SUSPENDED: "resume_at_bsre",
    },
    Word.SUSPEND: {lifecycle.ISSUED: "suspend_at_bsre", lifecycle.ACTIVE: "suspend_at_bsre"},
    Word.REVOKE: _HAS_ENDED,
    Word.EXPIRED: dict.fromkeys(_HAS_ENDED, "expire"),
}
# Where a word is what was to be expected, and nothing changes.
FITS: dict[Word, tuple[State, ...]] = {
    Word.NO_CERTIFICATE: (lifecycle.PASSPHRASE,),
    Word.NEW: (lifecycle.PASSPHRASE,),
    Word.WAITING: (lifecycle.ENROLLED,),
    Word.ISSUE: (lifecycle.ISSUED, lifecycle.ACTIVE),
    # Its holder renews at BSrE: until the new certificate is there, nothing changes here.
    Word.RENEW: (lifecycle.PASSPHRASE, lifecycle.ENROLLED, lifecycle.ISSUED, lifecycle.ACTIVE),
    # Somebody whose certificate of an earlier time has ended makes a new passphrase now.
    Word.EXPIRED: (lifecycle.PASSPHRASE, lifecycle.ENROLLED, lifecycle.EXPIRED),
    Word.REVOKE: (lifecycle.PASSPHRASE, lifecycle.ENROLLED, lifecycle.REVOKED),
    Word.SUSPEND: (lifecycle.SUSPENDED,),
}


def follow(application: Application, word: Word) -> bool:
    """Walk the locked application to where BSrE says it stands; ``False`` when the word fits nothing known here.

    Such a word changes nothing: neither is a certificate taken from somebody, nor does a lost answer make one.
    """
    table = CHANGES.get(word, {})
    moved = False
    while name := table.get(lifecycle.state_of(application)):
        lifecycle.change(name, application, by=None, detail={"bsre": word.value})
        moved = True
    return moved or lifecycle.state_of(application) in FITS.get(word, ())
