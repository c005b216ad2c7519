"""The kept counts say what the rows say, whoever changes those and however many do so at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from enrollment import lifecycle, retention
from enrollment.models import Application, Institution, Opd, StatusPeriod
from tests import cast
from tte_portal.models import Account, Link, OutboxMessage
from verification import actions
from verification.reports import tally, triggers
from verification.reports.measures import MEASURES, STANDING
from verification.reports.models import Delta, Tally
from verification.reports.reasons import sort_reasons


def wrong() -> dict[str, int]:
    return {each.name: found for each in MEASURES if (found := tally.differences(each))}


@pytest.fixture
def lived(natuna: Institution, verifier: Account) -> Application:
    """One case was sent back for a correction, one approved, one refused."""
    actions.approve(cast.submitted(natuna, 0).pk, by=verifier)
    actions.reject(cast.submitted(natuna, 1).pk, "Anda tidak tercatat sebagai pegawai instansi ini.", by=verifier)
    corrected = cast.submitted(natuna, 2)
    actions.ask_correction(corrected.pk, {"name": "Nama disingkat."}, by=verifier)
    cast.deliver_all()
    sort_reasons()
    return corrected


@pytest.mark.parametrize("folds", [False, True])
def test_what_happens_is_counted_as_it_happens(lived: Application, folds: bool) -> None:
    if folds:
        assert tally.fold_all() > 0

    assert wrong() == {}
    assert Delta.objects.exists() is not folds


@pytest.mark.parametrize("folded", [False, True])
def test_an_application_takes_its_counts_to_another_opd_and_another_day(lived: Application, folded: bool) -> None:
    if folded:
        tally.fold_all()
    other = Opd.objects.exclude(applications=lived).filter(institution=lived.institution).first()
    assert other is not None

    Application.objects.filter(pk=lived.pk).update(opd=other, created_at=F("created_at") - timedelta(days=40))

    assert wrong() == {}
    tally.fold_all()
    here = Tally.objects.get(measure="standing", institution=lived.institution_id, opd=other.pk, what="NEW/applicant")
    assert here.n == 1


def test_rows_written_by_hand_are_counted_and_taken_off_again(lived: Application) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enrollment_statusperiod (application_id, institution_id, status, waiting_for, since, until) "
            "SELECT application_id, institution_id, 'ISSUE', 'nobody', since - n * interval '1 day', since "
            "FROM enrollment_statusperiod, generate_series(1, 300) AS n WHERE until IS NULL"
        )
    assert wrong() == {}
    tally.fold_all()
    assert wrong() == {}

    StatusPeriod.objects.filter(status="ISSUE").update(since=F("since") - timedelta(days=3))
    assert wrong() == {}

    StatusPeriod.objects.filter(status="ISSUE").delete()
    tally.fold_all()
    assert wrong() == {}
    assert not Tally.objects.filter(what="ISSUE/nobody").exclude(n=0).exists()


def test_what_is_forgotten_leaves_no_count_of_a_state(natuna: Institution) -> None:
    left = cast.begin(natuna)
    cast.deliver_all()
    tally.fold_all()

    assert retention.forget(left.pk)
    tally.fold_all()

    assert wrong().keys() <= {"link", "message"}
    assert Tally.objects.get(measure="standing", institution=0, what="NEW/applicant").n == 0
    # Links and mails were sent all the same.
    assert Tally.objects.filter(measure="link", institution=natuna.pk).exists()


def test_a_recount_mends_what_was_changed_behind_the_triggers(lived: Application, capsys: Any) -> None:
    tally.fold_all()
    Tally.objects.filter(measure="standing", institution=0).update(n=F("n") + 7)
    Tally.objects.create(
        measure="decided", institution=lived.institution_id, opd=0, procedure="x", what="1/approve", day="2026-01-01",
        bucket=0, n=9,
    )  # fmt: skip
    cast.begin(lived.institution, 3)
    broken = wrong()
    assert broken.keys() == {"standing", "decided"}

    call_command("reports", "recount")

    assert wrong() == {}
    told = capsys.readouterr().out
    assert f"standing: {broken['standing']} lines were wrong" in told
    assert "entered: as counted" in told


def test_the_database_has_the_triggers_that_the_code_describes(db: None) -> None:
    with connection.cursor() as cursor:
        for statement in triggers.statements():
            if not statement.startswith("CREATE OR REPLACE FUNCTION"):
                continue
            name = statement.split()[4].removesuffix("()")
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
            # Whoever changes a measure writes a migration that installs the triggers anew.
            assert statement.split("$$")[1] == cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_counts_agree_while_people_move_and_sweeps_and_recounts_run(natuna: Institution) -> None:
    people = [cast.begin(natuna, number).pk for number in range(6)]
    moved = threading.Event()
    failures: list[BaseException] = []

    def safely(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        return run

    def withdraw_and_back(number: int) -> None:
        for _ in range(12):
            with transaction.atomic():
                application = lifecycle.locked(people[number])
                lifecycle.change("withdraw", application, by=application)
            with transaction.atomic():
                # Back to the draft, as a mended row would be.
                StatusPeriod.objects.filter(application_id=people[number], until=None).delete()
                StatusPeriod.objects.filter(pk=_last(people[number])).update(until=None)
                Application.objects.filter(pk=people[number]).update(status="NEW", waiting_for="applicant")

    def sweep() -> None:
        while not moved.is_set():
            tally.fold()

    def recount() -> None:
        while not moved.is_set():
            tally.recount(STANDING)

    movers = [threading.Thread(target=safely(lambda n=n: withdraw_and_back(n))) for n in range(len(people))]  # type: ignore[misc]
    sweepers = [threading.Thread(target=safely(work)) for work in (sweep, sweep, recount)]
    for each in (*movers, *sweepers):
        each.start()
    for each in movers:
        each.join()
    moved.set()
    for each in sweepers:
        each.join()

    assert failures == []
    assert wrong() == {}
    tally.fold_all()
    assert wrong() == {}
    assert Tally.objects.get(measure="standing", institution=0, what="NEW/applicant").n == len(people)


def _last(application_id: Any) -> int:
    return StatusPeriod.objects.filter(application_id=application_id).latest("pk").pk


def test_links_and_messages_keep_their_count_when_they_are_cleared_away(lived: Application) -> None:
    tally.fold_all()
    before = list(Tally.objects.filter(measure__in=["link", "message"]).values_list("what", "n"))

    Link.objects.all().delete()
    OutboxMessage.objects.all().delete()
    tally.fold_all()

    assert list(Tally.objects.filter(measure__in=["link", "message"]).values_list("what", "n")) == before
