"""Long work in small steps: begun by a person, done by any worker, resumed after a crash, seen while it goes on.

A kind of work registers one function that does the next step inside the transaction of the job's row and says
whether there is more. What a step wrote and how far it came stand together or not at all, so a killed worker loses
no row and doubles none; the sweep finds a job whose worker is gone.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from tte_portal import workers
from tte_portal.models import Account, Job

logger = logging.getLogger(__name__)

Step = Callable[[Job], bool]

RUN = "tte_portal.tasks.run_job"
LOST_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 5
TURN_SECONDS = 20
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)
_steps: dict[str, Step] = {}


def work(kind: str) -> Callable[[Step], Step]:
    """Register ``step(job) -> more`` for jobs of this kind. It counts ``job.done`` and may keep ``job.place``; it runs
    in a transaction that holds the row, and should take a second or so."""

    def register(step: Step) -> Step:
        _steps[kind] = step
        return step

    return register


def begin(kind: str, subject: UUID, *, by: Account, total: int = 0) -> Job:
    """Write the job down and tell a worker, in the caller's transaction."""
    job = Job.objects.create(kind=kind, owner=by, subject=subject, total=total)
    workers.tell(RUN, job.pk)
    return job


def cancel(job_id: UUID, *, by: Account) -> bool:
    """Stop between two steps: what is done stays done. ``True`` when the job was still going."""
    mine = Job.objects.filter(pk=job_id, owner=by, state__in=UNFINISHED)
    return mine.update(state=Job.State.CANCELLED, finished_at=Now()) == 1


def again(job_id: UUID, *, by: Account) -> bool:
    """Go on with a job that failed, from the step that failed."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=job_id, owner=by, state=Job.State.FAILED)
        if not mine.update(state=Job.State.WAITING, attempts=0, error="", finished_at=None, stepped_at=Now()):
            return False
        workers.tell(RUN, job_id)
        return True


def run(job_id: UUID | str) -> None:
    """Do the steps of one job until it is over; another worker that has it already is left alone.

    After a while the job goes back into the queue: no work is so long that it keeps the others waiting, and none comes
    near the time limit of a task.
    """
    until = monotonic() + TURN_SECONDS
    while _step(job_id):
        if monotonic() > until:
            workers.tell(RUN, UUID(str(job_id)))
            return


def _step(job_id: UUID | str) -> bool:
    """Do one step; ``True`` when the next one is to follow."""
    try:
        with transaction.atomic():
            job = (
                Job.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
                .filter(pk=job_id, state__in=UNFINISHED)
                .first()
            )
            if job is None:
                return False
            more = _steps[job.kind](job)
            job.state = Job.State.RUNNING if more else Job.State.DONE
            job.attempts, job.error = 0, ""
            job.stepped_at = Now()
            job.finished_at = None if more else Now()
            job.save()
            return more
    except DatabaseError:
        # The database is away or will have it again: the sweep comes back to it.
        raise
    except Exception as error:
        # The kind of error alone: its words may hold a person's answers.
        logger.error("A step of job %s failed: %s", job_id, type(error).__name__)
        _note_failure(job_id, type(error).__name__)
        return False


def _note_failure(job_id: UUID | str, error: str) -> None:
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).get(pk=job_id)
        job.attempts, job.error, job.stepped_at = job.attempts + 1, error, Now()
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = Job.State.FAILED, Now()
        job.save()


def lost() -> list[UUID]:
    """Jobs whose worker is gone, or whose last step failed a minute ago."""
    rows = Job.objects.filter(state__in=UNFINISHED, stepped_at__lt=Now() - LOST_AFTER).order_by("stepped_at")
    return list(rows.values_list("pk", flat=True)[:50])
