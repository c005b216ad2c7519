"""P10: a mail server that refuses for a while, or takes its time, delays mails and loses none."""

import pytest

from tests.drills import outcome
from tests.drills.conftest import Times
from tests.drills.crowd import Crowd
from tests.drills.postman import Postman
from tests.portal import Portal, wait_for

pytestmark = pytest.mark.drill


def test_mails_that_were_refused_for_a_while_arrive(
    portal: Portal, postman: Postman, crowd: Crowd, times: Times
) -> None:
    before, postman.refuses = postman.refused, True
    try:
        crowd.come(2)
        wait_for(lambda: postman.refused >= before + 2, "a refused mail", 60)
        sql = "SELECT error FROM tte_portal_outboxmessage WHERE state = 'waiting' AND attempts > 0"
        assert wait_for(lambda: portal.query(sql), "a message put off", 30)[0] == ("SMTPDataError",)
    finally:
        postman.refuses = False
    # The first wait after a refusal is half a minute; with the other tests it is cut short.
    if times(0, 1) == 0:
        portal.query("UPDATE tte_portal_outboxmessage SET due_at = now() WHERE state = 'waiting' RETURNING id")
    outcome.nothing_is_lost_or_doubled(portal, postman, crowd.finish())


def test_a_slow_mail_server_delays_mails_and_keeps_no_page_waiting(
    portal: Portal, postman: Postman, crowd: Crowd, times: Times
) -> None:
    postman.seconds = float(times(2, 8))
    try:
        crowd.come(2)
        wait_for(lambda: crowd.people, "somebody", 30)
        people = crowd.finish()
    finally:
        postman.seconds = 0
    outcome.nothing_is_lost_or_doubled(portal, postman, people)
