"""Which of a person's cases stand still, and what can be done about each."""

from datetime import datetime
from typing import Any

from enrollment import lifecycle
from passphrase.models import CertificateRequest
from verification.helpdesk.acts import HANGING, STUCK
from verification.helpdesk.dossier import Case, Dossier

State = CertificateRequest.State


def of(file: Dossier) -> list[dict[str, Any]]:
    """Rows for the page: the case, what stands still in it, and the button's words."""
    now = lifecycle.now()
    rows = []
    for case in file.cases:
        for what in _kinds(case, now):
            stuck, application = STUCK[what], case.application
            holder = application.claimed_by.name if application.claimed_by else ""
            told = stuck.told.format(holder=holder)
            if what in ("authority", "pending") and case.request and case.request.error:
                told += f" Jawaban terakhir: {case.request.error}"
            rows.append({"what": what, "application": application, "told": told, "button": stuck.button})
    return rows


def _kinds(case: Case, now: datetime) -> list[str]:
    state, application = lifecycle.state_of(case.application), case.application
    found = ["lease"] if case.held else []
    if state == lifecycle.MATCHING and application.since < now - HANGING:
        found.append("matching")
    if state == lifecycle.ENROLLED and case.request:
        if case.request.state == State.REJECTED:
            found.append("authority")
        elif case.request.state == State.PENDING and application.since < now - HANGING:
            found.append("pending")
    return found
