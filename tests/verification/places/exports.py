"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import ADMINISTRATOR, NOBODY, VERIFIER, Place, only
from tte_portal.models import Account
from verification.exports.models import Export

# One's own alone: an export of somebody else is nobody's.
OFFICERS: dict[str, Place] = {
    "admin:exports": Place(only(VERIFIER, ADMINISTRATOR)),
    "admin:export": Place(NOBODY, row="export"),
    "admin:export-fetch": Place(NOBODY, row="export", method="post"),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    day = case.created_at.date()
    export = Export.objects.create(
        owner=Account.objects.get(login="vera"), form="csv", institutions=[case.institution_id], first=day, last=day,
        zone="Asia/Jakarta", place="Contoh", digest="contoh",
    )  # fmt: skip
    return {"export_id": export.pk}
