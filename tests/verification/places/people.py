"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import Place

OFFICERS: dict[str, Place] = {}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    return {}
