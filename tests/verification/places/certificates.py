"""The addresses of this room, and one row of the first institution for each address that shows a row."""

from typing import Any

from enrollment.models import Application
from tests.verification.places import ISSUER, VERIFIER, Place, only
from verification.certificates import proposals
from verification.certificates.models import Proposal

READS = only(VERIFIER, ISSUER)

OFFICERS: dict[str, Place] = {
    "admin:certificates": Place(READS),
    "admin:certificates-ending": Place(READS),
    "admin:certificates-proposals": Place(READS),
    "admin:certificates-list": Place(READS),
    "admin:certificates-sample": Place(READS, args={"kind": "xlsx"}),
    "admin:certificates-proposal": Place(READS, row="certificates"),
    "admin:certificates-one": Place(READS, row="certificates"),
    "admin:certificates-reissue": Place(READS, row="certificates", method="post"),
    "admin:certificates-act": Place(READS, row="certificates", args={"slug": "cabut"}),
}


def rows(case: Application) -> dict[str, Any]:
    """Argument of an address → the row of the case's institution that stands there."""
    proposals.propose(case, Proposal.Finding.LEFT, "Pensiun")
    return {"proposal_id": Proposal.objects.get(application=case).pk, "certificates": case.pk}
