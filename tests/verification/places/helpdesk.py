"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application, Role
from tests import cast
from tests.verification.places import ADMINISTRATOR, HELP_DESK, NOBODY, VERIFIER, Place, only
from tte_portal.models import OutboxMessage
from verification.helpdesk import changes, people

READS = only(HELP_DESK, VERIFIER)
CONFIRMS = only(HELP_DESK, ADMINISTRATOR)

OFFICERS: dict[str, Place] = {
    "admin:helpdesk": Place(READS),
    "admin:helpdesk-waiting": Place(CONFIRMS),
    "admin:helpdesk-request": Place(CONFIRMS, row="helpdesk"),
    "admin:helpdesk-person": Place(READS, row="helpdesk"),
    "admin:helpdesk-note": Place(READS, row="helpdesk", method="post"),
    "admin:helpdesk-problem": Place(READS, row="helpdesk", method="post", args={"slug": "nik"}),
    "admin:helpdesk-message": Place(READS, row="helpdesk", method="post"),
    "admin:helpdesk-number": Place(READS, row="helpdesk", args={"field": "nik"}),
    "admin:helpdesk-ask": Place(only(HELP_DESK), row="helpdesk", args={"kind": "mailbox"}),
    "admin:helpdesk-link": Place(READS, row="helpdesk", method="post", args={"purpose": "status"}),
    "admin:helpdesk-release": Place(READS, row="helpdesk", args={"what": "lease"}),
    "admin:helpdesk-correct": Place(only(HELP_DESK), row="helpdesk"),
    "admin:helpdesk-look": Place(READS, row="helpdesk", args={"what": "photo"}),
    # For whoever has said why a moment ago, alone.
    "admin:helpdesk-shown": Place(NOBODY, row="helpdesk"),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    asker = cast.make_officer("peminta", (case.institution, Role.Kind.HELP_DESK))
    person = people.of_application(case)
    new = f"baru.{case.mailbox}"
    request = changes.ask(person, "mailbox", new=new, reason="salah ketik", evidence="KTP", by=asker)
    # A message of its own: sending it again must not take the failed one away from the table of messages.
    message = OutboxMessage.objects.create(template="submitted", subject=case.pk, ids={"application": str(case.pk)})
    return {
        "person_id": person.id, "application_id": case.pk, "message_id": message.pk, "confirmation_id": request.pk,
        "look_id": request.pk, "helpdesk": case.pk,
    }  # fmt: skip
