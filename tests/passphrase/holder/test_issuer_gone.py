"""A certificate whose issuer was taken back: its holder is told, gets a new one, and is offered nothing in vain."""

import base64
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application
from passphrase import actions, reminders, revocation, succession
from passphrase.authority import rotation, standing, taking_back
from passphrase.esign import clients
from passphrase.models import Certificate
from tests import cast, holders
from tests.passphrase.holder.visits import own
from tte_portal.models import Account

pytestmark = pytest.mark.django_db

PAGE = "/akun/sertifikat/"


@pytest.fixture
def gone(active: Application) -> Application:
    """Good by itself; whoever checks the whole chain refuses it."""
    taking_back.revoke(rotation.rotate().old.slug, "cACompromise", even_living=True)
    return active


def test_it_is_told_where_the_certificate_was_called_good(gone: Application) -> None:
    browser = own(gone)
    page = browser.get(PAGE).content.decode()
    assert "Sertifikat Anda tidak diterima lagi" in page
    assert "otoritas yang menerbitkan sertifikat ini sudah dicabut" in page
    assert "Siap dipakai" not in page
    assert "Ajukan sertifikat baru" not in page
    assert "tidak diterima lagi" in browser.get("/status/pengajuan/").content.decode()


def test_the_account_tells_it_too(gone: Application) -> None:
    account = holders.browser_of(holders.holder_of(gone.institution))
    assert "tidak diterima lagi" in account.get("/akun/").content.decode()


def test_others_are_told_nothing_of_it(active: Application) -> None:
    browser = own(active)
    for address in (PAGE, "/status/pengajuan/"):
        assert "tidak diterima lagi" not in browser.get(address).content.decode()


def test_what_cannot_work_is_not_offered(gone: Application) -> None:
    browser = own(gone)
    assert [each.view for each in browser.get(PAGE).context["acts"]] == ["certificate-renew", "certificate-revoke"]
    assert "sudah dicabut" in browser.get(f"{PAGE}coba/").content.decode()
    assert "Unduh berkas PKCS#12" not in browser.get(f"{PAGE}kunci/").content.decode()


def test_a_new_one_is_made_at_once_however_much_is_left(gone: Application) -> None:
    browser = own(gone)
    shown = browser.get(f"{PAGE}perpanjang/")
    assert "tetap berlaku" not in shown.content.decode()
    assert "Buat sertifikat baru" in shown.content.decode()

    browser.post(f"{PAGE}perpanjang/", {"go": "confirm", "shown": shown.context["standing"].kind})

    new = Application.objects.get(predecessor=gone)
    assert new.purpose == Application.Purpose.RENEWAL
    page = browser.get(PAGE).content.decode()
    assert "Lanjutkan sertifikat baru" in page
    assert "tidak diterima lagi" in page


def test_the_new_one_is_good_and_the_old_one_is_not_called_in_use_meanwhile(gone: Application) -> None:
    new = succession.begin(gone.pk, "renewal")
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert actions.issue_certificate(new.pk)
    answer = own(new).get(PAGE)
    assert answer.context["in_use"] is None
    assert answer.context["standing"].grade == "good"
    assert taking_back.issuer_of_ended_at(Application.objects.get(pk=new.pk)) is None


def test_a_suspended_one_is_told_of_both(gone: Application, verifier: Account) -> None:
    revocation.suspend(gone.pk, "useCheck", by=verifier)
    page = own(gone).get(PAGE).content.decode()
    assert "Jangan menandatangani dulu" in page
    assert "Otoritas penerbitnya juga dicabut" in page


def test_what_has_ended_anyway_is_told_as_before(gone: Application) -> None:
    Certificate.objects.filter(application=gone).update(not_after=Now() - timedelta(minutes=1))
    actions.expire(gone.pk)
    assert "Habis masa berlaku" in own(gone).get(PAGE).content.decode()


def test_a_retired_authority_takes_nothing_away(active: Application) -> None:
    rotation.rotate()
    assert not succession.can_renew(active)
    assert "Siap dipakai" in own(active).get(PAGE).content.decode()


def test_everybody_is_told_by_mail_once_and_of_no_end_after_that(gone: Application) -> None:
    assert reminders.sweep() == 1
    assert reminders.sweep() == 0
    mail.outbox.clear()

    assert cast.deliver_all()[-1] == "issuer_gone"

    (sent,) = mail.outbox[-1:]
    assert (sent.to, "perlu diganti sekarang" in sent.subject) == ([gone.mailbox], True)
    assert "/akun/sertifikat/perpanjang/" in sent.body
    assert "otoritas penerbit sertifikat dicabut" in own(gone).get(PAGE).content.decode()
    Certificate.objects.filter(application=gone).update(not_after=Now() + timedelta(days=6))
    assert reminders.sweep() == 0


def test_who_makes_a_new_one_first_hears_nothing(gone: Application) -> None:
    succession.begin(gone.pk, "renewal")
    assert reminders.sweep() == 0


def test_officers_have_a_list_of_them_until_they_have_new_ones(gone: Application, verifier: Account) -> None:
    Certificate.objects.filter(application=gone).update(not_after=Now() + timedelta(days=6))
    desk, listed = cast.sign_in(verifier), "Otoritas penerbitnya dicabut"
    page = desk.get("/admin/sertifikat/akan-berakhir/").content.decode()
    assert listed in page
    assert page.count(gone.name) == 1
    assert [each for each in standing.all_in_service() if any("1 people hold" in due for due in each.due)]

    revocation.revoke(gone.pk, "superseded", by=verifier)
    assert listed not in desk.get("/admin/sertifikat/akan-berakhir/").content.decode()


def test_signing_applications_hear_that_it_is_to_be_renewed(gone: Application) -> None:
    secret = clients.make(gone.institution, "Persuratan Contoh", "persuratan", by=None)
    basic = base64.b64encode(f"persuratan:{secret}".encode()).decode()
    answer = Client().get(f"/api/user/status/{gone.nik}", headers={"Authorization": f"Basic {basic}"})
    assert answer.json()["status"] == "RENEW"
