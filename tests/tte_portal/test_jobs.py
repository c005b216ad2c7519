"""Long work: each step once, resumed after a crash, stopped between two steps, told when it cannot go on."""

import uuid
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests import cast
from tte_portal import jobs, throttles
from tte_portal.models import Account, Job, ThrottleWindow


@pytest.fixture
def owner(db: None) -> Account:
    return cast.make_officer("olga")


@pytest.fixture
def counting() -> Iterator[list[int]]:
    """A kind of work of five steps; what each step saw stands in the list."""
    seen: list[int] = []

    @jobs.work("counting")
    def step(job: Job) -> bool:
        seen.append(job.done)
        job.done += 1
        return job.done < job.total

    yield seen
    del jobs._steps["counting"]


def begin(owner: Account, total: int = 5) -> Job:
    return jobs.begin("counting", uuid.uuid4(), by=owner, total=total)


def test_the_steps_are_done_in_order_until_there_are_no_more(owner: Account, counting: list[int]) -> None:
    job = begin(owner)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert counting == [0, 1, 2, 3, 4]
    assert (job.state, job.done, job.percent) == ("done", 5, 100)
    assert job.finished_at is not None


def test_a_finished_job_does_nothing_more(owner: Account, counting: list[int]) -> None:
    job = begin(owner)
    jobs.run(job.pk)

    jobs.run(job.pk)

    assert len(counting) == 5


def test_a_step_that_fails_leaves_nothing_and_is_done_again(owner: Account) -> None:
    fails = iter([True, False, False])

    @jobs.work("stumbling")
    def step(job: Job) -> bool:
        throttles.Throttle("stumble", limit=9, seconds=60).allows(str(job.done))
        if next(fails):
            raise RuntimeError("a person's words")
        job.done += 1
        return job.done < 2

    job = jobs.begin("stumbling", uuid.uuid4(), by=owner, total=2)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error, job.done) == ("waiting", 1, "RuntimeError", 0)
    assert not ThrottleWindow.objects.filter(scope="stumble").exists()

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error, job.done) == ("done", 0, "", 2)
    del jobs._steps["stumbling"]


def test_after_five_failures_the_job_waits_for_its_owner(owner: Account) -> None:
    @jobs.work("broken")
    def step(job: Job) -> bool:
        raise RuntimeError

    job = jobs.begin("broken", uuid.uuid4(), by=owner)
    for _ in range(7):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 5)

    assert jobs.again(job.pk, by=cast.make_officer("orang-lain")) is False
    assert jobs.again(job.pk, by=owner) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    del jobs._steps["broken"]


def test_its_owner_alone_stops_it_between_two_steps(owner: Account, counting: list[int]) -> None:
    job = begin(owner)

    assert jobs.cancel(job.pk, by=cast.make_officer("orang-lain")) is False
    assert jobs.cancel(job.pk, by=owner) is True
    jobs.run(job.pk)

    assert counting == []
    assert jobs.cancel(job.pk, by=owner) is False


def test_the_sweep_finds_what_no_worker_has_touched_for_a_minute(owner: Account, counting: list[int]) -> None:
    fresh, old = begin(owner), begin(owner)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tte_portal_job SET stepped_at = now() - interval '61 seconds' WHERE id = %s", [old.pk])

    assert jobs.lost() == [old.pk]
    assert fresh.pk not in jobs.lost()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_no_step_twice(counting: list[int]) -> None:
    job = begin(cast.make_officer("olga"), total=200)
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        jobs.run(job.pk)
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    # Who came second went home; the first is done, or was overtaken between two steps by nobody.
    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == "done"
    assert counting == list(range(200))
