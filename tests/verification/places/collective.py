"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any
from uuid import uuid4

from enrollment.collective import drafts
from enrollment.collective.models import CollectiveRequest, RequestPaper
from enrollment.models import Application, Opd
from tests import cast
from tests.verification.places import ADMINISTRATOR, OPD_OPERATOR, Place, only
from tte_portal import files

OPERATOR, DESK = only(OPD_OPERATOR), only(ADMINISTRATOR)
ROW = "collective"

OFFICERS: dict[str, Place] = {
    "opd": Place(OPERATOR),
    "opd-new": Place(OPERATOR, method="post"),
    "opd-list-template": Place(OPERATOR),
    "opd-request": Place(OPERATOR, row=ROW),
    "opd-people": Place(OPERATOR, row=ROW),
    "opd-person": Place(OPERATOR, row=ROW),
    "opd-person-decree": Place(OPERATOR, row=ROW),
    "opd-letter": Place(OPERATOR, row=ROW),
    "opd-letter-form": Place(OPERATOR, row=ROW),
    "opd-decree": Place(OPERATOR, row=ROW),
    "opd-paper": Place(OPERATOR, row=ROW),
    "opd-submit": Place(OPERATOR, row=ROW),
    "opd-withdraw": Place(OPERATOR, row=ROW),
    "opd-sheet": Place(OPERATOR, row=ROW),
    "opd-renew": Place(OPERATOR, row=ROW, method="post"),
    "opd-link": Place(OPERATOR, row=ROW, method="post"),
    "admin:collective": Place(DESK),
    "admin:collective-request": Place(DESK, row=ROW),
    "admin:collective-paper": Place(DESK, row=ROW),
    "admin:collective-person": Place(DESK, row=ROW),
    "admin:collective-rest": Place(DESK, row=ROW, method="post"),
    "admin:collective-finish": Place(DESK, row=ROW, method="post"),
    "admin:collective-progress": Place(DESK, row=ROW),
    "admin:collective-prepare": Place(DESK, row=ROW, method="post"),
    "admin:collective-fetch": Place(DESK, row=ROW, method="post"),
    "admin:collective-made": Place(DESK, row=ROW, method="post"),
    "admin:collective-again": Place(DESK, row=ROW, method="post"),
    "admin:collective-address": Place(DESK, row=ROW),
    "admin:collective-sheet": Place(DESK, row=ROW),
    "admin:collective-renew": Place(DESK, row=ROW, method="post"),
    "admin:collective-link": Place(DESK, row=ROW, method="post"),
}


def rows(case: Application) -> dict[str, Any]:
    """A request of the institution's first OPD, handed in: its person and its letter."""
    opd = Opd.objects.filter(institution=case.institution).select_related("institution").first()
    assert opd is not None
    request = drafts.begin(opd, by=cast.make_officer("penulis-permohonan"))
    typed = {"name": "Uji Contoh", "nip": "199001012026031901", "position": "Analis", "phone": "080010009999"}
    person = drafts.save_person(request.pk, typed, by=request.begun_by)
    letter = files.store(b"%PDF-1.4 contoh", owner=request.pk, kind="opd-letter", content_type="application/pdf")
    paper = RequestPaper.objects.create(request=request, kind=RequestPaper.Kind.LETTER, original=letter, copy=letter)
    CollectiveRequest.objects.filter(pk=request.pk).update(
        state=CollectiveRequest.State.SUBMITTED, submitted_by=request.begun_by
    )
    return {"collective_id": request.pk, "line_id": person.pk, "letter_id": paper.pk, "list_id": uuid4()}
