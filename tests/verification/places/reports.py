"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import ADMINISTRATOR, HELP_DESK, REPORT_READER, VERIFIER, Place, only
from verification.reports import figures

READERS = only(REPORT_READER, ADMINISTRATOR, VERIFIER)

OFFICERS: dict[str, Place] = {
    "reports": Place(READERS),
    "reports-one": Place(READERS, args={"slug": "tahapan"}),
    "reports-csv": Place(READERS, args={"slug": "tahapan"}),
    "reports-xlsx": Place(READERS, args={"slug": "tahapan"}),
    "reports-people": Place(only(VERIFIER, HELP_DESK, ADMINISTRATOR)),
    "api-reports": Place(READERS),
    **{f"api-reports-{slug}": Place(READERS) for slug in figures.TITLES},
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    return {}
