"""What WhatsApp says of deliveries: only when it is WhatsApp, in any order, any number of times."""

import json
from collections.abc import Iterator
from itertools import permutations
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from tests import cloud_api
from tests.cloud_api import SECRET, VERIFY, CloudApi, again, call, mails_instead, signature, silence_over, told
from tests.hostile import console_log, together
from tte_portal import outbox, outbox_delivery, tasks, whatsapp_webhook
from tte_portal.models import OutboxMessage, ThrottleWindow
from tte_portal.throttles import Throttle

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
ADDRESS = "/api/whatsapp/"


@pytest.fixture(autouse=True)
def _messages() -> Iterator[None]:
    with cloud_api.messages():
        yield


@pytest.fixture
def api(settings: Any) -> Iterator[CloudApi]:
    with cloud_api.running(settings) as running:
        yield running


@pytest.fixture
def row(api: CloudApi) -> OutboxMessage:
    """A link that WhatsApp has taken."""
    row = cloud_api.write_link(uuid4())
    assert outbox.deliver(row.pk)
    return again(row)


def stands(row: OutboxMessage) -> tuple[str, bool, int]:
    found = again(row)
    return found.delivery, found.delivered_at is not None, mails_instead(row)


# --- Who says it ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("signed", ["", "sha256=", "sha256=00", "sha1=00", "é", signature(b"{}"), "sha256=" + "0" * 64])
def test_what_is_not_signed_changes_nothing(row: OutboxMessage, api: CloudApi, signed: str) -> None:
    assert call(told(api, "delivered"), signed=signed).status_code == 403
    assert stands(row) == ("", False, 0)


def test_a_signature_of_another_secret_changes_nothing(row: OutboxMessage, api: CloudApi) -> None:
    said = json.dumps(told(api, "delivered")).encode()
    assert call(said, signed=signature(said, "x" + SECRET)).status_code == 403
    assert stands(row) == ("", False, 0)


def test_one_changed_byte_is_found(row: OutboxMessage, api: CloudApi) -> None:
    said = json.dumps(told(api, "delivered")).encode()
    assert call(said.replace(b"delivered", b"delivereb"), signed=signature(said)).status_code == 403
    assert call(said + b" ", signed=signature(said)).status_code == 403


def test_it_is_the_bytes_that_are_signed(row: OutboxMessage, api: CloudApi) -> None:
    said = json.dumps(told(api, "delivered"), indent=3).replace("whatsapp_business", "whatsapp\\u005fbusiness").encode()
    assert call(said).status_code == 200
    assert stands(row)[:2] == ("delivered", True)


def test_strangers_are_slowed_down_and_whatsapp_is_not(
    row: OutboxMessage, api: CloudApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp_webhook, "FORGED", Throttle("whatsapp-forged", 3, 3600))
    answers = [call({}, signed="sha256=0").status_code for _ in range(5)]
    assert answers == [403, 403, 403, 429, 429]
    assert call(told(api, "delivered")).status_code == 200
    assert ThrottleWindow.objects.get().count == 5


def test_too_long_a_call_is_not_read(api: CloudApi) -> None:
    assert call(b" " * (whatsapp_webhook.MAX_BYTES + 1)).status_code == 413
    assert call(b'"' + b" " * 1000 + b'"').status_code == 200


def test_without_an_account_there_is_no_such_address() -> None:
    assert call({}).status_code == 404
    assert Client().get(ADDRESS).status_code == 404


# --- The address is ours -------------------------------------------------------------------------------------------
def challenge(**asked: str) -> Any:
    given = {"mode": "subscribe", "verify_token": VERIFY, "challenge": "1158201444", **asked}
    return Client().get(ADDRESS, {f"hub.{name}": value for name, value in given.items()})


def test_the_challenge_is_answered(api: CloudApi) -> None:
    answer = challenge()
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize("asked", [{"verify_token": "x"}, {"verify_token": ""}, {"mode": "unsubscribe"}, {"mode": ""}])
def test_who_does_not_know_the_word_gets_no_answer(api: CloudApi, asked: dict[str, str]) -> None:
    assert challenge(**asked).status_code == 403
    assert b"1158201444" not in challenge(**asked).content


def test_guessing_the_word_ends_soon(api: CloudApi) -> None:
    assert [challenge(verify_token="x").status_code for _ in range(22)][-2:] == [429, 429]
    assert challenge().status_code == 429


@pytest.mark.parametrize("method", ["put", "delete", "patch", "head"])
def test_nothing_else_is_answered(api: CloudApi, method: str) -> None:
    assert getattr(Client(), method)(ADDRESS).status_code == 405


# --- What it says --------------------------------------------------------------------------------------------------
def test_each_stage_is_kept(row: OutboxMessage, api: CloudApi) -> None:
    seen = []
    for stage in ("sent", "delivered", "read"):
        assert call(told(api, stage)).status_code == 200
        seen.append(stands(row))
    assert seen == [("sent", False, 0), ("delivered", True, 0), ("read", True, 0)]
    assert again(row).answer_due_at is None
    assert outbox_delivery.overdue() == []


def test_that_it_is_underway_is_not_that_it_arrived(row: OutboxMessage, api: CloudApi) -> None:
    call(told(api, "sent"))
    silence_over(row)
    tasks.sweep_outbox()
    assert mails_instead(row) == 1


def test_repeated_words_change_nothing(row: OutboxMessage, api: CloudApi) -> None:
    call(told(api, "delivered"))
    first = again(row)
    for stage in ("delivered", "sent", "delivered", "failed"):
        assert call(told(api, stage)).status_code == 200
    assert (again(row).delivered_at, again(row).delivery) == (first.delivered_at, "delivered")
    assert mails_instead(row) == 0


@pytest.mark.parametrize("order", list(permutations(("sent", "delivered", "read"))))
def test_in_any_order_the_last_stage_stands(row: OutboxMessage, api: CloudApi, order: tuple[str, ...]) -> None:
    for stage in order:
        call(told(api, stage))
    assert stands(row) == ("read", True, 0)


def test_a_failure_brings_the_mail_once(row: OutboxMessage, api: CloudApi) -> None:
    said = told(api, "failed", errors=[{"code": 131026, "title": "Undeliverable"}])
    for _ in range(3):
        call(said)
    assert stands(row) == ("failed", False, 1)
    assert (again(row).error, again(row).fell_back_reason) == ("WhatsApp 131026", "failed")


def test_a_failure_told_to_many_workers_brings_one_mail(api: CloudApi, transactional_db: None) -> None:
    row = cloud_api.write_link(uuid4())
    outbox.deliver(row.pk)
    said = told(api, "failed")
    assert {answer.status_code for answer in together(8, lambda _: call(said))} == {200}
    assert mails_instead(row) == 1


def test_a_late_delivery_is_noted_and_takes_nothing_back(row: OutboxMessage, api: CloudApi) -> None:
    silence_over(row)
    tasks.sweep_outbox()
    call(told(api, "delivered"))
    tasks.sweep_outbox()
    assert stands(row) == ("delivered", True, 1)
    assert again(row).state == State.FELL_BACK
    assert [each.reason for each in outbox.fallbacks_of(row.subject)] == ["silent"]  # type: ignore[arg-type]


def test_a_late_failure_brings_no_second_mail(row: OutboxMessage, api: CloudApi) -> None:
    silence_over(row)
    tasks.sweep_outbox()
    assert call(told(api, "failed")).status_code == 200
    assert stands(row) == ("failed", False, 1)
    assert again(row).fell_back_reason == "silent"


def test_a_delivery_in_time_keeps_the_mail_away(row: OutboxMessage, api: CloudApi) -> None:
    silence_over(row)
    call(told(api, "delivered"))
    tasks.sweep_outbox()
    assert stands(row) == ("delivered", True, 0)


def test_without_our_own_word_in_it_the_message_is_found_by_whatsapps_id(row: OutboxMessage, api: CloudApi) -> None:
    for mark in (None, "", "another program's", 7):
        call(told(api, "sent", biz_opaque_callback_data=mark))
    call(told(api, "delivered", biz_opaque_callback_data=None))
    assert stands(row) == ("delivered", True, 0)


def test_a_word_that_overtakes_the_answer_waits_for_it(api: CloudApi, transactional_db: None) -> None:
    """WhatsApp may tell of the delivery before the sender has noted that it was taken."""
    row = cloud_api.write_link(uuid4())
    threads: list[Thread] = []

    def tell_early() -> None:
        thread = Thread(target=in_its_own_connection, args=(told(api, "delivered"),))
        thread.start()
        threads.append(thread)
        api.stopped.wait(0.3)

    api.before_answer = tell_early
    outbox.deliver(row.pk)
    for thread in threads:
        thread.join()
    assert stands(row) == ("delivered", True, 0)
    assert (again(row).state, again(row).answer_due_at) == (State.SENT, None)


def in_its_own_connection(said: Any) -> None:
    try:
        call(said)
    finally:
        connections.close_all()


def test_a_delivery_whose_answer_was_lost_is_not_sent_again(api: CloudApi) -> None:
    row = cloud_api.write_link(uuid4())
    api.seconds = 5
    outbox.deliver(row.pk)
    assert again(row).state == State.WAITING
    call(told(api, "delivered"))
    assert (again(row).state, again(row).answer_due_at, again(row).error) == (State.SENT, None, "")
    OutboxMessage.objects.update(due_at=row.created_at)
    tasks.sweep_outbox()
    assert len(api.requests) == 1
    assert mails_instead(row) == 0


def test_a_mails_row_is_none_of_whatsapps_business(api: CloudApi, row: OutboxMessage) -> None:
    mail = outbox.write("test_mail")
    call(told(api, "failed", biz_opaque_callback_data=str(mail.pk)))
    assert (again(mail).delivery, again(mail).state) == ("", State.WAITING)


@pytest.mark.parametrize("said", [
    {}, [], None, 5, "text", {"entry": None}, {"entry": {}}, {"entry": [None, {"changes": [1, {"value": []}]}]},
    {"entry": [{"changes": [{"value": {"statuses": ["x", {}, {"id": 1, "status": 2}]}}]}]},
    {"entry": [{"changes": [{"value": {"statuses": [{"id": "\ud800", "status": "read"}]}}]}]},
    {"entry": [{"changes": [{"value": {"statuses": [{"id": "wamid.\0", "status": "read"}]}}]}]},
    {"entry": [{"changes": [{"value": {"statuses": [{"id": "", "status": "read"}]}}]}]},
    {"entry": [{"changes": [{"value": {"statuses": [{"id": "wamid.unknown", "status": "unknown"}]}}]}]},
    {"entry": [{"changes": [{"value": {"messages": [{"from": "6280010000177", "text": {"body": "halo"}}]}}]}]},
])  # fmt: skip
def test_what_is_no_news_of_ours_is_taken_quietly(row: OutboxMessage, said: Any) -> None:
    with console_log() as log:
        assert call(said).status_code == 200
    assert stands(row) == ("", False, 0)
    assert "6280010000177" not in log.getvalue()


@pytest.mark.parametrize("said", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(api: CloudApi, said: bytes) -> None:
    assert call(said).status_code == 400


def test_a_stage_of_another_name_changes_nothing(row: OutboxMessage, api: CloudApi) -> None:
    for stage in ("deleted", "warning", "", "DELIVERED"):
        assert call(told(api, stage)).status_code == 200
    assert stands(row) == ("", False, 0)
