"""The mail server as it is: quick, slow, wrong, half done, away. No answer loses the password or tells it."""

import json
import logging
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from enrollment.mailboxes import Refused, Taken, Unavailable
from enrollment.mailboxes.cpanel import Access, Cpanel
from tests.enrollment.registries.servers import HASTY, LIMITS, Answered, Asked, Hand, Served, says, serving

PASSWORD = "Kdm7-wpe4-h2xz-9qrt"
MADE = says({"status": 1, "errors": None, "data": "ayu+dinas.example"})


@pytest.fixture
def server() -> Iterator[Served]:
    with serving(lambda asked: MADE) as served:
        yield served


def cpanel(server: Served, **more: object) -> Cpanel:
    return Cpanel(Access(server.url, "dinas", "KUNCI-RAHASIA"), **{"limits": LIMITS, **more})  # type: ignore[arg-type]


def form_of(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def test_a_mailbox_is_asked_for_with_a_form_and_the_key_in_the_header(server: Served) -> None:
    cpanel(server).make("ayu@dinas.example", PASSWORD, 512)

    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/execute/Email/add_pop")
    assert asked.headers["Authorization"] == "cpanel dinas:KUNCI-RAHASIA"
    assert form_of(asked) == {"email": "ayu", "domain": "dinas.example", "password": PASSWORD, "quota": "512"}


def test_a_new_password_has_its_own_call(server: Served) -> None:
    cpanel(server).change_password("ayu@dinas.example", PASSWORD)

    assert server.paths() == ["/execute/Email/passwd_pop"]
    assert form_of(server.asked[0]) == {"email": "ayu", "domain": "dinas.example", "password": PASSWORD}


def test_an_address_in_use_is_told_apart_from_other_refusals(server: Served) -> None:
    server.answer = lambda asked: says({"status": 0, "errors": ["The account ayu@dinas.example already exists!"]})
    with pytest.raises(Taken):
        cpanel(server).make("ayu@dinas.example", PASSWORD, 512)

    server.answer = lambda asked: says({"status": 0, "errors": [f"The password {PASSWORD} is too weak."]})
    with pytest.raises(Refused, match="too weak") as refused:
        cpanel(server).make("ayu@dinas.example", PASSWORD, 512)
    assert PASSWORD not in refused.value.reason


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        (Answered(500, b"boom"), True),
        (Answered(200, b"<html>half"), True),
        (says({"status": 7}), True),
        (says([1]), True),
        (Answered(200, b"x" * 70_000), True),
        (Answered(302, b"", headers={"Location": "http://127.0.0.1:1/"}), True),
        (says({}, 401), False),
        (says({}, 403), False),
    ],
)
def test_what_is_no_answer_is_tried_again_later(server: Served, answer: Answered, sent: bool) -> None:
    server.answer = lambda asked: answer
    with pytest.raises(Unavailable) as unavailable:
        cpanel(server).make("ayu@dinas.example", PASSWORD, 512)
    assert unavailable.value.sent is sent
    assert PASSWORD not in unavailable.value.reason


@pytest.mark.parametrize("answer", [says({"status": 1}, late=5), says({"status": 1}, drip=0.2)])
def test_a_slow_server_is_late_and_the_order_may_have_got_through(server: Served, answer: Answered) -> None:
    server.answer = lambda asked: answer
    with pytest.raises(Unavailable) as unavailable:
        cpanel(server, limits=HASTY).make("ayu@dinas.example", PASSWORD, 512)
    assert unavailable.value.sent


def test_a_server_that_is_not_there_has_got_nothing() -> None:
    nowhere = Cpanel(Access("http://127.0.0.1:9", "dinas", "KUNCI"), limits=LIMITS)
    with pytest.raises(Unavailable) as unavailable:
        nowhere.make("ayu@dinas.example", PASSWORD, 512)
    assert not unavailable.value.sent


def test_after_three_failures_it_is_left_in_peace_and_tried_again_later(server: Served) -> None:
    server.answer = lambda asked: Answered(500)
    clock = Hand()
    adapter = cpanel(server, clock=clock)
    for _ in range(5):
        with pytest.raises(Unavailable) as unavailable:
            adapter.make("ayu@dinas.example", PASSWORD, 512)
    assert len(server.asked) == 3
    assert not unavailable.value.sent

    clock.now += LIMITS.rest
    server.answer = lambda asked: MADE
    adapter.make("ayu@dinas.example", PASSWORD, 512)
    assert len(server.asked) == 4


def test_no_log_tells_address_password_or_key(server: Served, caplog: pytest.LogCaptureFixture) -> None:
    server.answer = lambda asked: Answered(500, json.dumps({"echo": asked.body.decode()}).encode())
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Unavailable):
        cpanel(server).make("ayu@dinas.example", PASSWORD, 512)
    assert "mail server is not available" in caplog.text
    assert not [word for word in (PASSWORD, "ayu", "KUNCI-RAHASIA") if word in caplog.text]
