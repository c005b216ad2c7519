"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests import rosters
from tests.verification.places import ADMINISTRATOR, VERIFIER, Place, only
from verification.people.models import FaultyRow

OURS = only(ADMINISTRATOR, VERIFIER)
XLSX = {"kind": "xlsx"}
OFFICERS: dict[str, Place] = {
    "admin:people": Place(OURS),
    "admin:people-one": Place(OURS),
    "admin:people-several": Place(OURS),
    "admin:people-upload": Place(OURS),
    "admin:people-template": Place(OURS, args=XLSX),
    "admin:people-list": Place(OURS, row="list"),
    "admin:people-register": Place(OURS, row="list", method="post"),
    "admin:people-row": Place(OURS, row="list", args={"row": "2"}),
    "admin:people-add": Place(OURS, row="list", method="post"),
    "admin:people-faulty": Place(OURS, row="list", args=XLSX),
    "admin:people-results": Place(OURS, row="list", args=XLSX),
    # While it is being worked on nobody throws it away: that leads back to it.
    "admin:people-discard": Place(OURS, row="list", method="post"),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    made = rosters.waiting_list(case.institution)
    assert FaultyRow.objects.filter(personnel_list=made, row=2).exists()
    return {"roster_id": made.pk}
