"""P5: asking for a link tells nobody whose mailbox is known; the mail does, and only to the mailbox."""

import re
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enrollment import actions, tasks
from enrollment.models import Application, Institution, MailboxRequest
from enrollment.wizard import actions as wizard
from tests import cast
from tests.hostile import dump, flush_redis, shapes, sql
from tte_portal import outbox
from tte_portal.accounts import hashed_login
from tte_portal.models import Account, Link, OutboxMessage
from tte_portal.templatetags.addresses import breakable

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "ayu.contoh@natunakab.example", "abu.contoh@natunakab.example"
PATHS = ["/natuna/aktivasi/", "/status/"]


def ask(path: str, mailbox: str) -> Any:
    return Client().post(path, {"mailbox": mailbox}, follow=True)


def work() -> None:
    """What the worker does with the requests that were written down."""
    for pk in MailboxRequest.objects.values_list("pk", flat=True):
        tasks.answer_mailbox_request(str(pk))


def mails() -> list[tuple[str, str]]:
    return [(row.template, outbox.compose(row).to) for row in OutboxMessage.objects.order_by("created_at")]


# --- Same answer ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PATHS)
def test_known_and_unknown_mailboxes_get_the_same_bytes(application: Application, path: str) -> None:
    """But for the address as it was typed, which stands there again for everybody."""
    pages = [ask(path, mailbox) for mailbox in (KNOWN, UNKNOWN)]
    told = [re.sub(rb'value="\w{64}"', b"", page.content) for page in pages]
    typed = [str(breakable(each)).encode() for each in (KNOWN, UNKNOWN)]
    assert [page.count(each) for page, each in zip(told, typed, strict=True)] == [1, 1]
    assert told[0].replace(typed[0], b"") == told[1].replace(typed[1], b"")
    assert pages[0].redirect_chain == pages[1].redirect_chain
    assert [sorted(page.headers) for page in pages[:1]] == [sorted(page.headers) for page in pages[1:]]


@pytest.mark.parametrize("path", PATHS)
def test_known_and_unknown_mailboxes_cost_the_same_statements(application: Application, path: str) -> None:
    told = []
    for mailbox in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            ask(path, mailbox)
        told.append(shapes(asked))
    assert told[0] == told[1]
    assert len(told[0]) >= 2


def test_the_time_taken_tells_nothing(application: Application) -> None:
    taken: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for _ in range(9):
        for mailbox, times in taken.items():
            begun = perf_counter()
            Client().post("/status/", {"mailbox": mailbox})
            times.append(perf_counter() - begun)
    assert 0.4 < median(taken[KNOWN]) / median(taken[UNKNOWN]) < 2.5


def test_a_mailbox_that_cannot_be_one_is_said_before_anything_is_written() -> None:
    page = Client().post("/status/", {"mailbox": "ayu.contoh"})
    assert page.status_code == 200
    assert "tidak lengkap" in page.content.decode()
    assert not MailboxRequest.objects.exists()


def test_asking_again_and_again_is_throttled_and_the_pause_tells_nothing(application: Application) -> None:
    answers = {mailbox: [Client().post("/status/", {"mailbox": mailbox}).status_code for _ in range(12)]
               for mailbox in (KNOWN, UNKNOWN)}  # fmt: skip
    assert answers[KNOWN] == [302] * 12
    assert answers[UNKNOWN] == [302] * 8 + [429] * 4
    flush_redis()
    assert Client().post("/status/", {"mailbox": KNOWN}).status_code == 429


# --- The mail ------------------------------------------------------------------------------------------------------
def test_a_known_mailbox_gets_its_status_link_and_an_unknown_one_nothing(application: Application) -> None:
    for mailbox in (KNOWN.upper(), f"  {UNKNOWN} "):
        ask("/status/", mailbox)
    work()
    assert mails() == [("activation", KNOWN), ("status_link", KNOWN)]
    assert not MailboxRequest.objects.exists()


def test_somebody_of_the_registry_is_invited_by_asking(natuna: Institution) -> None:
    ask("/natuna/aktivasi/", KNOWN)
    work()
    assert mails() == [("activation", KNOWN)]
    assert Application.objects.get().mailbox == KNOWN


def test_asking_for_activation_again_sends_a_fresh_link_and_makes_no_second_application(natuna: Institution) -> None:
    for _ in range(2):
        ask("/natuna/aktivasi/", KNOWN)
        work()
    assert Application.objects.count() == 1
    assert Link.objects.filter(replaced_at=None).count() == 1
    assert [template for template, _ in mails()] == ["activation", "activation"]


def test_who_is_further_on_gets_the_link_that_helps_there(natuna: Institution, verifier: Account) -> None:
    review, approved = cast.submitted(natuna, 0), cast.approved(natuna, verifier, 1)
    OutboxMessage.objects.all().delete()
    for each in (review, approved):
        ask("/natuna/aktivasi/", each.mailbox)
        work()
    assert mails() == [("status_link", review.mailbox), ("set_passphrase", approved.mailbox)]


def test_the_registry_of_another_institution_is_not_asked(institutions: dict[str, Institution]) -> None:
    ask("/natuna/aktivasi/", "ayu.contoh@sultengprov.example")
    work()
    assert mails() == []


def test_where_people_are_not_invited_a_mailbox_alone_begins_nothing(institutions: dict[str, Institution]) -> None:
    """There is a form to fill in first, or a profile; a link asked for by mailbox would lead around it."""
    for slug, mailbox in (("sulteng", "ayu.contoh@sultengprov.example"), ("kemenkeu", "ayu.contoh@kemenkeu.example")):
        actions.answer_mailbox_request(institutions[slug], mailbox, "activation")
    assert mails() == []


def test_an_institution_that_is_not_open_takes_no_requests(institutions: dict[str, Institution]) -> None:
    Institution.objects.update(procedure_slug="")
    assert ask("/natuna/aktivasi/", "ayu.contoh@natunakab.example").redirect_chain[0][0] == "/natuna/"
    assert not MailboxRequest.objects.exists()


def test_one_mailbox_gets_five_mails_an_hour_whoever_asks(application: Application) -> None:
    OutboxMessage.objects.all().delete()
    for _ in range(8):
        ask("/status/", KNOWN)
    work()
    assert mails() == [("status_link", KNOWN)] * 5
    assert not MailboxRequest.objects.exists()


# --- Lost and broken -----------------------------------------------------------------------------------------------
def test_a_request_whose_task_was_lost_is_swept(application: Application) -> None:
    ask("/status/", KNOWN)
    tasks.sweep()
    assert MailboxRequest.objects.count() == 1
    sql("UPDATE enrollment_mailboxrequest SET created_at = now() - interval '21 seconds'")
    flush_redis()
    tasks.sweep()
    assert ("status_link", KNOWN) in mails()
    assert not MailboxRequest.objects.exists()


def test_a_request_that_fails_keeps_no_other_waiting(application: Application) -> None:
    for _ in range(2):
        ask("/status/", KNOWN)
    broken = MailboxRequest.objects.order_by("created_at")[0].pk
    sql("UPDATE enrollment_mailboxrequest SET created_at = created_at - interval '30 seconds'")
    sql("UPDATE enrollment_mailboxrequest SET mailbox = 'spoiled' WHERE id = %s", broken)
    tasks.sweep()
    assert list(MailboxRequest.objects.values_list("pk", flat=True)) == [broken]
    assert ("status_link", KNOWN) in mails()
    sql("UPDATE enrollment_mailboxrequest SET created_at = created_at - interval '1 day'")
    tasks.sweep()
    assert not MailboxRequest.objects.exists()


def test_a_request_answered_twice_sends_one_mail(application: Application) -> None:
    ask("/status/", KNOWN)
    pk = str(MailboxRequest.objects.get().pk)
    for _ in range(2):
        tasks.answer_mailbox_request(pk)
    assert [template for template, _ in mails()].count("status_link") == 1


# --- A NIK that is somebody else's ---------------------------------------------------------------------------------
def test_a_nik_in_use_looks_like_success_and_its_owner_is_told(natuna: Institution, verifier: Account) -> None:
    owner = cast.approved(natuna, verifier, 1)
    application = cast.fill(cast.begin(natuna, 0))
    application.nik = owner.nik
    application.save()
    client = cast.open_link(application, "activation")
    page = client.post("/pengajuan/periksa/", follow=True)
    assert page.redirect_chain[-1][0] == "/pengajuan/selesai/"
    assert application.receipt in page.content.decode()
    warned = OutboxMessage.objects.get(template="nik_in_use")
    mail = outbox.compose(warned)
    assert mail.to == owner.mailbox
    assert application.name not in mail.text + mail.html
    assert application.mailbox not in mail.text + mail.html


def test_nobody_can_squat_on_a_nik_by_typing_it_first(natuna: Institution) -> None:
    squatter, owner = cast.fill(cast.begin(natuna, 0)), cast.fill(cast.begin(natuna, 1))
    squatter.nik = owner.nik
    squatter.save()
    for each in (squatter, owner):
        wizard.submit(each.pk, cast.link_of(each, "activation").pk)
    assert not OutboxMessage.objects.filter(template="nik_in_use").exists()


# --- Officers' sign-in ---------------------------------------------------------------------------------------------
def sign_in(login: str, address: str) -> int:
    fields = {"username": login, "password": "salah-sama-sekali", "code": "000000"}
    return Client(REMOTE_ADDR=address).post("/admin/login/", fields).status_code


def test_attempts_hold_the_login_only_hashed(natuna: Institution) -> None:
    number = "196805172026032100"
    sign_in(number, "203.0.113.1")
    attempt = AccessAttempt.objects.get()
    assert attempt.username == hashed_login(None, {"username": number})
    assert number not in str(dump())
    assert "salah-sama-sekali" not in str(dump())
    assert not AccessFailureLog.objects.exists()


def test_every_spelling_of_a_login_is_counted_as_one() -> None:
    assert len({hashed_login(None, {"username": login}) for login in ("vera", " VERA ", "Vera")}) == 1
    assert hashed_login(None, None) == hashed_login(None, {"username": ""})


def test_a_hundred_guesses_from_as_many_addresses_are_one_guessers(verifier: Account) -> None:
    answers = [sign_in("vera", f"198.51.100.{n}") for n in range(14)]
    assert answers[-4:] == [429] * 4
    assert answers[0] == 200
    flush_redis()
    assert sign_in("Vera ", "192.0.2.200") == 429
    assert sign_in("somebody-else", "192.0.2.200") == 200


def test_a_refused_second_application_does_not_hide_the_certificate(
    natuna: Institution, verifier: Account, application: Application
) -> None:
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")
    again = cast.begin(natuna, 1)
    Application.objects.filter(pk=again.pk).update(mailbox=KNOWN, status="REJECTED", waiting_for="nobody")

    ask("/status/", KNOWN)
    work()

    assert Link.objects.filter(purpose="status").values_list("subject", flat=True).get() == application.pk


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_changes_no_answer(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("celery.current_app.send_task", away)
    assert ask("/status/", KNOWN).status_code == 200
    assert MailboxRequest.objects.count() == 1
    cast.fill(application)
    client = cast.open_link(application, "activation")
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
