"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from enrollment.models import Application, Role
from tests import cast
from tests.verification.places import ADMINISTRATOR, ANY, Place, only
from verification.care.models import Absence

OFFICERS: dict[str, Place] = {
    "admin:care": Place(ANY),
    "admin:agreement": Place(ANY),
    "admin:sign-out-elsewhere": Place(ANY, method="post"),
    "admin:digest-switch": Place(ANY, method="post"),
    "admin:stay": Place(ANY, method="post"),
    "admin:absence": Place(ANY),
    # Their own absence, or as administrators anybody's there.
    "admin:absence-end": Place(only(ADMINISTRATOR), row="absence", method="post"),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    away, here = (cast.make_officer(name, (case.institution, Role.Kind.HR)) for name in ("pergi", "tinggal"))
    absence = Absence.objects.create(
        institution=case.institution, account=away, stand_in=here, begins=Now(), ends=Now() + timedelta(days=2)
    )
    return {"absence_id": absence.pk}
