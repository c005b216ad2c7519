"""Proposals to revoke: written when a registry speaks for it, decided by an officer, closed when it speaks no more."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application
from passphrase import revocation
from tte_portal import audit
from tte_portal.encryption import blind_index
from tte_portal.models import Account
from verification.certificates.models import Proposal
from verification.certificates.people import READS

State = Proposal.State
# Why the certificate of somebody who has left is taken back (RFC 5280, 5.3.1).
CODE = "affiliationChanged"


class AlreadyDecided(Exception):
    """Another officer was first, or the certificate has ended otherwise; nothing was changed."""


def propose(application: Application, finding: str, told: str = "") -> bool:
    """Put it before the officers; ``False`` when one waits already or just this has been decided before."""
    digest = blind_index("proposal", f"{finding}:{told}")
    with transaction.atomic():
        row = Proposal(
            institution_id=application.institution_id, application=application, finding=finding, told=told,
            digest=digest,
        )  # fmt: skip
        # Both constraints say "not again": whoever comes second writes nothing.
        Proposal.objects.bulk_create([row], ignore_conflicts=True)
        if not Proposal.objects.filter(pk=row.pk).exists():
            return False
        audit.record(
            "propose_revocation", by=None, chain=application.institution.audit_chain, subject=application.pk,
            facts={"proposal": str(row.pk), "finding": finding}, detail={"told": told},
        )  # fmt: skip
        return True


def withdraw(application: Application) -> int:
    """The registry has the person again as it should: what waits is not needed any more."""
    return (
        _waiting()
        .filter(application=application)
        .exclude(finding=Proposal.Finding.NOT_LISTED)
        .update(state=State.OVER, decided_at=Now())
    )


def close_ended() -> int:
    """Certificates that ended otherwise need no decision."""
    ended = _waiting().exclude(application__status__in=WITH_CERTIFICATE)
    return ended.update(state=State.OVER, decided_at=Now())


def of_officer(officer: Account) -> QuerySet[Proposal]:
    """All of the officer's institutions, the oldest first."""
    rows = Proposal.objects.for_officer(officer, *READS).select_related("application", "institution", "decided_by")
    return rows.order_by("found_at", "pk")


def waiting(officer: Account) -> QuerySet[Proposal]:
    return of_officer(officer).filter(state=State.WAITING, application__status__in=WITH_CERTIFICATE)


def waiting_for(case: Application) -> Proposal | None:
    """The proposal about this certificate that waits for a decision; whoever may see the case may see it."""
    if case.status not in WITH_CERTIFICATE:
        return None
    return _waiting().filter(application=case).first()


def told_waiting(officer: Account) -> str:
    """How many wait, for the start page; empty for none."""
    number = waiting(officer).count()
    return f"{number} usulan menunggu" if number else ""


def decide(proposal_id: UUID, comment: str, *, revoke: bool, by: Account) -> Proposal:
    """Revoke, or keep the certificate for a reason that colleagues read.

    Raises :class:`AlreadyDecided`, or ``NotAllowed`` for the officer's own or without the role.
    """
    with transaction.atomic():
        row = Proposal.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal_id)
        if row.state != State.WAITING:
            raise AlreadyDecided
        application = lifecycle.locked(row.application_id)
        if not lifecycle.may_make("revoke", application, by):
            raise lifecycle.NotAllowed("This proposal is not for this officer.")
        if application.status not in WITH_CERTIFICATE:
            raise AlreadyDecided
        if revoke:
            revocation.revoke(application.pk, CODE, by=by, comment=comment)
        row.state = State.REVOKED if revoke else State.KEPT
        row.decided_by, row.decided_at, row.comment = by, lifecycle.now(), comment
        row.save()
        audit.record(
            "decide_proposal", by=by, chain=application.institution.audit_chain, subject=application.pk,
            facts={"proposal": str(row.pk), "state": row.state}, detail={"comment": comment},
        )  # fmt: skip
        return row


def _waiting() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=State.WAITING)
