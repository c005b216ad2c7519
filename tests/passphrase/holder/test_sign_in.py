"""The way in without an account: a link to the dinas mailbox that opens once, in one browser."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from enrollment import tasks, typed_mailbox
from enrollment.models import Application, Institution, MailboxRequest
from tests import cast, holders
from tests.hostile import dump, together
from tte_portal import links, outbox
from tte_portal.models import OutboxMessage
from tte_portal.templatetags.addresses import breakable

pytestmark = pytest.mark.django_db

PAGE, SIGN_IN = "/akun/sertifikat/", "/akun/sertifikat/masuk/"


def ask(mailbox: str) -> Any:
    """Type a mailbox; a worker answers."""
    answer = Client().post(SIGN_IN, {"mailbox": mailbox})
    for request_id in list(MailboxRequest.objects.values_list("pk", flat=True)):
        tasks.answer_mailbox_request(str(request_id))
    return answer


def address(application: Application) -> str:
    return reverse("link-status", args=[links.token_of(cast.link_of(application, "status").pk)])


def test_the_mailbox_gets_a_link_that_leads_to_the_certificate(issued: Application) -> None:
    assert ask(issued.mailbox)["Location"] == "/akun/sertifikat/masuk/terkirim/"
    mail = outbox.compose(OutboxMessage.objects.get(template="status_link"))
    assert mail.to == issued.mailbox
    assert "Sertifikat" in mail.subject
    found = re.search(r"https?://[^/]+(/email/status/\S+)", mail.text)
    assert found is not None

    browser = Client()
    assert browser.post(found[1])["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200
    assert browser.get(SIGN_IN)["Location"] == PAGE


def test_who_has_no_certificate_yet_lands_on_the_timeline(application: Application) -> None:
    ask(application.mailbox)
    browser = Client()
    assert browser.post(address(application))["Location"] == "/status/pengajuan/"
    page = browser.get(PAGE).content.decode()
    assert "Belum ada sertifikat" in page
    assert 'href="/status/pengajuan/"' in page


def test_nobody_is_told_whether_a_mailbox_is_known(issued: Application) -> None:
    known, unknown = ask(issued.mailbox), ask("tidak.ada@natunakab.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutboxMessage.objects.filter(template="status_link").count() == 1


@pytest.mark.parametrize(("form", "sent"), [(SIGN_IN, f"{SIGN_IN}terkirim/"), ("/status/", "/status/terkirim/")])
def test_what_was_typed_stands_there_again_and_can_be_put_right(natuna: Institution, form: str, sent: str) -> None:
    """The same for everybody: nobody by this name is known."""
    browser, slip = Client(), "tidka.ada@natunakab.example"
    assert browser.post(form, {"mailbox": slip})["Location"] == sent

    page = browser.get(sent).content.decode()

    assert str(breakable(slip)) in page
    assert f'href="{form}?betulkan=1"' in page
    assert f'value="{slip}"' in browser.get(f"{form}?betulkan=1").content.decode()
    # Nobody else's browser shows it, nor the form to the next who comes to it; the cookie itself cannot be read.
    assert slip not in browser.get(form).content.decode()
    assert "tidka" not in Client().get(sent).content.decode()
    assert "tidka" not in str(browser.cookies)


def test_what_others_put_into_the_cookie_is_not_shown(db: None) -> None:
    browser = Client()
    browser.cookies[typed_mailbox.COOKIE] = "kirim.ke@penipu.example"
    assert "penipu" not in browser.get(f"{SIGN_IN}terkirim/").content.decode()


def test_a_mailbox_that_is_none_is_said_to_be_none(db: None) -> None:
    page = Client().post(SIGN_IN, {"mailbox": "ayu"})
    assert page.status_code == 422
    assert "Alamat surel tidak lengkap" in page.content.decode()


def test_asking_ends_in_a_pause(db: None) -> None:
    answers = [Client().post(SIGN_IN, {"mailbox": f"a{n}@natunakab.example"}).status_code for n in range(21)]
    assert answers == [302] * 20 + [429]


def test_one_mailbox_is_not_plagued(issued: Application) -> None:
    for _ in range(7):
        ask(issued.mailbox)
    assert OutboxMessage.objects.filter(template="status_link").count() == 5


# --- Once ------------------------------------------------------------------------------------------------------------
def test_a_second_browser_is_refused_and_offered_a_new_link(issued: Application) -> None:
    ask(issued.mailbox)
    first, second, opened = Client(), Client(), address(issued)
    assert first.post(opened).status_code == 302

    refused = second.post(opened)

    assert refused.status_code == 410
    assert "sudah dibuka di peramban lain" in refused.content.decode()
    assert second.get(PAGE).status_code == 302
    assert first.get(PAGE).status_code == 200
    # The new one goes to the mailbox alone, and closes the page in the browser that opened the old one.
    token = opened.rstrip("/").rpartition("/")[2]
    assert second.post(reverse("link-resend", args=["status"]), {"token": token}).status_code == 200
    assert first.get(PAGE).status_code == 302
    assert second.post(address(issued)).status_code == 302
    assert second.get(PAGE).status_code == 200


def test_the_same_browser_goes_on(issued: Application) -> None:
    ask(issued.mailbox)
    browser, opened = Client(), address(issued)
    assert [browser.post(opened).status_code for _ in range(3)] == [302] * 3


def test_fifty_looks_of_a_scanner_leave_the_link_for_its_owner(issued: Application) -> None:
    ask(issued.mailbox)
    opened = address(issued)
    for _ in range(25):
        assert Client().get(opened).status_code == 200
        assert Client().head(opened).status_code == 200
    assert Client().post(opened).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_browsers_at_once_one_comes_in(issued: Application) -> None:
    ask(issued.mailbox)
    opened = address(issued)

    def press(_: int) -> int:
        try:
            return int(Client().post(opened).status_code)
        finally:
            connection.close()

    assert sorted(together(12, press)) == [302] + [410] * 11


def test_a_cookie_of_another_link_is_no_way_into_an_opened_one(issued: Application, natuna: Institution) -> None:
    other = cast.begin(natuna, 1)
    ask(other.mailbox)
    stranger = Client()
    stranger.post(address(other))
    ask(issued.mailbox)
    Client().post(address(issued))
    assert stranger.post(address(issued)).status_code == 410
    assert stranger.get(PAGE).context["visitor"].application == other


def test_whose_page_a_newer_link_has_closed_is_told_why_there_is_a_form(issued: Application) -> None:
    browser = Client()
    assert "tertutup" not in browser.get(SIGN_IN).content.decode()
    ask(issued.mailbox)
    browser.post(address(issued))
    assert browser.get(PAGE).status_code == 200

    ask(issued.mailbox)

    page = browser.get(reverse("certificate-try"), follow=True)
    assert "Halaman Anda sudah tertutup" in page.content.decode()
    assert "Kirim tautan masuk" in page.content.decode()


def test_leaving_closes_the_page_and_uses_the_link_up(issued: Application) -> None:
    ask(issued.mailbox)
    browser, opened = Client(), address(issued)
    browser.post(opened)
    assert browser.post("/akun/sertifikat/keluar/")["Location"] == SIGN_IN
    assert browser.get(PAGE).status_code == 302
    assert browser.post(opened).status_code == 410


def test_the_database_holds_no_token_of_the_link(issued: Application) -> None:
    ask(issued.mailbox)
    token = links.token_of(cast.link_of(issued, "status").pk)
    assert token not in str(dump())


def test_an_account_without_an_application_is_told_so(natuna: Institution) -> None:
    browser = holders.browser_of(holders.holder_of(natuna))
    assert browser.get(PAGE)["Location"] == SIGN_IN
    page = browser.get(SIGN_IN).content.decode()
    assert "belum punya pengajuan sertifikat" in page
    assert "Kirim tautan masuk" not in page


# --- Whose page it is -------------------------------------------------------------------------------------------------
def test_from_an_institutions_page_the_way_in_is_its_own(natuna: Institution) -> None:
    browser = Client()
    led = browser.get(f"{PAGE}?instansi=natuna", follow=True)
    assert led.redirect_chain[-1][0] == f"{SIGN_IN}?instansi=natuna"
    assert natuna.name in led.content.decode()
    assert f"mailto:{natuna.helpdesk_email}" in led.content.decode()
    sent = browser.post(f"{SIGN_IN}?instansi=natuna", {"mailbox": "tidak.ada@natunakab.example"}, follow=True)
    assert natuna.name in sent.content.decode()
    assert f"{PAGE}?instansi=natuna" in browser.get("/natuna/").content.decode()


@pytest.mark.parametrize("address", [SIGN_IN, f"{SIGN_IN}?instansi=tidak-ada", f"{SIGN_IN}terkirim/"])
def test_where_nobody_knows_whose_it_is_it_says_whom_to_ask(natuna: Institution, address: str) -> None:
    page = Client().get(address).content.decode()
    assert natuna.name not in page
    assert "Pilih instansi Anda" in page


def test_a_closed_page_stays_that_of_its_institution(issued: Application) -> None:
    browser = Client()
    ask(issued.mailbox)
    browser.post(address(issued))
    ask(issued.mailbox)
    assert issued.institution.name in browser.get(SIGN_IN).content.decode()
    assert issued.institution.name in browser.get("/status/pengajuan/").content.decode()


def test_on_a_host_of_its_own_the_way_in_is_the_institutions(natuna: Institution) -> None:
    assert natuna.name not in Client().get(SIGN_IN).content.decode()
    Institution.objects.filter(pk=natuna.pk).update(host="testserver")
    assert natuna.name in Client().get(SIGN_IN).content.decode()


def test_a_mailed_link_says_what_its_button_does_and_whom_to_ask(issued: Application) -> None:
    """Whose it is, it cannot say: a look asks the database nothing."""
    ask(issued.mailbox)
    page = Client().get(address(issued)).content.decode()
    assert "Lanjutkan membuka status pengajuan Anda" in page
    assert "Pilih instansi Anda" in page


def test_the_menu_leads_to_the_certificate_from_every_page(issued: Application) -> None:
    browser = Client()
    ask(issued.mailbox)
    browser.post(address(issued))
    menu = (
        browser.get("/status/pengajuan/")
        .content.decode()
        .partition('aria-label="Menu utama"')[2]
        .partition("</nav>")[0]
    )
    assert "Sertifikat saya" in menu
