"""/akun/sertifikat/perpanjang/ and …/perbarui/: when there is a button, what the page shows, what begins."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment import actions as invitations
from enrollment.models import Application, Institution, PersonnelRecord
from passphrase import actions, revocation, succession
from passphrase.models import Certificate
from tests import cast, holders
from tte_portal import outbox
from tte_portal.models import Account, OutboxMessage

RENEW, REISSUE, PAGE = "/akun/sertifikat/perpanjang/", "/akun/sertifikat/perbarui/", "/akun/sertifikat/"
WITHDRAW = "/status/pengajuan/tarik/"


@pytest.fixture
def browser(active: Application) -> Client:
    """Come by the mailed link of the status page."""
    invitations.send_link_again(active, "status", by=None)
    return cast.open_link(active, "status")


def days_left(application: Application, days: float) -> None:
    Certificate.objects.filter(application=application).update(not_after=Now() + timedelta(days=days))


def successors(application: Application) -> list[Application]:
    return list(Application.objects.filter(predecessor=application))


def test_on_day_31_there_is_no_button_and_the_date_is_told(active: Application, browser: Client) -> None:
    days_left(active, 31)

    page = browser.get(RENEW)
    assert "Dapat diperpanjang mulai" in page.content.decode()
    assert b"<button class" not in page.content.partition(b"<main")[2].partition(b"</main>")[0]
    assert RENEW.encode() not in browser.get(PAGE).content

    assert browser.post(RENEW, {"go": "confirm", "shown": "short"}).status_code == 409
    assert successors(active) == []


def test_on_day_29_the_data_stand_beside_the_records_and_are_confirmed(active: Application, browser: Client) -> None:
    days_left(active, 29)
    assert RENEW.encode() in browser.get(PAGE).content

    page = browser.get(RENEW)
    assert page.context["standing"].kind == "short"
    assert {row.field for row in page.context["rows"]} >= {"name", "position", "unit", "employee_number", "mailbox"}
    assert not any(row.differs for row in page.context["rows"])
    answer = browser.post(RENEW, {"go": "confirm", "shown": "short"}, follow=True)

    (new,) = successors(active)
    assert (new.status, new.purpose) == ("ON_SET_PASSPHRASE", "renewal")
    assert "Perpanjangan Anda sedang berjalan" in answer.content.decode()
    assert new.receipt in answer.content.decode()


def test_something_changed_goes_the_long_way(active: Application, browser: Client) -> None:
    days_left(active, 29)

    browser.post(RENEW, {"go": "changed", "shown": "short"})

    assert [each.status for each in successors(active)] == ["NEW"]


def test_where_no_form_is_filled_in_changes_are_made_in_the_profile(active: Application, browser: Client) -> None:
    days_left(active, 29)
    Institution.objects.filter(pk=active.institution_id).update(procedure_slug="kemenkeu", procedure_changes={})

    page = browser.get(f"{RENEW}?berubah=1").content.decode()
    assert "Buka profil saya" in page
    assert "isi formulir" not in page
    assert browser.post(RENEW, {"go": "changed", "shown": "short"})["Location"] == "/akun/"
    assert successors(active) == []


def test_what_runs_is_taken_back_and_the_certificate_stays(active: Application, browser: Client) -> None:
    days_left(active, 29)
    browser.post(RENEW, {"go": "confirm", "shown": "short"})
    (new,) = successors(active)
    for page in (browser.get(RENEW), browser.get("/status/pengajuan/")):
        assert WITHDRAW in page.content.decode()

    assert new.receipt in browser.get(WITHDRAW).content.decode()
    told = browser.post(WITHDRAW, follow=True).content.decode()

    assert "Sertifikat Anda yang sekarang tidak berubah" in told
    new.refresh_from_db()
    active.refresh_from_db()
    assert (new.status, active.status) == ("REJECTED", "ACTIVE")
    assert WITHDRAW not in browser.get("/status/pengajuan/").content.decode()
    assert browser.get(RENEW).context["standing"].kind == "short"


def test_a_record_that_changes_while_the_page_is_read_is_shown_first(active: Application, browser: Client) -> None:
    days_left(active, 29)
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")

    answer = browser.post(RENEW, {"go": "confirm", "shown": "short"}, follow=True)

    assert successors(active) == []
    assert answer.context["standing"].kind == "full"
    assert "berbeda" in answer.content.decode()


def test_two_clicks_begin_one(active: Application, browser: Client) -> None:
    days_left(active, 29)
    for _ in range(2):
        browser.post(RENEW, {"go": "confirm", "shown": "short"}, follow=True)

    assert len(successors(active)) == 1


def test_the_link_goes_out_again_from_the_same_page(active: Application, browser: Client) -> None:
    days_left(active, 29)
    browser.post(RENEW, {"go": "confirm", "shown": "short"})

    answer = browser.post(RENEW, {"go": "again"}, follow=True)

    assert "Tautan baru sudah dikirim ke surel dinas" in answer.content.decode()
    assert OutboxMessage.objects.filter(template="set_passphrase", subject=successors(active)[0].pk).count() == 2


@pytest.mark.parametrize(
    ("end", "words"),
    [("expire", "tidak dapat diperpanjang lagi"), ("revoke", "sudah dicabut"), ("suspend", "sedang ditangguhkan")],
)
def test_what_cannot_be_renewed_says_why_and_what_to_do(
    active: Application, browser: Client, verifier: Account, end: str, words: str
) -> None:
    days_left(active, 20)
    if end == "expire":
        days_left(active, -1)
        actions.expire(active.pk)
    else:
        act = {"revoke": lambda: revocation.revoke(active.pk, "keyCompromise", by=verifier)}
        act.get(end, lambda: revocation.suspend(active.pk, by=verifier))()

    page = browser.get(RENEW)

    assert words in page.content.decode()
    assert browser.post(RENEW, {"go": "confirm", "shown": "short"}).status_code == 409
    assert successors(active) == []


def test_between_the_end_and_the_sweep_it_is_over_already(active: Application, browser: Client) -> None:
    days_left(active, -0.001)

    assert browser.get(RENEW).context["standing"].kind == "ended"


def test_a_changed_position_can_be_taken_over(active: Application, browser: Client) -> None:
    assert browser.get(REISSUE).status_code == 302
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")
    assert REISSUE.encode() in browser.get(PAGE).content

    page = browser.get(REISSUE)
    assert [(row.field, row.now) for row in page.context["rows"]] == [("position", "Kepala Bidang Contoh")]
    assert browser.post(REISSUE)["Location"] == RENEW

    (new,) = successors(active)
    assert (new.purpose, new.position, new.status) == ("reissue", "Kepala Bidang Contoh", "ON_SET_PASSPHRASE")


def test_in_the_last_month_one_renews_instead(active: Application, browser: Client) -> None:
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")
    days_left(active, 20)

    assert browser.get(REISSUE)["Location"] == PAGE
    assert succession.can_renew(active)


def test_with_an_account_it_is_the_same_page(active: Application) -> None:
    days_left(active, 29)
    browser = holders.browser_of(holders.holder_of(active.institution))

    browser.post(RENEW, {"go": "confirm", "shown": "short"})

    assert [each.status for each in successors(active)] == ["ON_SET_PASSPHRASE"]


def test_an_institution_that_closed_renews_nothing(active: Application, browser: Client) -> None:
    days_left(active, 29)
    active.institution.procedure_slug = ""
    active.institution.save()

    assert browser.get(RENEW).context["standing"].kind == "closed"
    assert browser.post(RENEW, {"go": "confirm", "shown": "short"}).status_code == 409


def test_taking_a_renewal_back_ends_where_the_old_one_is_said_to_go_on(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, "renewal")
    browser = holders.browser_of(holders.holder_of(active.institution))

    answer = browser.post("/akun/tarik/", follow=True)

    assert [each.pk for each in successors(active) if each.status == "REJECTED"] == [new.pk]
    page = answer.content.decode()
    assert "Sertifikat Anda yang sekarang tidak berubah" in page
    assert f'href="{PAGE}">Kembali ke sertifikat saya' in page
    assert "Sertifikat Anda aktif" in browser.get(PAGE).content.decode()
    told = outbox.compose(OutboxMessage.objects.get(subject=new.pk, template="withdrawn"))
    for body in (told.text, told.html):
        assert "Sertifikat Anda yang sekarang tidak berubah" in body


def test_by_the_mailed_link_it_ends_there_too_and_a_second_click_as_well(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, "renewal")
    invitations.send_link_again(new, "status", by=None)
    browser = cast.open_link(new, "status")
    for _ in range(2):
        answer = browser.post("/status/pengajuan/tarik/", follow=True)
        assert "Sertifikat Anda yang sekarang tidak berubah" in answer.content.decode()


def test_once_the_old_one_has_ended_it_is_not_said_to_go_on(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, "renewal")
    days_left(active, -1)
    actions.expire(active.pk)
    invitations.send_link_again(new, "status", by=None)

    answer = cast.open_link(new, "status").post("/status/pengajuan/tarik/", follow=True)

    assert "Pengajuan Anda sudah ditarik" in answer.content.decode()
