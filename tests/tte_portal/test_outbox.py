"""P10: a message is written with its cause, goes out once, waits longer each time, and tells nobody anything."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from threading import Event
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail as django_mail
from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from enrollment import actions
from enrollment.models import Application
from tests import cast
from tests.hostile import console_log, flush_redis, sql, together, undone
from tests.ports import free_port
from tte_portal import links, outbox, outbox_messages, tasks
from tte_portal.models import Link, OutboxMessage

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def template() -> Iterator[str]:
    """A message of the test's own; ``failing`` in its ids makes it fail, ``gone`` makes it unneeded."""

    def compose(ids: dict[str, str]) -> outbox.Mail:
        if "failing" in ids:
            raise ConnectionError(f"550 mailbox {ids['to']} is full")
        if "gone" in ids:
            raise outbox.Unneeded
        return outbox.Mail(ids["to"], "Uji", f"Untuk {ids['to']}", "<p>Uji</p>")

    outbox.message("test")(compose)
    yield "test"
    del outbox_messages._composers["test"]


def write(**ids: str) -> OutboxMessage:
    return outbox.write("test", subject=None, **{"to": "ayu@natunakab.example", **ids})


def again(row: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=row.pk)


def wait_over(row: OutboxMessage) -> None:
    sql("UPDATE tte_portal_outboxmessage SET due_at = now() - interval '1 second' WHERE id = %s", row.pk)


def seconds_to_wait(row: OutboxMessage) -> float:
    late = ExpressionWrapper(F("due_at") - Now(), DurationField())
    found: timedelta = OutboxMessage.objects.annotate(wait=late).values_list("wait", flat=True).get(pk=row.pk)
    return found.total_seconds()


# --- With its cause ------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("template")
def test_a_message_of_a_change_that_is_rolled_back_was_never_written() -> None:
    undone(write)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.usefixtures("template")
def test_a_broker_that_is_away_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch, inside: bool) -> None:
    def away(*given: Any, **more: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("celery.current_app.send_task", away)
    seen: list[str] = []
    with transaction.atomic() if inside else nullcontext():
        row = write()
        transaction.on_commit(lambda: seen.append("what came after"))
    assert seen == ["what came after"]
    tasks.sweep_outbox()
    assert again(row).state == State.SENT


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("template")
def test_what_was_queued_in_a_flushed_redis_is_swept() -> None:
    rows = [write() for _ in range(3)]
    flush_redis()
    tasks.sweep_outbox()
    assert {again(row).state for row in rows} == {State.SENT}
    assert len(django_mail.outbox) == 3


# --- Once ----------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("template")
def test_a_message_goes_out_once() -> None:
    row = write()
    assert [outbox.deliver(row.pk), outbox.deliver(str(row.pk))] == [True, False]
    assert len(django_mail.outbox) == 1
    assert again(row).sent_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("template")
def test_of_many_workers_one_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    row, send = write(), outbox._send

    def slowly(*given: Any) -> None:
        Event().wait(0.1)
        send(*given)

    monkeypatch.setattr(outbox, "_send", slowly)
    assert sorted(together(8, lambda _: outbox.deliver(row.pk))) == [False] * 7 + [True]
    assert len(django_mail.outbox) == 1


@pytest.mark.usefixtures("template")
def test_the_message_id_is_the_rows_own_at_every_try(settings: Any) -> None:
    row = write()
    outbox.deliver(row.pk)
    # A worker that died after handing over and before noting it: the row still waits.
    OutboxMessage.objects.update(state=State.WAITING)
    outbox.deliver(row.pk)
    first, second = (sent.message()["Message-ID"] for sent in django_mail.outbox)
    assert first == second == f"<{row.pk}@portal.example>"


def test_a_message_that_never_was_is_no_error() -> None:
    assert not outbox.deliver(uuid4())


# --- Trying again --------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("template")
def test_each_failure_waits_twice_as_long_up_to_six_hours_and_the_twelfth_is_the_last() -> None:
    row, waits = write(failing="1"), []
    for _ in range(outbox.MAX_ATTEMPTS):
        assert not outbox.deliver(row.pk)
        waits.append(round(seconds_to_wait(row)))
        wait_over(row)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600]
    assert (again(row).state, again(row).attempts) == (State.FAILED, 12)
    assert not outbox.deliver(row.pk)
    assert outbox.due() == []


@pytest.mark.usefixtures("template")
def test_before_its_time_a_message_is_not_tried() -> None:
    row = write(failing="1")
    outbox.deliver(row.pk)
    outbox.deliver(row.pk)
    assert again(row).attempts == 1


@pytest.mark.usefixtures("template")
def test_neither_the_row_nor_the_log_repeats_the_address_of_an_error() -> None:
    row = write(failing="1")
    with console_log() as written:
        outbox.deliver(row.pk)
    assert again(row).error == "ConnectionError"
    assert "ConnectionError" in written.getvalue()
    assert "ayu@" not in written.getvalue()


@pytest.mark.usefixtures("template")
def test_one_failure_keeps_no_other_message_waiting() -> None:
    failing, good = write(failing="1"), write()
    tasks.sweep_outbox()
    assert (again(failing).state, again(good).state) == (State.WAITING, State.SENT)


@pytest.mark.usefixtures("template")
def test_an_error_in_the_database_fails_the_message_and_not_the_sweep(application: Application) -> None:
    outbox.message("test")(
        lambda ids: Application.objects.extra(where=["nonsense"]).get() and outbox.Mail("", "", "", "")
    )
    row = write()
    tasks.sweep_outbox()
    assert (again(row).state, again(row).error) == (State.WAITING, "ProgrammingError")
    assert OutboxMessage.objects.get(template="activation").state == State.SENT


@pytest.mark.usefixtures("template")
def test_an_officer_may_send_a_failed_message_again() -> None:
    row, sent = write(failing="1"), write()
    outbox.deliver(sent.pk)
    OutboxMessage.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=12, ids={"to": "ayu@natunakab.example"})
    for each in (row, sent):
        outbox.send_again(each)
    assert outbox.due() == [row.pk]
    assert outbox.deliver(row.pk)
    assert (again(row).attempts, again(row).error) == (1, "")


@pytest.mark.usefixtures("template")
def test_the_oldest_due_messages_come_first() -> None:
    rows = [write() for _ in range(3)]
    wait_over(rows[2])
    later = write()
    sql("UPDATE tte_portal_outboxmessage SET due_at = now() + interval '1 hour' WHERE id = %s", later.pk)
    assert outbox.due()[0] == rows[2].pk
    assert later.pk not in outbox.due()


# --- Not needed any more -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ended", ["replaced_at", "finished_at"])
def test_a_link_that_ended_meanwhile_is_not_mailed(application: Application, ended: str) -> None:
    row = OutboxMessage.objects.get(template="activation")
    sql(f"UPDATE tte_portal_link SET {ended} = now()")  # noqa: S608
    assert not outbox.deliver(row.pk)
    assert again(row).state == State.DROPPED
    assert django_mail.outbox == []


def test_of_two_links_the_newer_mail_goes_out(application: Application) -> None:
    actions.send_link_again(application, "activation", by=None)
    assert cast.deliver_all() == ["activation"]
    token = links.token_of(Link.objects.get(replaced_at=None).pk)
    assert token in django_mail.outbox[0].body


@pytest.mark.usefixtures("template")
def test_a_message_whose_reason_is_gone_is_dropped() -> None:
    row = write(gone="1")
    assert not outbox.deliver(row.pk)
    assert again(row).state == State.DROPPED


def test_a_message_to_an_application_that_is_gone_is_dropped(application: Application) -> None:
    row = outbox.write("submitted", application=uuid4())
    outbox.deliver(row.pk)
    assert again(row).state == State.DROPPED


# --- A real mail server --------------------------------------------------------------------------------------------
class Postman:
    """Takes mails; refuses, or is slow, when told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage | Message] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.recipients += envelope.rcpt_tos
            self.mails.append(BytesParser(policy=default).parsebytes(envelope.content or b""))  # type: ignore[arg-type]
        return self.answer


@contextmanager
def mail_server(settings: Any) -> Iterator[Postman]:
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    try:
        yield postman
    finally:
        controller.stop()


def test_a_mail_arrives_as_text_and_html_with_its_link(settings: Any, application: Application) -> None:
    with mail_server(settings) as postman:
        assert cast.deliver_all() == ["activation"]
    (arrived,) = postman.mails
    assert isinstance(arrived, EmailMessage)
    assert postman.recipients == [application.mailbox]
    assert arrived["Subject"] == "[BSrE] Aktivasi Akun"
    token = links.token_of(cast.link_of(application, "activation").pk)
    bodies = [arrived.get_body([kind]) for kind in ("plain", "html")]
    assert all(body is not None and f"/email/aktivasi/akun/{token}/" in body.get_content() for body in bodies)


@pytest.mark.parametrize(("answer", "kind"), [
    ("550 5.1.1 ayu.contoh@natunakab.example unknown", "SMTPDataError"),
    ("451 try later", "SMTPDataError"),
])  # fmt: skip
def test_what_the_server_refuses_waits_and_arrives_later(
    settings: Any, application: Application, answer: str, kind: str
) -> None:
    row = OutboxMessage.objects.get(template="activation")
    with mail_server(settings) as postman:
        postman.answer = answer
        assert not outbox.deliver(row.pk)
        assert (again(row).error, again(row).state) == (kind, State.WAITING)
        postman.answer = "250 OK"
        wait_over(row)
        assert outbox.deliver(row.pk)
    assert len(postman.mails) == 1


def test_a_server_that_is_away_costs_an_attempt_and_no_message(settings: Any, application: Application) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    begun = monotonic()
    assert cast.deliver_all() == []
    assert monotonic() - begun < 5
    assert OutboxMessage.objects.get(template="activation").state == State.WAITING
