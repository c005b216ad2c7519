"""The background work of lists: reading and checking, then registering, one part a step."""

from enrollment.roster import reading
from enrollment.roster.tables import Unreadable
from tte_portal import files, jobs
from tte_portal.models import Job, SealedFile
from verification.people import lists, registering
from verification.people.models import PersonnelList

Stage = PersonnelList.Stage


@jobs.work(lists.CHECK)
def check(job: Job) -> bool:
    """First the whole file is read, then each step checks a part."""
    made = _list_of(job)
    if made is None:
        return False
    if made.file is not None:
        return _read(made, made.file, job)
    done = lists.check_part(made)
    job.done += done
    return bool(done)


def _read(made: PersonnelList, file: SealedFile, job: Job) -> bool:
    try:
        roster = reading.read(files.read(file))
    except Unreadable as error:
        made.refusal = str(error)
        # A file that was to be added leaves the list as it was.
        made.stage = Stage.READY if made.total else Stage.REFUSED
        roster = None
    made.file = None
    made.save()
    files.erase(file)
    if roster is None:
        return False
    if made.total + len(roster.lines) > 2 * reading.MAX_ROWS:
        made.refusal, made.stage = "Daftar ini sudah penuh. Unggah sisanya sebagai daftar baru.", Stage.READY
        made.save()
        return False
    before = made.last_row
    lists.take_lines(made, roster)
    job.total, job.place = len(roster.lines), {"from": before}
    return True


@jobs.work(lists.REGISTER)
def register(job: Job) -> bool:
    made = _list_of(job)
    if made is None:
        return False
    try:
        done = registering.register_part(made, job.owner)
    except registering.Stopped as stopped:
        made.refusal = str(stopped)
        made.save()
        return False
    job.done += done
    return bool(done)


def _list_of(job: Job) -> PersonnelList | None:
    """The list with its row locked, as long as the job's own; ``None`` when it was thrown away."""
    rows = PersonnelList.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "institution", "file", "made_by"
    )
    return rows.filter(pk=job.subject).first()
