"""P10: PostgreSQL ends connections in the middle of anything; no change is left half done."""

import random
import time

import psycopg2
import pytest

from tests.drills import outcome
from tests.drills.conftest import Times
from tests.drills.crowd import Crowd
from tests.drills.postman import Postman
from tests.portal import Portal

pytestmark = pytest.mark.drill

# The portal's own connections, those in a transaction first: there a half could be left.
END_SOME = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'portal'
    ORDER BY state = 'idle', random() LIMIT %s"""
BUSY = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'portal' AND state <> 'idle'"""


def test_connections_killed_mid_commit_leave_no_half_state(
    portal: Portal, postman: Postman, crowd: Crowd, times: Times
) -> None:
    crowd.come()
    admin = psycopg2.connect(portal.environment["DATABASE_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        for _ in range(times(5, 100)):
            _wait_for_work(cursor)
            cursor.execute(END_SOME, [random.randint(1, 8)])
            assert crowd.errors == []
            time.sleep(random.uniform(0, 1.5))
    admin.close()
    outcome.nothing_is_lost_or_doubled(portal, postman, crowd.finish())


def _wait_for_work(cursor: "psycopg2.extensions.cursor") -> None:
    """A moment at which somebody is in a transaction; the next best after a while without."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        cursor.execute(BUSY)
        if cursor.fetchone():
            return
