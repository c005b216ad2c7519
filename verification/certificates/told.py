"""What was done to a certificate so far, with the reasons and notes that officers left for one another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enrollment.models import Application
from passphrase import revocation, suspension
from tte_portal import audit
from tte_portal.models import Account, AuditRow

WORDS = {
    "suspend": "Ditangguhkan", "resume": "Diaktifkan lagi", "revoke": "Dicabut", "supersede": "Diganti yang baru",
    "decide_proposal": "Usulan pencabutan diputuskan", "propose_revocation": "Pencabutan diusulkan",
}  # fmt: skip
PROOFS = {"passphrase": "dengan passphrase", "code": "dengan kode autentikator", "link": "lewat tautan surel dinas"}


@dataclass(frozen=True)
class Done:
    """``who``: an officer's name, the holder with the proof that was given, or the portal itself."""

    at: datetime
    what: str
    who: str
    reason: str
    comment: str


def acts(case: Application) -> list[Done]:
    rows = list(AuditRow.objects.filter(subject=case.pk, event__in=WORDS).order_by("pk"))
    ids = [row.actor.removeprefix("account:") for row in rows if row.actor.startswith("account:")]
    names = {f"account:{each.pk}": each.name for each in Account.objects.filter(pk__in=ids)}
    return [_done(row, audit.read_detail(row), names) for row in rows]


def _done(row: AuditRow, detail: dict[str, Any], names: dict[str, str]) -> Done:
    if row.actor.startswith("applicant:"):
        who = f"pemegangnya sendiri, {PROOFS.get(detail.get('proof', ''), '')}".rstrip(", ")
    else:
        who = names.get(row.actor, "portal")
    reason = detail.get("reason", "")
    words = suspension.REASONS.get(reason, "") or (
        revocation.words_of(reason) if reason else str(detail.get("told", ""))
    )
    return Done(row.at, WORDS[row.event], who, words, str(detail.get("comment", "")))
