"""When WhatsApp refuses or stays silent the same message goes by mail: once, and the timeline can say so."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction

from tests import cloud_api
from tests.cloud_api import CODE, MAILBOX, REFUSAL, CloudApi, again, mails_instead, silence_over, told, write_link
from tests.hostile import sql, together
from tte_portal import links, outbox, outbox_delivery, tasks
from tte_portal.models import Link, OutboxMessage

pytestmark = pytest.mark.django_db

State, Reason = OutboxMessage.State, OutboxMessage.FallBack


@pytest.fixture(autouse=True)
def _messages() -> Iterator[None]:
    with cloud_api.messages():
        yield


@pytest.fixture
def api(settings: Any) -> Iterator[CloudApi]:
    with cloud_api.running(settings) as running:
        yield running


def reasons(subject: Any) -> list[str]:
    return [each.reason for each in outbox.fallbacks_of(subject)]


# --- Refused -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_what_whatsapp_refuses_goes_by_mail_with_the_same_link(api: CloudApi, status: int) -> None:
    api.says(status, REFUSAL)
    row = write_link(uuid4())
    assert not outbox.deliver(row.pk)
    tasks.sweep_outbox()
    (mail,) = django_mail.outbox
    assert mail.to == [MAILBOX]
    assert cloud_api.address(row.ids) in mail.body
    assert links.open_links(row.subject, "passphrase").count() == 1  # type: ignore[arg-type]
    found = again(row)
    assert (found.state, found.error, found.attempts) == (State.FELL_BACK, "WhatsApp 131026", 1)
    assert reasons(row.subject) == [Reason.REFUSED]
    assert len(api.requests) == 1


def test_a_refused_code_goes_to_the_mailbox(api: CloudApi) -> None:
    api.says(400, REFUSAL)
    outbox.deliver(outbox.write("test_code").pk)
    tasks.sweep_outbox()
    assert CODE in django_mail.outbox[0].body


@pytest.mark.parametrize("number", ["", "080010000177", "+62", "+62 800", "abc", "+0123456789"])
def test_a_number_that_is_none_is_not_even_asked_for(api: CloudApi, number: str) -> None:
    row = outbox.write("test_code", wrong_number=number, subject=uuid4())
    outbox.deliver(row.pk)
    assert reasons(row.subject) == [Reason.REFUSED]
    assert api.requests == []


def test_in_production_without_an_account_the_mail_goes_at_once(settings: Any) -> None:
    settings.MODE = "production"
    row = write_link(uuid4())
    tasks.sweep_outbox()
    tasks.sweep_outbox()
    assert len(django_mail.outbox) == 1
    assert reasons(row.subject) == [Reason.NOT_CONFIGURED]


# --- Silent --------------------------------------------------------------------------------------------------------
def test_silence_is_ended_by_the_sweep_and_once(api: CloudApi) -> None:
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    tasks.sweep_outbox()
    assert mails_instead(row) == 0
    silence_over(row)
    for _ in range(3):
        tasks.sweep_outbox()
    assert (again(row).state, again(row).answer_due_at) == (State.FELL_BACK, None)
    assert len(django_mail.outbox) == 1
    (found,) = outbox.fallbacks_of(row.subject)  # type: ignore[arg-type]
    assert (found.template, found.reason, found.at) == ("test_link", Reason.SILENT, again(row).fell_back_at)
    assert len(api.requests) == 1


def test_many_tries_do_not_put_the_mail_off(api: CloudApi) -> None:
    api.says(500, b"")
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    first = again(row).answer_due_at
    sql("UPDATE tte_portal_outboxmessage SET due_at = now()")
    outbox.deliver(row.pk)
    assert again(row).attempts == 2
    assert again(row).answer_due_at == first
    silence_over(row)
    tasks.sweep_outbox()
    assert reasons(row.subject) == [Reason.UNREACHABLE]
    sql("UPDATE tte_portal_outboxmessage SET due_at = now()")
    tasks.sweep_outbox()
    assert len(api.requests) == 2
    assert len(django_mail.outbox) == 1


def test_two_sweeps_at_once_write_one_mail(api: CloudApi, transactional_db: None) -> None:
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    silence_over(row)
    assert sorted(together(8, lambda _: outbox_delivery.end_silence(row.pk))) == [False] * 7 + [True]
    assert mails_instead(row) == 1


def test_silence_and_a_failure_told_at_once_write_one_mail(api: CloudApi, transactional_db: None) -> None:
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    silence_over(row)
    said = told(api, "failed")
    together(8, lambda n: cloud_api.call(said) if n % 2 else outbox_delivery.end_silence(row.pk))
    assert mails_instead(row) == 1


def test_the_database_takes_no_second_mail_in_place_of_one_message() -> None:
    row = write_link()
    OutboxMessage.objects.create(template="test_mail", instead_of=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.create(template="test_mail", instead_of=row)


def test_a_mail_that_took_over_has_tries_of_its_own(api: CloudApi, settings: Any) -> None:
    api.says(400, REFUSAL)
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tasks.sweep_outbox()
    mail = OutboxMessage.objects.get(instead_of=row)
    assert (mail.state, mail.attempts, mail.channel) == (State.WAITING, 1, OutboxMessage.Channel.EMAIL)
    tasks.sweep_outbox()
    assert mails_instead(row) == 1


# --- Not needed any more -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ended", ["replaced_at", "finished_at"])
def test_who_has_used_the_link_gets_no_mail_after_it(api: CloudApi, ended: str) -> None:
    row = write_link(uuid4())
    outbox.deliver(row.pk)
    Link.objects.update(**{ended: row.created_at})
    silence_over(row)
    tasks.sweep_outbox()
    assert (again(row).state, mails_instead(row), reasons(row.subject)) == (State.SENT, 0, [])
    assert outbox_delivery.overdue() == []


@pytest.mark.parametrize("status", [400, 500])
def test_a_mail_that_nobody_needs_is_not_written(api: CloudApi, status: int) -> None:
    api.says(status, REFUSAL)
    row = outbox.write("test_code", subject=uuid4(), gone="1")
    outbox.deliver(row.pk)
    silence_over(row)
    tasks.sweep_outbox()
    assert (again(row).state, mails_instead(row), reasons(row.subject)) == (State.DROPPED, 0, [])


def test_what_others_fell_back_on_is_not_told() -> None:
    row = write_link(uuid4())
    OutboxMessage.objects.filter(pk=row.pk).update(fell_back_at=row.created_at, fell_back_reason=Reason.SILENT)
    assert outbox.fallbacks_of(uuid4()) == []
    assert reasons(row.subject) == [Reason.SILENT]
