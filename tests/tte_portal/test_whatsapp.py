"""A message by WhatsApp: what is asked of the Cloud API, what its answers mean, and what nobody may ever read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from tests import cloud_api
from tests.cloud_api import CODE, NUMBER, CloudApi, again, mails_instead, write_link
from tests.hostile import console_log, dump, spellings, together
from tte_portal import links, outbox, outbox_messages, tasks, whatsapp
from tte_portal.models import OutboxMessage

pytestmark = pytest.mark.django_db

State, Channel = OutboxMessage.State, OutboxMessage.Channel


@pytest.fixture(autouse=True)
def _messages() -> Iterator[None]:
    with cloud_api.messages():
        yield


@pytest.fixture
def api(settings: Any) -> Iterator[CloudApi]:
    with cloud_api.running(settings) as running:
        yield running


# --- What is asked -------------------------------------------------------------------------------------------------
def test_a_code_goes_into_the_words_and_the_button(api: CloudApi, settings: Any) -> None:
    row = outbox.write("test_code")
    assert outbox.deliver(row.pk)
    (asked,) = api.requests
    given = [{"type": "text", "text": CODE}]
    assert asked == {
        "messaging_product": "whatsapp",
        "to": NUMBER[1:],
        "type": "template",
        "template": {
            "name": settings.WHATSAPP_CODE_TEMPLATE,
            "language": {"code": "id"},
            "components": [
                {"type": "body", "parameters": given},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": given},
            ],
        },
        "biz_opaque_callback_data": str(row.pk),
    }
    assert api.paths == [f"/{settings.WHATSAPP_VERSION}/{cloud_api.PHONE_NUMBER_ID}/messages"]
    assert api.headers[0]["Authorization"] == f"Bearer {cloud_api.TOKEN}"


def test_of_a_link_the_last_part_of_its_path_goes_into_the_button(api: CloudApi) -> None:
    row = write_link()
    outbox.deliver(row.pk)
    token = links.token_of(UUID(row.ids["link"]))
    (button,) = api.requests[0]["template"]["components"]
    assert button["parameters"] == [{"type": "text", "text": token}]
    # The button's address ends in that part: without the last slash the portal leads on to its page.
    assert Client().get(f"/email/set/passphrase/{token}", follow=True).status_code == 200


def test_a_netrc_on_the_machine_does_not_change_who_we_are(
    api: CloudApi, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    outbox.deliver(outbox.write("test_code").pk)
    assert api.headers[0]["Authorization"] == f"Bearer {cloud_api.TOKEN}"


@pytest.mark.parametrize(("code", "link"), [("", ""), ("123456", "https://portal.example/a/")])
def test_a_message_carries_a_code_or_a_link(code: str, link: str) -> None:
    with pytest.raises(ValueError, match="code or a link"):
        whatsapp.WhatsAppMessage(NUMBER, "x", "x", code=code, link=link)


def test_a_message_shown_by_accident_shows_nothing() -> None:
    shown = repr(whatsapp.code_message(NUMBER, f"Kode Anda {CODE}", CODE))
    assert NUMBER[1:] not in shown
    assert CODE not in shown


# --- What is answered ----------------------------------------------------------------------------------------------
def test_what_whatsapp_takes_is_sent_and_waits_for_word_of_its_delivery(api: CloudApi) -> None:
    row = again_after(outbox.write("test_code"))
    assert (row.state, row.channel, row.attempts, row.error) == (State.SENT, Channel.WHATSAPP, 1, "")
    assert row.provider_ref is not None
    assert row.delivered_at is None
    assert wait_of(row) == timedelta(seconds=60)
    assert wait_of(again_after(write_link())) == timedelta(seconds=300)
    assert django_mail.outbox == []


def again_after(row: OutboxMessage) -> OutboxMessage:
    outbox.deliver(row.pk)
    return again(row)


def wait_of(row: OutboxMessage) -> timedelta:
    assert isinstance(row.answer_due_at, datetime)
    assert isinstance(row.sent_at, datetime)
    # Both of one statement, so of one moment.
    return row.answer_due_at - row.sent_at


@pytest.mark.parametrize(("status", "body"), [
    (500, {"error": {"code": 131000, "message": "wrong"}}),
    (503, b"<html>maintenance</html>"),
    (429, {"error": {"code": 130429}}),
    (400, {"error": {"code": 131056, "message": "pair rate"}}),
    (400, {"error": {"code": 99, "is_transient": True}}),
    (404, b"no such page"),
    (400, b"[]"),
    (400, {"error": "text"}),
    (302, {"messages": [{"id": "wamid.x"}]}),
    (307, {"messages": [{"id": "wamid.x"}]}),
])  # fmt: skip
def test_what_passes_by_itself_is_tried_again(api: CloudApi, status: int, body: Any) -> None:
    api.says(status, body)
    row = again_after(outbox.write("test_code"))
    assert (row.state, row.error, row.attempts) == (State.WAITING, "Unreachable", 1)
    assert mails_instead(row) == 0
    assert len(api.requests) == 1
    api.accepts()
    OutboxMessage.objects.update(due_at=row.created_at)
    assert outbox.deliver(row.pk)
    assert (again(row).state, again(row).error) == (State.SENT, "")


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'{"messages": []}', b'{"messages": [{}]}', b'{"messages": {"id": 1}}',
    b'{"messages": [{"id": 5}]}', b"\xff\xfe", b"[" * 60000,
])  # fmt: skip
def test_what_is_taken_without_a_receipt_is_not_sent_twice_and_the_mail_follows(api: CloudApi, body: bytes) -> None:
    api.says(200, body)
    row = again_after(outbox.write("test_code"))
    assert (row.state, row.provider_ref) == (State.SENT, None)
    assert not outbox.deliver(row.pk)
    cloud_api.silence_over(row)
    tasks.sweep_outbox()
    assert again(row).fell_back_reason == "silent"
    assert len(api.requests) == 1


def test_a_slow_answer_costs_a_try_and_not_the_worker(api: CloudApi) -> None:
    api.seconds = 30
    begun = monotonic()
    row = again_after(outbox.write("test_code"))
    assert monotonic() - begun < 5
    assert (row.state, row.error) == (State.WAITING, "Unreachable")


def test_an_answer_that_drips_is_not_waited_for(api: CloudApi) -> None:
    api.drips = 200
    begun = monotonic()
    row = again_after(outbox.write("test_code"))
    assert monotonic() - begun < 5
    assert row.state == State.WAITING


def test_an_answer_without_end_is_not_read(api: CloudApi) -> None:
    api.says(200, b" " * 2**20)
    assert again_after(outbox.write("test_code")).state == State.WAITING


def test_a_service_that_is_away_costs_a_try(settings: Any) -> None:
    with cloud_api.running(settings):
        pass
    row = again_after(outbox.write("test_code"))
    assert (row.state, row.error) == (State.WAITING, "Unreachable")


def test_of_many_workers_one_sends(api: CloudApi, transactional_db: None) -> None:
    row = outbox.write("test_code")
    api.seconds = 0.2
    assert sorted(together(8, lambda _: outbox.deliver(row.pk))) == [False] * 7 + [True]
    assert len(api.requests) == 1


def test_somebody_without_a_number_gets_the_mail_at_once(api: CloudApi) -> None:
    row = again_after(outbox.write("test_code", no_number="1"))
    assert (row.state, row.channel, row.answer_due_at) == (State.SENT, Channel.EMAIL, None)
    assert api.requests == []
    assert len(django_mail.outbox) == 1


def test_a_message_that_names_no_mail_to_take_over_does_not_go(api: CloudApi) -> None:
    known = outbox_messages._composers["test_code"]
    outbox_messages._composers["test_code"] = replace(known, instead="")
    row = again_after(outbox.write("test_code"))
    assert (row.state, row.error) == (State.WAITING, "TypeError")
    assert api.requests == []


# --- What nobody may read ------------------------------------------------------------------------------------------
def test_neither_table_nor_log_knows_number_code_or_link(api: CloudApi) -> None:
    refused, taken, link = outbox.write("test_code"), outbox.write("test_code"), write_link()
    with console_log() as log:
        api.says(400, cloud_api.REFUSAL)
        outbox.deliver(refused.pk)
        api.says(500, cloud_api.REFUSAL)
        outbox.deliver(taken.pk)
        api.accepts()
        OutboxMessage.objects.update(due_at=taken.created_at)
        for row in (taken, link):
            assert outbox.deliver(row.pk)
            cloud_api.call(cloud_api.told(api, "delivered"))
        cloud_api.call(cloud_api.told(api, "failed", errors=[{"code": 131026, "title": NUMBER}]), signed="sha256=0")
        tasks.sweep_outbox()
    token = cloud_api.address(link.ids).rstrip("/").rpartition("/")[2]
    secrets = [NUMBER[1:], NUMBER[3:], CODE * 2, token, cloud_api.TOKEN, *api.wamids]
    everything = "\n".join([row for table in dump().values() for row in table] + [log.getvalue()]).encode()
    assert [each for each in secrets for spelling in spellings(each.encode()) if spelling in everything] == []
    assert CODE not in log.getvalue()
    assert CODE not in "".join(dump()["tte_portal_outboxmessage"])


# --- The demo ------------------------------------------------------------------------------------------------------
def test_without_an_account_the_outbox_page_stands_for_whatsapp() -> None:
    row = again_after(write_link(uuid4()))
    assert (row.state, row.channel, row.answer_due_at) == (State.SENT, Channel.WHATSAPP, None)
    assert row.delivered_at is not None
    tasks.sweep_outbox()
    assert mails_instead(row) == 0


def test_the_outbox_page_shows_chats_with_their_link_and_code() -> None:
    link, code = write_link(), outbox.write("test_code")
    tasks.sweep_outbox()
    page = Client().get("/kotak-keluar/").content.decode()
    shown = Client().get(f"/kotak-keluar/?format=json&q={NUMBER}").json()["messages"]
    assert page.count('class="bubble"') == 2
    assert "<h2>Kode lewat WhatsApp</h2>" in page
    assert "<h2>Tautan lewat WhatsApp</h2>" in page
    assert cloud_api.address(link.ids) in page
    assert f'<span class="code">{CODE}</span>' in page
    assert [each["channel"] for each in shown] == ["whatsapp", "whatsapp"]
    of = {each["id"]: each for each in shown}
    assert of[str(link.pk)]["links"] == [cloud_api.address(link.ids)]
    assert (of[str(link.pk)]["code"], of[str(code.pk)]["code"]) == ("", CODE)
    assert of[str(code.pk)]["text"] == f"Kode Anda {CODE}"
    assert Client().get(f"/kotak-keluar/{code.pk}/").status_code == 404


# --- Settings ------------------------------------------------------------------------------------------------------
def test_half_an_account_is_told_at_the_start(settings: Any) -> None:
    call_command("check")
    settings.WHATSAPP_TOKEN = "x"
    with pytest.raises(SystemCheckError, match="WHATSAPP_PHONE_NUMBER_ID, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN"):
        call_command("check")
    assert not whatsapp.is_configured()
    cloud_api.configure(settings, "https://graph.example")
    call_command("check")
    assert whatsapp.is_configured()


def test_no_token_goes_over_an_open_line(settings: Any) -> None:
    settings.WHATSAPP_URL = "http://graph.example"
    with pytest.raises(SystemCheckError, match="https://"):
        call_command("check")


@pytest.mark.parametrize("instead", ["nowhere", "test_link"])
def test_a_mail_that_is_to_take_over_must_be_one(instead: str) -> None:
    known = outbox_messages._composers["test_code"]
    outbox_messages._composers["test_code"] = replace(known, instead=instead)
    with pytest.raises(SystemCheckError, match="no registered mail"):
        call_command("check")
