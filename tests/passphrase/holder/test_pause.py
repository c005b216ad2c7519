"""The hour before a new certificate works: the old one signs, stands first on the page and can be had as a file."""

from datetime import timedelta

import pytest
from cryptography import x509
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Institution
from passphrase import actions as certificates
from passphrase import revocation, succession
from passphrase.models import Certificate
from tests import cast, holders
from tests.passphrase.holder.visits import own
from tte_portal.models import Account

pytestmark = pytest.mark.django_db

PAGE = "/akun/sertifikat/"
PEM, DER = f"{PAGE}sertifikat.pem", f"{PAGE}sertifikat.cer"


def followed(active: Application, purpose: str = "renewal") -> Application:
    """The new one is issued and pauses."""
    Certificate.objects.filter(application=active).update(not_after=Now() + timedelta(days=20))
    new = succession.begin(active.pk, purpose)
    certificates.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert certificates.issue_certificate(new.pk)
    return Application.objects.select_related("institution").get(pk=new.pk)


def serial_of(application: Application) -> int:
    return int(Certificate.objects.get(application=application).serial, 16)


def test_both_are_shown_with_which_is_in_use_and_until_when(active: Application) -> None:
    new = followed(active)

    answer = own(new).get(PAGE)

    in_use, page = answer.context["in_use"], answer.content.decode()
    assert in_use.certificate.application_id == active.pk
    assert in_use.until == in_use.next_at == new.since + timedelta(hours=1)
    assert not in_use.has_gap
    assert page.index("Sertifikat lama Anda masih berlaku") < page.index("Sertifikat baru Anda sudah terbit")
    assert "passphrase lama" in page
    # It has its place, and none a second time among the other applications.
    assert "Pengajuan Anda yang lain" not in page


def test_with_an_account_it_is_the_same(active: Application) -> None:
    followed(active)
    browser = holders.browser_of(holders.holder_of(active.institution))
    assert browser.get(PAGE).context["in_use"].certificate.application_id == active.pk


def test_the_files_of_both_can_be_had(active: Application) -> None:
    new = followed(active)
    browser = own(new)

    assert x509.load_der_x509_certificate(browser.get(DER).content).serial_number == serial_of(new)
    old = browser.get(DER, {"nomor": active.receipt})
    assert x509.load_der_x509_certificate(old.content).serial_number == serial_of(active)
    assert active.receipt in old["Content-Disposition"]
    pem = browser.get(PEM, {"nomor": active.receipt}).content
    assert x509.load_pem_x509_certificates(pem)[0].serial_number == serial_of(active)
    for address in (PEM, DER):
        assert f"{address}?nomor={active.receipt}" in browser.get(PAGE).content.decode()


def test_nobody_elses_file_is_had_by_its_number(active: Application, natuna: Institution) -> None:
    stranger = own(cast.begin(natuna, 1))
    assert stranger.get(PEM, {"nomor": active.receipt}).status_code == 404
    assert own(active).get(PEM, {"nomor": "TTE-0000-0000"}).status_code == 404


def test_who_renews_in_the_last_minutes_is_told_of_the_gap(active: Application) -> None:
    new = followed(active)
    end = lifecycle.now() + timedelta(minutes=10)
    Certificate.objects.filter(application=active).update(not_after=end)

    answer = own(new).get(PAGE)

    assert answer.context["in_use"].until == end
    assert "Di antaranya Anda belum dapat menandatangani" in answer.content.decode()


def test_once_the_new_one_works_it_stands_alone(active: Application) -> None:
    new = followed(active)
    certificates.activate(new.pk)
    assert own(new).get(PAGE).context["in_use"] is None


def test_after_a_forgotten_passphrase_none_is_in_use(active: Application) -> None:
    assert own(followed(active, "reset")).get(PAGE).context["in_use"] is None


def test_nothing_that_was_suspended_is_called_in_use(active: Application, verifier: Account) -> None:
    new = followed(active)
    revocation.suspend(active.pk, "keyDoubt", by=verifier)
    assert own(new).get(PAGE).context["in_use"] is None


def test_a_first_certificate_takes_nobodys_place(issued: Application) -> None:
    assert own(issued).get(PAGE).context["in_use"] is None


def test_why_the_old_key_is_not_given_any_more_is_said(active: Application) -> None:
    page = own(followed(active)).get(PAGE).content.decode()
    assert "Unduh beserta kuncinya (PKCS#12)" in page
    assert "tidak diberikan lagi: sertifikat lama segera diganti" in page
