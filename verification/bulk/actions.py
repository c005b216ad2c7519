"""A bulk decision: written down, then one case after the other by the same actions as a single decision.

Each case has a transaction of its own, in which the job's row is held: decision, audit row, mail and result stand
together or not at all, so a killed worker doubles nothing and loses nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from enrollment.scoping import in_force
from tte_portal import audit, jobs
from tte_portal.models import Account, Job
from verification import actions, checks, pre_check, queue
from verification.bulk import select
from verification.bulk.models import BulkCase, BulkRun
from verification.desks import Desk

KIND = "bulk"
# A case that fails so often is put aside, or it would keep the rest waiting.
TRIES = 3

MOVED = "Berubah sejak pratinjau; periksa satu per satu."
GONE = "Sudah diputuskan, ditarik, atau kembali ke pemohon."
NOT_YOURS = "Bukan untuk Anda putuskan."
BROKEN = "Gangguan teknis; periksa satu per satu."
REVOKED = "Peran Anda di instansi ini tidak berlaku lagi."


def begin(
    run_id: UUID,
    officer: Account,
    desk: Desk,
    kind: str,
    institution: Institution,
    cases: Sequence[tuple[UUID, datetime]],
    comment: str,
) -> BulkRun:
    """Write the decision about these cases (id, since when it waits) down and tell a worker. Once for each id."""
    with transaction.atomic():
        # A button pressed twice: the second finds what the first wrote.
        Account.objects.select_for_update(no_key=True).get(pk=officer.pk)
        found = BulkRun.objects.filter(pk=run_id, officer=officer).first()
        if found is not None:
            return found
        run = BulkRun(
            pk=run_id, institution=institution, officer=officer, desk=desk.slug, kind=kind, comment=comment
        )  # fmt: skip
        run.save(force_insert=True)
        BulkCase.objects.bulk_create(
            BulkCase(run=run, application_id=pk, position=place, since=since) for place, (pk, since) in enumerate(cases)
        )
        run.job = jobs.begin(KIND, run.pk, by=officer, total=len(cases))
        run.save(update_fields=["job"])
        audit.record(
            "begin_bulk_decision", by=officer, chain=institution.audit_chain,
            facts={"run": str(run.pk), "desk": desk.slug, "kind": kind, "cases": len(cases)},
        )  # fmt: skip
        return run


@jobs.work(KIND)
def step(job: Job) -> bool:
    """Decide the next case; ``True`` while there are more."""
    run = BulkRun.objects.select_related("institution", "officer").get(pk=job.subject)
    waiting = run.cases.filter(state=BulkCase.State.WAITING)
    desk = select.desk_of(run.desk)
    case = waiting.first()
    if case is None or desk is None:
        return False
    if not _still_may(run, desk):
        for each in waiting:
            _close(each, REVOKED)
        return False
    _close(case, BROKEN if job.attempts >= TRIES else _turn(run, desk, case))
    job.done += 1
    return waiting.exists()


def _still_may(run: BulkRun, desk: Desk) -> bool:
    """Asked before every case: a role that is taken away ends the run."""
    held = Role.objects.filter(in_force(), account=run.officer, institution=run.institution, kind=desk.queue.role)
    return run.officer.is_active and held.exists()


def _turn(run: BulkRun, desk: Desk, case: BulkCase) -> str:
    """Decide one case as if it were the only one; empty when it was decided, else why it was not."""
    officer = run.officer
    application = lifecycle.locked(case.application_id)
    if lifecycle.state_of(application) != desk.queue.state:
        return GONE
    if application.since != case.since:
        return MOVED
    if run.kind == BulkRun.Kind.APPROVE and desk.queue.state in checks.CHECKED:
        # What has happened since the case came in counts: another application with the same number, say.
        checks.run(application.pk)
    again = Application.objects.filter(pk=application.pk).select_related("claimed_by").annotate(held=queue.HELD)
    if left := select.sort(officer, desk, run.kind, list(again)).left:
        return left[0][1]
    try:
        if run.kind == BulkRun.Kind.APPROVE:
            desk.agree(application.pk, by=officer)
        else:
            desk.refuse(application.pk, run.comment, by=officer)
    except actions.Held as held:
        return f"Sedang dipegang {held.application.claimed_by}."
    except actions.NikTaken:
        return select.TAKEN
    except pre_check.Refused as refused:
        return str(refused)
    except lifecycle.NotPossible:
        return GONE
    except lifecycle.NotAllowed:
        return NOT_YOURS
    return ""


def _close(case: BulkCase, why: str) -> None:
    case.state = BulkCase.State.LEFT if why else BulkCase.State.DONE
    case.why, case.at = why, lifecycle.now()
    case.save(update_fields=["state", "why", "at"])
