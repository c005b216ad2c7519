"""The monthly report's addresses."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import ADMINISTRATOR, REPORT_READER, VERIFIER, Place, only

READERS = only(REPORT_READER, ADMINISTRATOR, VERIFIER)
MONTH = {"institution_slug": "natuna", "month": "2026-02"}

OFFICERS: dict[str, Place] = {
    "reports-monthly": Place(READERS),
    "reports-monthly-pdf": Place(READERS, row="month", args=MONTH),
    "reports-monthly-xlsx": Place(READERS, row="month", args=MONTH),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    # A month is there once it is over: the institution has been at it for long.
    Application.objects.filter(pk=case.pk).update(created_at="2026-01-10T00:00:00Z")
    return {}
