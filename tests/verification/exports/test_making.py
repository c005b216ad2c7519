"""Made in the background: step by step, resumed after a killed worker, stopped when the officer's role ends."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import transaction

from enrollment.models import Institution, Role
from tests import cast
from tests.verification.exports.conftest import Make, content, work
from tte_portal import data_keys, jobs, sealed_streams
from tte_portal.models import Account, AuditRow, Job
from verification.exports import actions, making, xlsx
from verification.exports.models import Export

PEOPLE = 7


@pytest.fixture
def people(natuna: Institution) -> list[str]:
    return sorted(cast.begin(natuna, number).receipt for number in range(PEOPLE))


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "COPIED", 3)
    monkeypatch.setattr(making, "OPENED", 3)


def receipts(file: bytes, form: str) -> list[str]:
    if form == "csv":
        return sorted(row[1] for row in list(csv.reader(StringIO(file.decode("utf-8-sig")), delimiter=";"))[1:])
    sheet = openpyxl.load_workbook(BytesIO(file)).active
    assert sheet is not None
    return sorted(str(row[1]) for row in list(sheet.iter_rows(values_only=True))[1:])


class Killed(BaseException):
    """The worker's process is gone."""


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("with_numbers", [False, True])
@pytest.mark.parametrize("dies_after", ["part", "nothing"])
def test_a_worker_killed_at_any_step_costs_and_doubles_no_row(
    form: str, with_numbers: bool, dies_after: str, people: list[str], wanted: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = wanted(form=form, with_numbers=with_numbers, reason="uji coba putus")
    write, steps = sealed_streams.write, 0

    def dies_once_a_part(stream: object, part: int, content: bytes) -> None:
        nonlocal steps
        steps += 1
        if steps % 2 and dies_after == "nothing":
            raise Killed
        write(stream, part, content)  # type: ignore[arg-type]
        if steps % 2:
            raise Killed

    monkeypatch.setattr(sealed_streams, "write", dies_once_a_part)
    lives = 0
    while Job.objects.get(pk=str(export.job_id)).state != Job.State.DONE:
        lives += 1
        assert lives < 20
        try:
            jobs.run(export.job_id or "")
        except Killed:
            continue
    export.refresh_from_db()

    assert (lives, export.rows, export.state) == (4, PEOPLE, Export.State.READY)
    assert receipts(content(export), form) == people
    assert AuditRow.objects.filter(event="make_export").count() == 1


def test_progress_is_counted(people: list[str], wanted: Make) -> None:
    export = wanted()
    jobs._step(export.job_id or "")

    job = Job.objects.get(pk=str(export.job_id))
    assert (job.total, job.done, job.state, job.percent) == (PEOPLE, 3, Job.State.RUNNING, 42)


def test_the_same_asked_twice_is_the_one_that_runs(wanted: Make) -> None:
    first = wanted()

    assert wanted().pk == first.pk
    assert wanted(form="xlsx").pk != first.pk
    assert Job.objects.count() == 2


def test_the_same_asked_again_after_it_was_stopped_is_a_new_one(wanted: Make, administrator: Account) -> None:
    first = wanted()
    jobs.cancel(first.job_id, by=administrator)  # type: ignore[arg-type]

    assert wanted().pk != first.pk


def test_a_role_taken_away_stops_it_between_two_steps(people: list[str], wanted: Make, administrator: Account) -> None:
    export = wanted()
    jobs._step(export.job_id or "")
    Role.objects.filter(account=administrator).delete()
    work(export)

    export.refresh_from_db()
    assert (export.state, export.rows) == (Export.State.NOT_ALLOWED, 3)
    assert AuditRow.objects.filter(event="make_export").count() == 0
    assert actions.overdue() == 1
    with pytest.raises(data_keys.Erased):
        list(sealed_streams.read(export.stream, export.parts))


def test_a_role_taken_away_later_takes_the_list_along(people: list[str], made: Make, administrator: Account) -> None:
    export = made()
    Role.objects.filter(account=administrator).delete()

    assert not actions.fetch(export)
    export.refresh_from_db()
    assert export.state == Export.State.NOT_ALLOWED


def test_numbers_are_for_administrators_of_every_institution_in_it(
    institutions: dict[str, Institution], wanted: Make, administrator: Account
) -> None:
    both = [institutions["natuna"].pk, institutions["sulteng"].pk]
    Role.objects.create(account=administrator, institution=institutions["sulteng"], kind=Role.Kind.VERIFIER)
    with transaction.atomic():
        plain, numbers = wanted(institutions=both), wanted(institutions=both, with_numbers=True, reason="uji dua")

    assert (actions.allowed(plain), actions.allowed(numbers)) == (True, False)


def test_numbers_are_accounted_for_with_how_many_and_why(people: list[str], made: Make, natuna: Institution) -> None:
    from tte_portal import audit

    made(with_numbers=True, reason="Pencocokan data pegawai")

    row = AuditRow.objects.get(event="make_export", chain=natuna.audit_chain)
    assert (row.facts["rows"], row.facts["with_numbers"]) == (PEOPLE, True)
    assert audit.read_detail(row) == {"reason": "Pencocokan data pegawai"}


def test_another_institutions_people_are_not_in_it(
    people: list[str], institutions: dict[str, Institution], made: Make
) -> None:
    theirs = cast.begin(institutions["sulteng"]).receipt

    assert theirs not in content(made()).decode()


def test_states_and_period_choose(people: list[str], made: Make) -> None:
    from datetime import date

    assert made(statuses=["ACTIVE"]).rows == 0
    assert made(statuses=["NEW"]).rows == PEOPLE
    assert made(last=date(2001, 1, 1)).rows == 0


def test_too_many_for_excel_is_told_before_anything_is_made(
    people: list[str], made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", PEOPLE)

    export = made(form="xlsx")

    assert (export.state, export.parts) == (Export.State.TOO_LARGE, 0)
