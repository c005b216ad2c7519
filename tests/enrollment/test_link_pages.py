"""P3 in the browser: scanners change nothing, one press opens, a closed link says what to do and helps its owner."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import actions, link_views
from enrollment.emails import PATHS
from enrollment.models import Application, Correction, Institution
from enrollment.wizard import actions as wizard
from tests import cast
from tests.hostile import dump, sql
from tte_portal import links, outbox
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from tte_portal.throttles import Throttle

pytestmark = pytest.mark.django_db

UNKNOWN = "A" * 43
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def path_of(application: Application, purpose: str = "activation") -> str:
    return reverse(PATHS[purpose], args=[links.token_of(cast.link_of(application, purpose).pk)])


def token_in(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def body(page: Any) -> str:
    return _CSRF.sub("", page.content.decode())


def expire(path: str) -> None:
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '1 second'")
    assert Link.objects.exists()


def press(path: str, **headers: str) -> Any:
    return Client(headers=headers).post(path)


@pytest.fixture(params=["activation", "passphrase", "status"])
def opened(request: pytest.FixtureRequest, application: Application, verifier: Account) -> str:
    """The address of one link of each purpose."""
    purpose: str = request.param
    if purpose == "passphrase":
        application = cast.approved(application.institution, verifier, 1)
    if purpose == "status":
        actions.send_link_again(application, purpose, by=None)
    return path_of(application, purpose)


# --- Scanners ------------------------------------------------------------------------------------------------------
def test_fifty_looks_of_a_scanner_change_nothing_and_then_one_press_opens(opened: str) -> None:
    before, client = dump(), Client()
    pages = {client.get(opened).status_code for _ in range(25)} | {client.head(opened).status_code for _ in range(25)}
    assert pages == {200}
    assert dump() == before
    assert not [name for name in client.cookies if name.startswith("tte_")]
    sent = client.post(opened)
    assert (sent.status_code, Link.objects.filter(opened_at__isnull=False).count()) == (302, 1)


def test_a_look_tells_nothing_not_even_whether_the_link_exists(application: Application, opened: str) -> None:
    page = Client().get(opened)
    unknown = Client().get(opened.replace(token_in(opened), UNKNOWN))
    assert body(page) == body(unknown)
    assert "Lanjutkan" in body(page)
    for told in (application.name, application.mailbox, application.receipt, token_in(opened), "Natuna"):
        assert told not in body(page)


def test_a_look_at_a_closed_link_shows_the_same_page(opened: str) -> None:
    fresh = body(Client().get(opened))
    expire(opened)
    assert body(Client().get(opened)) == fresh


def test_a_look_asks_the_database_nothing(opened: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        Client().get(opened)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_opens_a_link(opened: str, method: str) -> None:
    assert getattr(Client(), method)(opened).status_code == 405
    assert not Link.objects.filter(opened_at__isnull=False).exists()


def test_a_press_from_another_site_opens_nothing(opened: str) -> None:
    assert Client(enforce_csrf_checks=True).post(opened).status_code == 403
    assert not Link.objects.filter(opened_at__isnull=False).exists()


# --- Opening -------------------------------------------------------------------------------------------------------
def test_the_cookie_of_an_opened_link_is_closed_to_scripts_and_of_its_purpose(opened: str) -> None:
    purpose = next(name for name, route in PATHS.items() if reverse(route, args=[token_in(opened)]) == opened)
    cookies = press(opened).cookies
    assert list(cookies) == [f"tte_{purpose}"]
    assert cookies[f"tte_{purpose}"]["httponly"]
    assert token_in(opened) not in cookies[f"tte_{purpose}"].value


def test_no_page_of_a_link_gives_its_address_away(opened: str) -> None:
    client = Client()
    pages = [client.get(opened), client.post(opened)]
    expire(opened)
    for page in [*pages, client.post(opened)]:
        assert page["Referrer-Policy"] == "strict-origin"
        assert page["Cache-Control"] == "no-store"
        assert token_in(opened) not in page.get("Location", "")


def test_each_link_leads_to_its_room(opened: str) -> None:
    client = Client()
    page = client.post(opened, follow=True)
    assert page.status_code == 200
    assert page.redirect_chain[0][0] in {"/pengajuan/", "/passphrase/", "/status/pengajuan/"}


def test_a_link_opens_again_on_another_device_until_it_is_finished(application: Application) -> None:
    path = path_of(application)
    assert [press(path).status_code for _ in range(3)] == [302] * 3
    cast.fill(application)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    assert press(path).status_code == 410


def test_a_correction_is_landed_on(application: Application) -> None:
    cast.fill(application)
    Application.objects.filter(pk=application.pk).update(submitted_at=application.created_at)
    Correction.objects.create(application=application, field="position", reason="Jabatan belum lengkap")
    assert press(path_of(application))["Location"] == "/pengajuan/data-kedinasan/#id_position"


def test_a_browser_whose_link_was_replaced_stands_outside(application: Application) -> None:
    client = cast.open_link(application, "activation")
    actions.send_link_again(application, "activation", by=None)
    page = client.get("/pengajuan/")
    assert page.status_code == 403
    assert application.mailbox not in page.content.decode()


def test_the_work_of_an_opened_link_ends_two_hours_after_its_day(application: Application) -> None:
    client = cast.open_link(application, "activation")
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '1:59:50', opened_at = now() - interval '20:00'")
    assert client.get("/pengajuan/").status_code == 200
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '2:00:01'")
    assert client.get("/pengajuan/").status_code == 403


# --- Closed links --------------------------------------------------------------------------------------------------
def test_an_expired_link_says_so_and_offers_a_new_one(opened: str) -> None:
    expire(opened)
    page = press(opened)
    assert page.status_code == 410
    assert "Tautan ini sudah kedaluwarsa" in page.content.decode()
    assert "Isian yang sudah tersimpan tidak hilang" in page.content.decode()
    assert "Kirim tautan baru" in page.content.decode()
    assert not page.cookies.get("tte_activation")


def test_a_replaced_link_points_to_the_last_mail(application: Application) -> None:
    old = path_of(application)
    actions.send_link_again(application, "activation", by=None)
    page = press(old)
    assert page.status_code == 410
    assert "Tautan ini sudah diganti" in page.content.decode()
    assert "Kirim tautan baru" in page.content.decode()


def test_a_used_link_points_to_the_status_and_offers_no_new_one(application: Application) -> None:
    cast.fill(application)
    path = path_of(application)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    page = press(path)
    assert page.status_code == 410
    assert "Tautan ini sudah selesai dipakai" in page.content.decode()
    assert "Kirim tautan baru" not in page.content.decode()
    assert 'href="/status/"' in page.content.decode()


@pytest.mark.parametrize("token", [UNKNOWN, "x", "%00", "é", "a" * 3000, "' OR 1=1 --"])
def test_an_unknown_link_is_said_to_be_unknown(db: None, token: str) -> None:
    page = press(f"/email/aktivasi/akun/{token}/")
    assert page.status_code == 404
    assert "Tautan ini tidak kami kenal" in page.content.decode()
    assert "Kirim tautan baru" not in page.content.decode()


# --- A new one -----------------------------------------------------------------------------------------------------
def resend(path: str, purpose: str = "activation", **more: str) -> Any:
    return Client().post(f"/email/kirim-ulang/{purpose}/", {"token": token_in(path), **more})


def test_a_new_link_goes_to_the_same_mailbox_whatever_is_asked(application: Application) -> None:
    path = path_of(application)
    expire(path)
    sent = OutboxMessage.objects.count()
    page = resend(path, mailbox="penyusup@jahat.example", to="penyusup@jahat.example", email="penyusup@jahat.example")
    assert "Periksa surel Anda" in page.content.decode()
    assert application.mailbox not in page.content.decode()
    assert OutboxMessage.objects.count() == sent + 1
    mail = outbox.compose(OutboxMessage.objects.latest("created_at"))
    assert mail.to == application.mailbox
    assert press(path_of(application)).status_code == 302
    assert AuditRow.objects.filter(event="send_link_again", subject=application.pk).count() == 1


def test_what_was_typed_is_there_under_the_new_link(application: Application) -> None:
    client = cast.open_link(application, "activation")
    client.post("/pengajuan/data-diri/", cast.answers(application)["data-diri"])
    path = path_of(application)
    expire(path)
    resend(path)
    page = cast.open_link(application, "activation").get("/pengajuan/")
    assert [step["state"] for step in page.context["steps"]] == ["done", "todo", "todo"]


def test_new_links_are_throttled_for_each_application(application: Application) -> None:
    path, other = path_of(application), path_of(cast.begin(application.institution, 1))
    assert [resend(path).status_code for _ in range(6)] == [200] * 5 + [429]
    assert resend(other).status_code == 200


def test_nobody_without_an_old_link_gets_a_new_one(application: Application) -> None:
    before = OutboxMessage.objects.count()
    assert resend(UNKNOWN).status_code == 404
    assert resend("", "activation").status_code == 404
    assert resend(path_of(application), "status").status_code == 404
    assert resend(path_of(application), "mencuri").status_code == 404
    assert Client().get("/email/kirim-ulang/activation/").status_code == 405
    assert OutboxMessage.objects.count() == before


def test_a_link_whose_time_has_passed_brings_no_new_one(application: Application) -> None:
    cast.fill(application)
    path = path_of(application)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    before = Link.objects.count()
    resend(path)
    assert Link.objects.count() == before


# --- Guessing ------------------------------------------------------------------------------------------------------
@pytest.fixture
def few_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_views, "WRONG", Throttle("wrong-links", limit=5, seconds=10**7))


@pytest.mark.usefixtures("few_guesses")
def test_guessing_ends_in_a_pause_and_forged_addresses_do_not_help(application: Application) -> None:
    guesses = [press(f"/email/status/{n:043}/", **{"x-forwarded-for": f"198.51.100.{n}"}) for n in range(8)]
    assert [page.status_code for page in guesses] == [404] * 5 + [429] * 3
    assert resend(UNKNOWN).status_code == 429
    # Who holds a right link is not kept waiting by whoever guesses from the same office.
    assert press(path_of(application)).status_code == 302


@pytest.mark.usefixtures("few_guesses")
def test_after_a_pause_begins_the_answer_tells_no_link_from_none(application: Application) -> None:
    path = path_of(application)
    expire(path)
    for _ in range(5):
        press(f"/email/aktivasi/akun/{UNKNOWN}/")
    found, unknown = press(path), press(f"/email/aktivasi/akun/{UNKNOWN}/")
    assert found.status_code == unknown.status_code == 429
    assert body(found) == body(unknown)


def shown_token(browser: Client, path: str) -> dict[str, str]:
    """What the page's form would send along against forgery."""
    found = _TOKEN.search(browser.get(path).content.decode())
    assert found is not None
    return {"csrfmiddlewaretoken": found[1]}


def press_in(browser: Client, application: Application) -> None:
    """The button behind the mailed link."""
    path = path_of(application)
    assert browser.post(path, shown_token(browser, path)).status_code == 302


def test_two_people_at_one_browser_do_not_write_into_each_others_application(natuna: Institution) -> None:
    """A page of the first person that is sent after the second opened a link is refused, and changes nothing."""
    dewa, eka = cast.begin(natuna, 3), cast.begin(natuna, 4)
    browser = Client(enforce_csrf_checks=True)
    press_in(browser, dewa)
    old = cast.answers(dewa)["data-diri"] | shown_token(browser, "/pengajuan/data-diri/")
    press_in(browser, eka)
    assert browser.post("/pengajuan/data-diri/", old).status_code == 403
    for untouched in (dewa, eka):
        untouched.refresh_from_db()
        assert not untouched.nik
    # The same person again, in a second tab: what the first tab has is taken.
    mine = cast.answers(eka)["data-diri"] | shown_token(browser, "/pengajuan/data-diri/")
    press_in(browser, eka)
    assert browser.post("/pengajuan/data-diri/", mine).status_code == 302
    eka.refresh_from_db()
    assert eka.nik
