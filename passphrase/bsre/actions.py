"""Registering people at BSrE and mirroring what it says of them: due work is found in PostgreSQL, one row at a time.

Nothing is asked inside a transaction. A row is claimed and its next time committed before the service is asked, so a
worker may die at any point: the row comes up again, and a second registration is answered with "known already".
"""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.db.models.functions import Now
from django.views.decorators.debug import sensitive_variables

from enrollment import elsewhere, lifecycle
from enrollment.comparisons import ENDED
from enrollment.lifecycle import Transition
from enrollment.models import Application, Institution, Status
from enrollment.registries import Unavailable
from passphrase.bsre import client, mirroring, registering, stopping
from passphrase.bsre.client import Esign, NotAdmitted, Refused, Resting, Told
from passphrase.bsre.models import BsreAccount, Stop
from passphrase.bsre.words import Word
from tte_portal import audit, workers

logger = logging.getLogger(__name__)

ASK = "passphrase.bsre.tasks.ask"
State = BsreAccount.State
OPEN = (State.WAITING, State.REGISTERED)

# Longer than an exchange can take: a row in work is not taken twice.
LEASE = timedelta(seconds=90)
RETRY_AT_MOST = timedelta(hours=6)
# The next question comes after a tenth of the time the state has lasted, within these.
SOONEST = timedelta(minutes=1)
LATEST_WAITING, LATEST = timedelta(hours=6), timedelta(hours=24)
# Answers in a row that know nobody of that NIK, until the person is registered anew.
REGISTER_AGAIN_AFTER = 3
# A sweep ends well before a task's time limit; a service that fails so often waits for the next one.
SWEEP_SECONDS = 40
FAILURES_A_SWEEP = 3
BATCH = 500
ODD = "BSrE menjawab {word}, yang tidak cocok dengan keadaan {status} di portal"
NO_NIK = "Pengajuan tanpa NIK tidak dapat didaftarkan di BSrE"


def on_entered(application: Application, transition: Transition, **_: Any) -> None:
    """Verified: to be registered, in the transaction of the decision."""
    if elsewhere.at_bsre() and transition.target == lifecycle.PASSPHRASE:
        BsreAccount.objects.create(application=application, institution_id=application.institution_id)
        workers.tell(ASK, application.pk)


def ask(application_id: UUID) -> None:
    """Ask about one person now, if that is due; told on approval, so that nobody waits for the sweep."""
    rows = _due().filter(application=application_id)
    found = rows.select_related("institution").first()
    if found is not None:
        _work(found.institution, rows, monotonic() + SWEEP_SECONDS)


def sweep() -> None:
    """Ask about everybody who is due, institution by institution: first the one whose people wait longest, and each
    with its share of the time, so that neither a large nor a slow one keeps the others waiting for ever."""
    if not elsewhere.at_bsre():
        return
    _take_in()
    _due().filter(application__status__in=ENDED).update(state=State.ENDED)
    ends = monotonic() + SWEEP_SECONDS
    waiting = list(_due().values_list("institution").annotate(first=Min("due_at")).order_by("first"))
    places = Institution.objects.in_bulk([pk for pk, _ in waiting])
    for number, (pk, _) in enumerate(waiting):
        share = (ends - monotonic()) / (len(waiting) - number)
        _work(places[pk], _due().filter(institution=pk), monotonic() + share)


def again(application_id: UUID) -> bool:
    """Register somebody anew whom BSrE refused, once the cause is mended; ``False`` when there is nobody to."""
    refused = BsreAccount.objects.filter(application=application_id, state=State.REFUSED)
    with transaction.atomic():
        if not refused.update(state=State.WAITING, attempts=0, error="", due_at=Now()):
            return False
        workers.tell(ASK, application_id)
        return True


def _due() -> QuerySet[BsreAccount]:
    return BsreAccount.objects.filter(state__in=OPEN, due_at__lte=Now())


def _take_in() -> None:
    """Applications that wait for BSrE without a row: from before this authority was chosen, or decided in bulk."""
    status, turn = lifecycle.ENROLLED
    waiting = Application.objects.filter(bsre=None)
    found = [
        *waiting.filter(status=Status.ON_SET_PASSPHRASE).order_by("since")[:BATCH],
        *waiting.filter(status=status, waiting_for=turn).order_by("since")[:BATCH],
    ]
    rows = [BsreAccount(application=each, institution_id=each.institution_id) for each in found]
    BsreAccount.objects.bulk_create(rows, ignore_conflicts=True)


def _work(institution: Institution, rows: QuerySet[BsreAccount], ends: float) -> None:
    """Ask about these rows of one institution until there are none, time is up, or its service fails."""
    if stopping.is_stopped(institution):
        return
    service = client.of(institution.slug)
    if service is None:
        stopping.stop(institution, Stop.Reason.NO_SERVICE)
        return
    failures = 0
    while monotonic() < ends and failures < FAILURES_A_SWEEP and (account := _claim(rows)):
        try:
            _exchange(account, service)
        except NotAdmitted:
            _give_back(account)
            stopping.stop(institution, Stop.Reason.NOT_ADMITTED)
            return
        except Resting:
            _give_back(account)
            return
        except Unavailable as error:
            failures += 1
            _note(account, error=error.reason)


def _claim(rows: QuerySet[BsreAccount]) -> BsreAccount | None:
    """The row that has waited longest, its try counted and its next one set, committed."""
    with transaction.atomic():
        account = (
            rows.exclude(application__status__in=ENDED).select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("application__institution", "application__ktp_photo").order_by("due_at").first()
        )  # fmt: skip
        if account is not None:
            wait = max(LEASE, min(LEASE * 2 ** min(account.attempts, 10) / 2, RETRY_AT_MOST))
            _note(account, attempts=F("attempts") + 1, due_at=Now() + wait)
        return account


def _note(account: BsreAccount, **values: Any) -> None:
    BsreAccount.objects.filter(pk=account.pk).update(**values)


def _give_back(account: BsreAccount) -> None:
    """Nothing was said about this person: the try does not count."""
    _note(account, attempts=account.attempts, due_at=Now() + SOONEST)


@sensitive_variables("application", "person")
def _exchange(account: BsreAccount, service: Esign) -> None:
    """One question about one person, and what its answer changes."""
    application = account.application
    if account.state == State.REGISTERED:
        _mirror(account, service.status(application.nik, application.mailbox))
        return
    by_form = service.api == "v1"
    if by_form and not application.nik:
        _refused(account, Refused(0, NO_NIK))
        return
    person = registering.person_of(application, with_scans=by_form)
    try:
        is_new = service.register(person)
    except Refused as refusal:
        _refused(account, refusal)
        return
    with transaction.atomic():
        application = lifecycle.locked(application.pk)
        _note(
            account, state=State.REGISTERED, registered_at=Now(), attempts=0, error="", due_at=Now() + SOONEST
        )  # fmt: skip
        _record("register_at_bsre", application, facts={"new": is_new})


def _refused(account: BsreAccount, refusal: Refused) -> None:
    """Asking on would change nothing: the administrators are told, and what BSrE said."""
    with transaction.atomic():
        application = lifecycle.locked(account.application_id)
        _note(account, state=State.REFUSED, error=f"{refusal.code}: {refusal.reason}"[:300])
        _record("refused_by_bsre", application, facts={"code": refusal.code})
        stopping.tell_administrators(application.institution, application=str(application.pk))
    logger.error("BSrE does not register application %s: %s", account.application_id, refusal.code)


def _mirror(account: BsreAccount, told: Told) -> None:
    with transaction.atomic():
        application = lifecycle.locked(account.application_id)
        fits = mirroring.follow(application, told.word)
        odd = 0 if fits else account.odd + 1
        anew = told.word == Word.NOT_REGISTERED and odd >= REGISTER_AGAIN_AFTER and _is_to_come(application)
        _note(
            account, word=told.word.value, code=told.code, asked_at=Now(), attempts=0, odd=0 if anew else odd,
            error="" if fits else ODD.format(word=told.word.value, status=application.status),
            state=_state_after(application, anew), due_at=Now() + _wait(application),
        )  # fmt: skip
    if not fits:
        logger.warning("BSrE says %s of application %s in %s.", told.word, application.pk, application.status)


def _is_to_come(application: Application) -> bool:
    return application.status in (Status.ON_SET_PASSPHRASE, Status.ENROLL)


def _state_after(application: Application, anew: bool) -> State:
    if application.status in ENDED:
        return State.ENDED
    return State.WAITING if anew else State.REGISTERED


def _wait(application: Application) -> timedelta:
    lasted: timedelta = lifecycle.now() - application.since
    latest = LATEST_WAITING if _is_to_come(application) else LATEST
    return max(SOONEST, min(lasted / 10, latest))


def _record(event: str, application: Application, *, facts: dict[str, Any]) -> None:
    audit.record(event, by=None, chain=application.institution.audit_chain, subject=application.pk, facts=facts)
