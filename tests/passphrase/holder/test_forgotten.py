"""A forgotten passphrase: the link goes to the holder alone, and until it is used nothing changes."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from enrollment.models import Application, Institution, Status
from passphrase import actions, succession
from passphrase.models import Certificate, Issuance
from tests import cast, holders
from tests.passphrase.holder.visits import own
from tte_portal.models import AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

PAGE, SENT = "/akun/sertifikat/lupa/", "/akun/sertifikat/lupa/terkirim/"


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    return Application.objects.select_related("institution").get(pk=issued.pk)


def words(response: Any) -> str:
    return unescape(response.content.decode())


def links_sent() -> int:
    return OutboxMessage.objects.filter(template="set_passphrase").count()


def test_the_page_says_what_happens_before_anything_does(active: Application) -> None:
    page = words(own(active).get(PAGE))

    for sentence in (
        "Sertifikat baru diterbitkan",
        "sertifikat lama dicabut",
        "tidak ada yang berubah",
        "1\xa0×\xa024\xa0jam",
    ):
        assert sentence in page
    assert succession.under_way(active) is None


def test_the_pages_on_the_way_are_the_procedures(active: Application) -> None:
    institution = active.institution
    assert "foto diri" not in words(own(active).get(PAGE))

    institution.procedure_slug = "magelang"
    institution.save()

    assert "foto diri" in words(own(active).get(PAGE))


@pytest.mark.parametrize("way", ["link", "account"])
def test_it_sends_the_holder_a_link_and_changes_nothing_else(active: Application, way: str) -> None:
    browser = own(active) if way == "link" else holders.browser_of(holders.holder_of(active.institution))
    before = links_sent()

    assert browser.post(PAGE).headers["Location"] == SENT

    assert links_sent() == before + 1
    assert holders.mails("set_passphrase")[-1].to == active.mailbox
    assert "surel dinas" in words(browser.get(SENT))
    active.refresh_from_db()
    assert active.status == Status.ACTIVE
    assert Certificate.objects.get().revoked_at is None
    assert AuditRow.objects.filter(subject=active.pk, event="ask_reset").count() == 1


def test_the_link_ends_in_a_new_certificate_and_the_old_one_revoked(active: Application) -> None:
    browser = own(active)
    browser.post(PAGE)
    new = succession.under_way(active)
    assert new is not None

    holder = cast.open_link(new, "passphrase")
    # Said once more where it is done.
    assert "dicabut untuk selamanya" in holder.get("/passphrase/").content.decode()
    given = {"passphrase": "Gunung-Hijau 81 Perahu", "confirmation": "Gunung-Hijau 81 Perahu", "agreement": "on"}
    assert holder.post("/passphrase/", given).status_code == 302
    assert actions.issue_certificate(new.pk)

    active.refresh_from_db()
    new.refresh_from_db()
    assert (active.status, new.status) == (Status.REVOKED, Status.ISSUE)
    assert Issuance.objects.get(serial=active.certificates.get().serial).revocation_reason == "superseded"


def test_asked_for_by_somebody_else_it_is_a_mail_to_the_holder_and_no_more(active: Application) -> None:
    """A stranger has only the public form, and that sends the holder the way in."""
    before = links_sent()
    for path in (PAGE, SENT):
        assert Client().post(path).headers["Location"] == "/akun/sertifikat/masuk/"

    assert links_sent() == before
    assert succession.under_way(active) is None


def test_one_under_way_gets_its_link_again_and_no_second_begins(active: Application) -> None:
    browser = own(active)
    browser.post(PAGE)
    new = succession.under_way(active)
    assert new is not None
    old_link = cast.link_of(new, "passphrase")
    assert "Kirim tautan lagi" in words(browser.get(PAGE))

    assert browser.post(PAGE).headers["Location"] == SENT

    old_link.refresh_from_db()
    assert old_link.replaced_at is not None
    assert Application.objects.filter(predecessor=active).count() == 1


def test_the_sixth_link_in_an_hour_is_not_sent(active: Application) -> None:
    browser = own(active)
    before = links_sent()
    answers = [browser.post(PAGE).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]
    assert links_sent() == before + 5


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("SUSPENDED", "ditangguhkan"),
        ("REVOKED", "sudah tidak berlaku"),
        ("EXPIRED", "sudah tidak berlaku"),
        ("ENROLL", "sedang diterbitkan"),
    ],
)
def test_when_nothing_can_be_reset_it_says_why_and_what_instead(active: Application, status: str, says: str) -> None:
    Application.objects.filter(pk=active.pk).update(status=status)
    browser = own(active)
    before = links_sent()

    for answer in (browser.get(PAGE), browser.post(PAGE)):
        assert says in words(answer)
        assert "Kirim tautan" not in words(answer)
    assert links_sent() == before


def test_while_the_new_one_is_being_issued_it_says_so(active: Application) -> None:
    browser = own(active)
    browser.post(PAGE)
    Application.objects.filter(predecessor=active).update(status=Status.ENROLL, waiting_for="nobody")

    assert "sedang diterbitkan" in words(browser.post(PAGE))


def test_before_the_first_passphrase_its_link_goes_out_again(approved: Application) -> None:
    before = links_sent()

    assert own(approved).post(PAGE).headers["Location"] == SENT

    assert links_sent() == before + 1
    assert not Application.objects.filter(predecessor=approved).exists()


def test_a_closed_institution_begins_none(active: Application) -> None:
    Institution.objects.update(procedure_slug="")

    assert "sedang ditutup" in words(own(active).post(PAGE))
    assert succession.under_way(active) is None


def test_the_guides_own_name_for_it_is_told_where_it_has_one(active: Application) -> None:
    browser = own(active)
    assert "Di panduan instansi Anda" not in words(browser.get("/akun/sertifikat/")) + words(browser.get(PAGE))
    Institution.objects.filter(pk=active.institution_id).update(procedure_slug="kemenkeu")
    for address in ("/akun/sertifikat/", PAGE):
        assert "“Reset PIN DS”" in words(browser.get(address))
