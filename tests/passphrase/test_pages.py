"""The passphrase pages as a browser sees them."""

from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import actions as enrollment_actions
from enrollment import lifecycle
from enrollment.models import Application, Status
from passphrase import actions, custody, succession
from passphrase.models import CertificateAuthority, SigningKey
from tests import cast
from tests.cast import GOOD_PASSPHRASE

PAGE = "/passphrase/"


def typed(passphrase: str = GOOD_PASSPHRASE, **more: str) -> dict[str, str]:
    return {"passphrase": passphrase, "confirmation": passphrase, "agreement": "on", **more}


@pytest.fixture
def browser(approved: Application) -> Client:
    return cast.open_link(approved, "passphrase")


def words(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_page_has_rule_agreement_and_the_guides_words(browser: Client) -> None:
    page = words(browser.get(PAGE))

    assert "Passphrase anda harus mengandung setidaknya satu huruf besar" in page
    assert "Saya menyetujui sertifikat saya diterbitkan dan saya menyetujui Perjanjian pemilik" in page
    assert "Passphrase hanya milik Anda" in page
    assert "Konfirmasi Passphrase" in page


def test_it_costs_one_query(browser: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        browser.get(PAGE)


def test_without_an_opened_link_nothing_is_shown(client: Client, approved: Application) -> None:
    for path in (PAGE, "/passphrase/perjanjian/", "/passphrase/selesai/"):
        response = client.get(path)
        assert response.status_code == 403
        assert approved.name not in words(response)


def test_a_link_for_something_else_does_not_open_it(approved: Application) -> None:
    enrollment_actions.send_link_again(approved, "status", by=None)

    assert cast.open_link(approved, "status").get(PAGE).status_code == 403


def test_a_good_passphrase_leads_to_the_success_page(browser: Client, approved: Application) -> None:
    response = browser.post(PAGE, typed())

    assert response.headers["Location"] == reverse("passphrase-done")
    assert "Passphrase berhasil dibuat" in words(browser.get("/passphrase/selesai/"))
    approved.refresh_from_db()
    assert approved.status == Status.ENROLL
    assert custody.open_key(approved.pk, GOOD_PASSPHRASE)


def test_the_success_page_goes_on_with_the_certificate(
    browser: Client, approved: Application, certificate_authority: CertificateAuthority
) -> None:
    browser.post(PAGE, typed())
    first = words(browser.get("/passphrase/selesai/"))
    assert 'href="/akun/sertifikat/coba/"' in first
    assert "begitu sertifikat terbit" in first

    assert actions.issue_certificate(approved.pk)
    assert "sudah terbit dan sebentar lagi dapat dipakai" in words(browser.get("/passphrase/selesai/"))
    actions.activate(approved.pk)
    last = words(browser.get("/passphrase/selesai/"))
    assert "sudah aktif dan siap dipakai" in last
    assert 'href="/akun/sertifikat/">Sertifikat saya' in last


def test_while_the_old_passphrase_still_counts_the_new_one_is_not_offered_for_a_trial(issued: Application) -> None:
    actions.activate(issued.pk)
    new = succession.begin(issued.pk, "reset")
    browser = cast.open_link(new, "passphrase")
    browser.post(PAGE, typed("Gunung-Hijau 81 Perahu"))
    assert "/akun/sertifikat/coba/" not in words(browser.get("/passphrase/selesai/"))
    assert actions.issue_certificate(new.pk)
    assert "/akun/sertifikat/coba/" in words(browser.get("/passphrase/selesai/"))


def test_a_second_click_sees_the_success_page_and_makes_no_second_key(browser: Client) -> None:
    browser.post(PAGE, typed())

    assert browser.post(PAGE, typed("Lain-Sekali 99 kali")).headers["Location"] == reverse("passphrase-done")
    assert browser.get(PAGE).headers["Location"] == reverse("passphrase-done")
    assert SigningKey.objects.count() == 1


def test_the_second_of_two_clicks_at_once_sees_it_as_well(browser: Client, approved: Application) -> None:
    """Both have passed the form; the link is used up between that and the transaction."""
    make = custody.make

    def overtaken(*given: Any) -> Any:
        with patch.object(custody, "make", make):
            cast.open_link(approved, "passphrase").post(PAGE, typed("Lain-Sekali 99 kali"))
        return make(*given)

    with patch.object(custody, "make", overtaken):
        response = browser.post(PAGE, typed(), follow=True)

    assert response.redirect_chain[-1][0] == reverse("passphrase-done")
    assert SigningKey.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (typed(""), "passphrase", "Passphrase belum diisi."),
        (typed("semua kecil 1!"), "passphrase", "belum memuat huruf besar"),
        (typed("Password1!"), "passphrase", "terlalu umum"),
        (typed(confirmation="Laut-Biru 28 Kapal"), "confirmation", "Konfirmasi tidak sama"),
        (typed(agreement=""), "agreement", "Setujui perjanjian"),
        (typed("Aa1! " + "panjang " * 20), "passphrase", "maksimal 128"),
    ],
)
def test_each_fault_is_told_at_its_field(browser: Client, given: dict[str, str], field: str, says: str) -> None:
    response = browser.post(PAGE, given)

    errors = response.context["form"].errors
    assert says in " ".join(errors[field])
    assert says in words(response)
    assert not SigningKey.objects.exists()


def test_a_refused_passphrase_with_the_same_confirmation_is_told_once(browser: Client) -> None:
    assert list(browser.post(PAGE, typed("Password1!")).context["form"].errors) == ["passphrase"]


def test_what_was_typed_is_never_shown_again_and_the_agreement_stays_ticked(browser: Client) -> None:
    response = browser.post(PAGE, typed("Password1!"))

    assert "Password1!" not in words(response)
    assert 'name="agreement" id="id_agreement" checked' in words(response)


def test_blanks_and_composed_letters_are_kept_as_typed(browser: Client, approved: Application) -> None:
    browser.post(PAGE, typed("  Kafé laut-27 Biru "))

    assert custody.open_key(approved.pk, "  Kafe\u0301 laut-27 Biru ")


def test_the_agreement_can_be_read_on_a_page_of_its_own(browser: Client) -> None:
    page = words(browser.get("/passphrase/perjanjian/"))

    assert "Perjanjian Pemilik Sertifikat Elektronik" in page
    assert "Versi 2026-11" in page
    assert "Otoritas Percobaan" in page


def test_a_replaced_link_closes_the_page(browser: Client, approved: Application) -> None:
    enrollment_actions.send_link_again(approved, "passphrase", by=None)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, typed()).status_code == 403
    assert not SigningKey.objects.exists()


def test_no_session_is_begun(browser: Client) -> None:
    browser.post(PAGE, typed())

    assert "tte_petugas" not in browser.cookies


def test_the_address_to_check_a_passphrase_leads_to_the_page_to_try_it(client: Client, approved: Application) -> None:
    for response in (client.get("/passphrase/periksa/"), client.post("/passphrase/periksa/", {"passphrase": "Apa-1"})):
        assert (response.status_code, response.headers["Location"]) == (302, reverse("certificate-try"))


def test_an_application_in_another_state_shows_nothing(browser: Client, approved: Application) -> None:
    Application.objects.filter(pk=approved.pk).update(status=Status.REJECTED, waiting_for="nobody")

    assert lifecycle.PASSPHRASE
    assert browser.get(PAGE).status_code == 403
