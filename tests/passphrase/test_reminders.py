"""Reminders of the end: each once, the newest alone after a pause, none once another follows."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from enrollment.models import Application
from passphrase import actions, reminders, revocation, succession
from passphrase.models import Certificate
from tests import cast
from tte_portal.models import Account, AuditRow, OutboxMessage

Purpose = Application.Purpose


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    mail.outbox.clear()
    return Application.objects.get(pk=issued.pk)


def days_left(application: Application, days: float) -> None:
    Certificate.objects.filter(application=application).update(not_after=Now() + timedelta(days=days))


def waiting() -> list[Any]:
    return list(OutboxMessage.objects.filter(template="ending").order_by("created_at").values_list("ids", flat=True))


@pytest.mark.parametrize(
    ("days", "told"), [(30.01, None), (29.99, 30), (14.01, 30), (13.99, 14), (6.9, 7), (0.9, 1), (-0.01, None)]
)
def test_the_newest_that_is_due_goes_out_alone(active: Application, days: float, told: int | None) -> None:
    """Also after a week in which the portal was down."""
    days_left(active, days)

    assert reminders.sweep() == (1 if told else 0)
    assert reminders.sweep() == 0

    assert [each["days"] for each in waiting()] == ([str(told)] if told else [])
    assert Certificate.objects.get(application=active).reminded_days == told


def test_it_tells_until_when_and_where_to_renew(active: Application) -> None:
    days_left(active, 13.5)
    reminders.sweep()

    assert cast.deliver_all() == ["ending"]

    sent = mail.outbox[0]
    assert sent.to == [active.mailbox]
    assert "berakhir 14 hari lagi" in sent.subject
    assert "/akun/sertifikat/perpanjang/" in sent.body
    row = AuditRow.objects.get(subject=active.pk, event="remind_of_end")
    assert (row.facts, row.actor) == ({"days": 14}, "system")


def test_a_late_mail_names_the_days_that_are_left(active: Application) -> None:
    days_left(active, 29)
    reminders.sweep()
    days_left(active, 2.5)

    cast.deliver_all()

    assert "berakhir 3 hari lagi" in mail.outbox[0].subject


def test_a_mailbox_that_moved_is_where_it_goes(active: Application) -> None:
    assert active.record is not None
    active.record.mailbox = "baru.sekali@natunakab.go.id"
    active.record.save()
    days_left(active, 20)
    reminders.sweep()
    cast.deliver_all()

    assert mail.outbox[0].to == ["baru.sekali@natunakab.go.id"]


@pytest.mark.parametrize("end", ["revoke", "suspend", "renew", "closed"])
def test_nobody_is_reminded_of_what_is_over_or_followed(active: Application, verifier: Account, end: str) -> None:
    days_left(active, 20)
    if end == "revoke":
        revocation.revoke(active.pk, "cessationOfOperation", by=verifier)
    elif end == "suspend":
        revocation.suspend(active.pk, by=verifier)
    elif end == "renew":
        succession.begin(active.pk, Purpose.RENEWAL)
    else:
        active.institution.procedure_slug = ""
        active.institution.save()

    assert reminders.sweep() == 0


def test_whoever_renews_before_the_mail_is_sent_hears_nothing(active: Application) -> None:
    days_left(active, 20)
    reminders.sweep()
    succession.begin(active.pk, Purpose.RENEWAL)

    assert cast.deliver_all() == ["set_passphrase"]


def test_a_strangers_request_for_a_new_passphrase_silences_nothing(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Purpose.RESET)
    assert reminders.sweep() == 1

    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    days_left(active, 6)
    assert reminders.sweep() == 0


def test_who_asks_again_after_a_successor_ended_is_reminded_again(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Purpose.RENEWAL)
    assert reminders.sweep() == 0
    Application.objects.filter(pk=new.pk).update(status="REJECTED", waiting_for="nobody")

    assert reminders.sweep() == 1


def test_the_end_itself_is_told(active: Application) -> None:
    days_left(active, -0.01)
    assert actions.expire_due() == 1

    assert cast.deliver_all() == ["expired"]

    assert "Masa berlaku sertifikat Anda habis" in mail.outbox[0].subject
    assert "mengajukan lagi" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_at_once_one_sends(active: Application) -> None:
    days_left(active, 20)
    barrier, sent = Barrier(10), []

    def work() -> None:
        barrier.wait()
        sent.append(reminders.sweep())
        connection.close()

    threads = [Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sum(sent) == 1
    assert len(waiting()) == 1
