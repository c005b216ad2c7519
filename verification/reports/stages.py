"""The stages of an application in the order of its way, as reports name them."""

from enrollment import lifecycle, status
from enrollment.lifecycle import State

ORDER: tuple[State, ...] = (
    lifecycle.HR_CHECK, lifecycle.PRE_CHECK, lifecycle.DRAFT, lifecycle.MATCHING, lifecycle.REVIEW,
    lifecycle.PASSPHRASE, lifecycle.APPROVAL, lifecycle.ENROLLED, lifecycle.ISSUED, lifecycle.ACTIVE,
    lifecycle.SUSPENDED, lifecycle.REJECTED, lifecycle.EXPIRED, lifecycle.REVOKED,
)  # fmt: skip
# Shown even while nobody stands there: every procedure has them.
ALWAYS = (lifecycle.DRAFT, lifecycle.PASSPHRASE, lifecycle.ENROLLED, lifecycle.ISSUED, lifecycle.ACTIVE)
ENDED = (lifecycle.REJECTED, lifecycle.EXPIRED, lifecycle.REVOKED)
UNDER_WAY = ORDER[: ORDER.index(lifecycle.ACTIVE)]


def key_of(state: State) -> str:
    """As the counts name it: "NEW/verifier"."""
    return f"{state[0].value}/{state[1].value}"


def name_of(state: State) -> str:
    return status.told_of(state).title


STAGES = {key_of(state): state for state in ORDER}
