"""P10: kill -9 for the worker at each step and at any moment; in the end everybody has one active certificate."""

import random
import time
from collections.abc import Callable

import pytest

from tests.drills import outcome
from tests.drills.conftest import Times
from tests.drills.crowd import Crowd
from tests.drills.postman import Postman
from tests.drills.victims import STEPS, Gate, Worker
from tests.portal import Portal, wait_for

pytestmark = pytest.mark.drill

# The moments in the conversation with the mail server, and what is only seen from outside.
BEFORE_ACCEPTED, AFTER_ACCEPTED = "before the mail is accepted", "mail accepted, answer not heard"
RESERVED, ANY = "serial reserved, not signed", "any moment"
HURRY = """
    UPDATE passphrase_certificaterequest SET due_at = now() + interval '10 s'
    WHERE state = 'pending' AND due_at > now() + interval '20 s' RETURNING id"""
ALL = [BEFORE_ACCEPTED, *STEPS, RESERVED, AFTER_ACCEPTED, ANY]


def test_a_worker_killed_at_every_step_loses_no_mail_and_doubles_no_certificate(
    portal: Portal, postman: Postman, worker: Worker, gate: Gate, crowd: Crowd, times: Times
) -> None:
    few = random.sample(ALL, 10)
    steps = [*few, *ALL * 16][: times(10, 200)]
    # Whoever was hit several times waits for minutes, so that others must keep coming to every step.
    crowd.come(times(3, 8))
    for number, step in enumerate(steps):
        assert crowd.errors == []
        worker.wait_until_it_works()
        # The supervisor waits ever longer to start again what dies at once: the pool falls more often than the whole.
        kill = worker.kill_whole if number % 20 == 4 else worker.kill_pool
        kill_at(step, kill, portal, postman, gate)
        # What was killed several times is tried ever more seldom, at last once an hour: that is not waited for here.
        portal.query(HURRY)
    outcome.nothing_is_lost_or_doubled(portal, postman, crowd.finish())


def kill_at(step: str, kill: Callable[[], None], portal: Portal, postman: Postman, gate: Gate) -> None:
    if step in STEPS:
        with gate.closed(step):
            kill()
    elif step in (BEFORE_ACCEPTED, AFTER_ACCEPTED):
        postman.hold("before" if step == BEFORE_ACCEPTED else "after")
        assert postman.holds.wait(300), f"no mail came to be held {step}"
        kill()
    else:
        if step == RESERVED:
            sql = "SELECT 1 FROM passphrase_issuance WHERE der IS NULL AND refusal = ''"
            wait_for(lambda: portal.query(sql), "a reserved serial", 300)
        else:
            time.sleep(random.uniform(0, 1))
        kill()
