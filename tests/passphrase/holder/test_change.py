"""Changing a passphrase: the same key under another one, whole at every moment, told to its holder."""

from html import unescape
from threading import Barrier, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import Client

from enrollment import actions
from enrollment.models import Application
from passphrase import custody
from passphrase.holder import changing
from passphrase.models import SigningKey
from tests import cast, holders, procedures
from tests.cast import GOOD_PASSPHRASE
from tte_portal.models import AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

PAGE, DONE = "/akun/sertifikat/ganti/", "/akun/sertifikat/ganti/selesai/"
NEW = "Gunung-Hijau 81 Perahu"


def typed(current: str = GOOD_PASSPHRASE, new: str = NEW, **more: str) -> dict[str, str]:
    return {"current": current, "passphrase": new, "confirmation": new, **more}


@pytest.fixture
def browser(issued: Application) -> Client:
    actions.send_link_again(issued, "status", by=None)
    return cast.open_link(issued, "status")


def words(response: Any) -> str:
    return unescape(response.content.decode())


def opens(application: Application, passphrase: str) -> bool:
    try:
        custody.open_key(application.pk, passphrase)
    except custody.WrongPassphrase:
        return False
    return True


def test_the_same_key_opens_under_the_new_one_alone(browser: Client, issued: Application) -> None:
    before = SigningKey.objects.get()

    assert browser.post(PAGE, typed()).headers["Location"] == DONE

    after = SigningKey.objects.get()
    assert bytes(after.public_key) == bytes(before.public_key)
    assert bytes(after.salt) != bytes(before.salt)
    assert bytes(after.wrapped)[:12] != bytes(before.wrapped)[:12]
    assert opens(issued, NEW)
    assert not opens(issued, GOOD_PASSPHRASE)
    assert "Passphrase sudah diganti" in words(browser.get(DONE))


def test_it_leaves_one_audit_row_and_one_mail_to_the_holder(browser: Client, issued: Application) -> None:
    browser.post(PAGE, typed())

    assert AuditRow.objects.filter(subject=issued.pk, event="change_passphrase").count() == 1
    (mail,) = holders.mails("passphrase_changed")
    assert mail.to == issued.mailbox
    assert "Bukan Anda" in mail.text
    assert NEW not in mail.text


def test_the_cost_is_todays(browser: Client, issued: Application) -> None:
    wraps = patch("passphrase.custody.Argon2id", wraps=vars(custody)["Argon2id"])
    with patch("passphrase.custody.ITERATIONS", 4), wraps as argon:
        browser.post(PAGE, typed())

    assert [each.kwargs["iterations"] for each in argon.call_args_list] == [3, 4]
    assert SigningKey.objects.get().iterations == 4
    assert opens(issued, NEW)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (typed(new="pendek1!"), "passphrase", "belum memuat huruf besar"),
        (typed(new="Password1!"), "passphrase", "terlalu umum"),
        (typed(new="Ayu-Contoh 27 laut"), "passphrase", "tidak boleh memuat nama"),
        (typed(new=GOOD_PASSPHRASE), "passphrase", "sama dengan passphrase sekarang"),
        (typed(confirmation="Lain-Lagi 12 bukit"), "confirmation", "Konfirmasi tidak sama"),
        (typed(current=""), "current", "belum diisi"),
    ],
)
def test_each_fault_is_told_at_its_field_and_no_guess_is_counted(
    browser: Client, given: dict[str, str], field: str, says: str
) -> None:
    before = bytes(SigningKey.objects.get().wrapped)
    page = browser.post(PAGE, given)

    assert says in " ".join(page.context["form"].errors[field])
    for secret in filter(None, {given["current"], given["passphrase"]}):
        assert secret not in words(page)
    after = SigningKey.objects.get()
    assert (bytes(after.wrapped), after.guesses) == (before, 0)


def test_the_score_is_told_where_the_procedure_shows_it(browser: Client, issued: Application) -> None:
    procedures.ask(issued, passphrase__shows_score=True)

    assert "dari 4" in words(browser.post(PAGE, typed(confirmation="Lain")))


def test_a_wrong_old_one_counts_and_changes_nothing(browser: Client, issued: Application) -> None:
    page = browser.post(PAGE, typed(current="Bukan-Yang 27 Benar"))

    assert "Sisa percobaan: 9" in words(page)
    assert not OutboxMessage.objects.filter(template="passphrase_changed").exists()
    assert opens(issued, GOOD_PASSPHRASE)


def test_the_tenth_wrong_one_locks_here_as_well(browser: Client) -> None:
    SigningKey.objects.update(guesses=9)

    answer = browser.post(PAGE, typed(current="Bukan-Yang 27 Benar"))

    assert answer.headers["Location"] == "/akun/sertifikat/buka-kunci/"
    assert OutboxMessage.objects.filter(template="passphrase_locked").count() == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["passphrase.custody.in_place", "tte_portal.audit.record", "tte_portal.outbox.write"])
def test_killed_at_any_step_the_old_passphrase_still_opens(issued: Application, at: str) -> None:
    with patch(at, side_effect=Killed), pytest.raises(Killed):
        changing.change(issued, GOOD_PASSPHRASE, NEW)

    assert opens(issued, GOOD_PASSPHRASE)
    assert not AuditRow.objects.filter(event="change_passphrase").exists()


def test_one_that_was_overtaken_changes_nothing_and_says_so(browser: Client, issued: Application) -> None:
    rewrap = custody.rewrap

    def overtaken(*given: Any) -> Any:
        made = rewrap(*given)
        with patch.object(custody, "rewrap", rewrap):
            changing.change(issued, GOOD_PASSPHRASE, "Lembah-Ungu 33 Rakit")
        return made

    with patch.object(custody, "rewrap", overtaken):
        page = browser.post(PAGE, typed())

    assert "baru saja diganti" in words(page)
    assert opens(issued, "Lembah-Ungu 33 Rakit")
    assert AuditRow.objects.filter(event="change_passphrase").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_the_key_opens_under_exactly_one(issued: Application) -> None:
    wanted = [f"Gunung-Hijau {number} Perahu" for number in range(81, 87)]
    barrier, won = Barrier(len(wanted)), []

    def one(new: str) -> None:
        barrier.wait()
        try:
            changing.change(issued, GOOD_PASSPHRASE, new)
            won.append(new)
        except (changing.Overtaken, custody.WrongPassphrase):
            pass
        finally:
            connection.close()

    threads = [Thread(target=one, args=[new]) for new in wanted]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(won) == 1
    assert [new for new in wanted if opens(issued, new)] == won
    assert AuditRow.objects.filter(event="change_passphrase").count() == 1


def test_a_key_destroyed_meanwhile_stays_destroyed(issued: Application) -> None:
    made = custody.rewrap(issued.pk, GOOD_PASSPHRASE, NEW)
    custody.destroy(issued.pk)

    assert not custody.in_place(made)
    assert bytes(SigningKey.objects.get().wrapped) == b""


@pytest.mark.django_db(transaction=True)
def test_wrapping_inside_a_transaction_is_a_mistake(issued: Application) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        custody.rewrap(issued.pk, GOOD_PASSPHRASE, NEW)


def test_nothing_is_claimed_before_a_change(browser: Client) -> None:
    assert browser.get(DONE).headers["Location"] == PAGE
