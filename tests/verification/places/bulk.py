"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application, Role
from tests import cast
from tests.verification.places import ISSUER, NOBODY, VERIFIER, Place, only
from verification.bulk.models import BulkRun

OFFICERS: dict[str, Place] = {
    "admin:bulk": Place(only(VERIFIER, ISSUER)),
    # One's own decisions alone.
    "admin:bulk-run": Place(NOBODY, row="bulk"),
    "admin:bulk-result": Place(NOBODY, row="bulk"),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    officer = cast.make_officer("massal", (case.institution, Role.Kind.VERIFIER))
    run = BulkRun.objects.create(institution=case.institution, officer=officer, desk="queue", kind="approve")
    return {"run_id": run.pk}
