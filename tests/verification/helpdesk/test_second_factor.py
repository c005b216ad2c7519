"""A lost second factor: reset by two officers, told to the mailbox, every session ended."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.holders import recovery
from enrollment.models import Holder, Institution, Role
from tests import cast, holders
from tests.verification.helpdesk.conftest import REASON
from tte_portal.models import Account
from verification.helpdesk import changes, people, rules
from verification.helpdesk.models import ChangeRequest

pytestmark = pytest.mark.django_db
DESK = Role.Kind.HELP_DESK


@pytest.fixture
def ministry(institutions: dict[str, Institution]) -> Institution:
    return holders.open_as(institutions["kemenkeu"], "kemenkeu")


@pytest.fixture
def desk(ministry: Institution) -> tuple[Account, Account]:
    return cast.make_officer("satu", (ministry, DESK)), cast.make_officer("dua", (ministry, DESK))


@pytest.fixture
def holder(ministry: Institution) -> Holder:
    found = holders.holder_of(ministry)
    recovery.make(found.account)
    return found


def asked(holder: Holder, by: Account) -> ChangeRequest:
    person = people.find(holder.pk, by, DESK)
    assert person is not None
    return changes.ask(person, "second-factor", by=by, **REASON)


def test_a_second_officer_resets_it_and_every_session_ends(holder: Holder, desk: tuple[Account, Account]) -> None:
    browser = holders.browser_of(holder)
    assert browser.get("/akun/").status_code == 200
    request = asked(holder, desk[0])
    assert browser.get("/akun/").status_code == 200
    with pytest.raises(changes.NotYours):
        changes.confirm(request.pk, by=desk[0])

    changes.confirm(request.pk, by=desk[1])

    assert browser.get("/akun/").status_code == 302
    assert not TOTPDevice.objects.filter(user=holder.account).exists()
    assert recovery.left(holder.account) == 0
    holder.account.refresh_from_db()
    assert not holder.account.has_usable_password()


def test_the_mailbox_hears_of_it_before_and_after(holder: Holder, desk: tuple[Account, Account]) -> None:
    request = asked(holder, desk[0])
    [before] = holders.mails("helpdesk_asked")
    changes.confirm(request.pk, by=desk[1])

    assert "autentikator dan kata sandi" in before.text
    assert {mail.to for mail in (before, *holders.mails("helpdesk_done"), *holders.mails("account"))} == {
        "ayu.contoh@kemenkeu.example"
    }


def test_who_has_no_account_has_nothing_to_reset(ministry: Institution, desk: tuple[Account, Account]) -> None:
    person = people.of_record(holders.record_of(ministry, "Budi Percobaan"))

    with pytest.raises(rules.Refused, match="belum punya akun"):
        changes.ask(person, "second-factor", by=desk[0], **REASON)


def test_a_moved_mailbox_moves_the_login_and_nothing_else(holder: Holder, desk: tuple[Account, Account]) -> None:
    person = people.find(holder.pk, desk[0], DESK)
    assert person is not None
    request = changes.ask(person, "mailbox", new="ayu.baru@kemenkeu.example", by=desk[0], **REASON)
    changes.confirm(request.pk, by=desk[1])

    holder.refresh_from_db()
    account = Account.objects.get(pk=holder.account_id)
    assert (account.login, account.mailbox, holder.mailbox) == ("ayu.baru@kemenkeu.example",) * 3
    assert holder.mailbox_proven_at is None
    assert TOTPDevice.objects.filter(user=account, confirmed=True).exists()
