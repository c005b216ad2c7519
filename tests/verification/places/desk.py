"""The addresses of the desks, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import ADMINISTRATOR, HR, ISSUER, VERIFIER, Place, only

# Desk → (its list, its case, whose it is).
DESKS = {
    "review": ("queue", "review", VERIFIER),
    "hr-check": ("hr-check", "hr-check-case", HR),
    "pre-check": ("pre-check", "pre-check-case", VERIFIER),
    "issuing": ("issuing", "issuing-case", ISSUER),
}

OFFICERS: dict[str, Place] = {
    "admin:held": Place(only(ADMINISTRATOR)),
    # A holder's too, but of a case that the holder holds: the one here is free.
    "admin:hand-over": Place(only(ADMINISTRATOR), row="application", method="post"),
    "admin:institution-reasons": Place(only(ADMINISTRATOR), row="institution", args={"kind": "correction"}),
}
for desk, (waiting, case, role) in DESKS.items():
    OFFICERS[f"admin:{waiting}"] = Place(only(role))
    OFFICERS[f"admin:{waiting}-take-next"] = Place(only(role), method="post")
    OFFICERS[f"admin:{case}"] = Place(only(role), row="application")
    OFFICERS[f"admin:{desk}-take"] = Place(only(role), row="application", method="post")
    OFFICERS[f"admin:{desk}-release"] = Place(only(role), row="application", method="post")
    OFFICERS[f"admin:{desk}-picture"] = Place(only(role), row="application", args={"field": "photo"})
    OFFICERS[f"admin:{desk}-paper"] = Place(only(role), row="application")


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    return {}
