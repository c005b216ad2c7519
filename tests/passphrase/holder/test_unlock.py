"""A lock's way back: an hour, or once a day a link to the dinas mailbox; nobody else can lock or unlock."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from enrollment import actions
from enrollment.models import Application
from passphrase import custody
from passphrase.models import SigningKey
from tests import cast, holders
from tests.cast import GOOD_PASSPHRASE
from tte_portal import links
from tte_portal.models import AuditRow, Link

pytestmark = pytest.mark.django_db

PAGE, SENT = "/akun/sertifikat/buka-kunci/", "/akun/sertifikat/buka-kunci/terkirim/"


@pytest.fixture
def locked(issued: Application) -> Application:
    lock(issued)
    return issued


@pytest.fixture
def browser(locked: Application) -> Client:
    actions.send_link_again(locked, "status", by=None)
    return cast.open_link(locked, "status")


def lock(application: Application) -> None:
    SigningKey.objects.filter(application=application).update(guesses=10, locked_until=Now() + timedelta(minutes=50))


def words(response: Any) -> str:
    return unescape(response.content.decode())


def mailed(application: Application) -> str:
    """The address in the mail that lifts the lock."""
    link = Link.objects.filter(subject=application.pk, purpose="unlock", replaced_at=None).latest("created_at")
    return reverse("link-unlock", args=[links.token_of(link.pk)])


def opens(application: Application) -> bool:
    try:
        return bool(custody.open_key(application.pk, GOOD_PASSPHRASE))
    except custody.Locked:
        return False


def test_the_page_says_until_when_and_what_can_be_done(browser: Client) -> None:
    page = words(browser.get(PAGE))

    assert "Passphrase dikunci sementara" in page
    for way in ("Tunggu", "Kirim tautan pembuka", "Lupa passphrase"):
        assert way in page


def test_the_mailed_link_lifts_the_lock_once(browser: Client, locked: Application) -> None:
    assert browser.post(PAGE).headers["Location"] == SENT
    (mail,) = holders.mails("passphrase_unlock")
    address = mailed(locked)
    assert (mail.to, address in mail.text) == (locked.mailbox, True)

    # Opened on another device, where nobody is signed in.
    assert "Kunci sudah dibuka" in words(Client().post(address))

    assert opens(locked)
    assert Client().post(address).status_code == 410
    events = AuditRow.objects.filter(subject=locked.pk).order_by("pk").values_list("event", flat=True)
    assert list(events)[-2:] == ["ask_unlock", "unlock_passphrase"]


def test_mail_scanners_lift_nothing(browser: Client, locked: Application) -> None:
    browser.post(PAGE)
    for method in ("get", "head") * 25:
        answer = getattr(Client(), method)(mailed(locked))
        assert answer.status_code == 200

    assert not opens(locked)
    assert Link.objects.get(purpose="unlock").opened_at is None


def test_a_second_link_replaces_the_first(browser: Client, locked: Application) -> None:
    browser.post(PAGE)
    first = mailed(locked)
    browser.post(PAGE)

    assert Client().post(first).status_code == 410
    assert Client().post(mailed(locked)).status_code == 200


@pytest.mark.parametrize(("age", "works"), [(timedelta(hours=24, seconds=1), False), (timedelta(hours=23), True)])
def test_a_link_lives_a_day(browser: Client, locked: Application, age: timedelta, works: bool) -> None:
    browser.post(PAGE)
    Link.objects.filter(purpose="unlock").update(expires_at=Now() + timedelta(hours=24) - age)

    assert (Client().post(mailed(locked)).status_code == 200) is works
    assert opens(locked) is works


def test_within_a_day_a_second_lock_is_waited_out(browser: Client, locked: Application) -> None:
    """Whoever reads the mailbox must not win as many guesses as they have patience."""
    browser.post(PAGE)
    Client().post(mailed(locked))
    lock(locked)

    assert "Kirim tautan pembuka" not in words(browser.get(PAGE))
    assert browser.post(PAGE).headers["Location"] == PAGE
    assert Link.objects.filter(purpose="unlock").count() == 1

    Link.objects.filter(purpose="unlock").update(finished_at=Now() - timedelta(hours=24, seconds=1))
    assert browser.post(PAGE).headers["Location"] == SENT


def test_a_link_asked_for_and_not_used_lifts_one_lock_all_the_same(browser: Client, locked: Application) -> None:
    browser.post(PAGE)
    SigningKey.objects.update(guesses=0, locked_until=None)

    assert "terbuka sendiri" in words(Client().post(mailed(locked)))
    lock(locked)
    assert Client().post(mailed(locked)).status_code == 410
    assert not opens(locked)


def test_without_a_lock_no_link_goes_out(browser: Client) -> None:
    SigningKey.objects.update(guesses=3, locked_until=None)

    assert "Passphrase tidak dikunci" in words(browser.get(PAGE))
    assert browser.post(PAGE).headers["Location"] == PAGE
    assert not Link.objects.filter(purpose="unlock").exists()


def test_a_strangers_link_lifts_nothing(locked: Application) -> None:
    for token in ("x", "A" * 43, links.token_of(cast.link_of(locked, "passphrase").pk)):
        assert Client().post(reverse("link-unlock", args=[token])).status_code in (404, 410)

    assert not opens(locked)


def test_guessing_links_is_slowed_down(locked: Application) -> None:
    client = Client()
    answers = [client.post(reverse("link-unlock", args=["A" * 43])).status_code for _ in range(31)]

    assert answers[-1] == 429


def test_the_holders_page_names_the_lock(browser: Client) -> None:
    page = words(browser.get("/akun/sertifikat/"))
    assert "passphrase sepuluh kali salah diketik dan dikunci" in page
    assert "Siap dipakai" not in page
    assert re.search(r'<a class="button" href="[^"]*">Buka kunci passphrase</a>', page)


def test_a_used_link_leads_to_the_certificate(browser: Client, locked: Application) -> None:
    browser.post(PAGE)
    address = mailed(locked)
    browser.post(address)
    assert 'href="/akun/sertifikat/">Sertifikat saya</a>' in words(browser.post(address))
