"""What varies between "verified" and the passphrase: each value of the procedure changes what the page does."""

import time
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client

from enrollment import consents, lifecycle
from enrollment.models import Application, Reading, Status
from passphrase.forms import SetPassphraseForm
from passphrase.models import SigningKey
from passphrase.score import score_of
from tests import cast, procedures
from tests.cast import GOOD_PASSPHRASE
from tte_portal import files, links
from tte_portal.models import AuditRow, SealedFile
from tte_portal.throttles import Throttle

PAGE, PROFILE, PHOTO, AGREEMENT = "/passphrase/", "/passphrase/profil/", "/passphrase/foto/", "/passphrase/perjanjian/"
NO_BLANKS = "Laut-Biru-27-Kapal"
OPENED = {"passphrase__agreement_by": "opened", "passphrase__agreement_seconds": 15}
ON_A_PAGE = {"passphrase__agreement_by": "page", "passphrase__agreement_button": "Saya Setuju"}


def typed(passphrase: str = GOOD_PASSPHRASE, **more: str) -> dict[str, str]:
    return {"passphrase": passphrase, "confirmation": passphrase, "agreement": "on", **more}


def words(response: Any) -> str:
    return unescape(response.content.decode())


def browser_of(application: Application, **asked: Any) -> Client:
    """A browser past the link, in a procedure that asks so."""
    procedures.ask(application, **asked)
    return cast.open_link(application, "passphrase")


def selfie() -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", cast.portrait(), content_type="image/jpeg")


def pass_seconds(application: Application, seconds: int) -> None:
    """The text has been open that much longer."""
    Reading.objects.filter(application=application).update(began_at=F("began_at") - timedelta(seconds=seconds))


def is_made(application: Application) -> bool:
    return Application.objects.get(pk=application.pk).status != Status.ON_SET_PASSPHRASE


# --- shows_profile -------------------------------------------------------------------------------------------------
def test_the_profile_comes_first_where_the_procedure_shows_it(approved: Application) -> None:
    browser = browser_of(approved, passphrase__shows_profile=True)

    assert browser.get(PAGE).headers["Location"] == PROFILE
    page = words(browser.get(PROFILE))
    assert "Lihat Profil Data Diri" in page
    for datum in (approved.full_name, approved.nik, approved.employee_number, approved.mailbox, approved.position):
        assert datum in page.replace("<wbr>", "")
    assert "Ada yang keliru?" in page
    contact = approved.institution.contacts.first()
    assert contact is not None
    assert contact.phone in page
    assert browser.post(PROFILE).headers["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200


def test_elsewhere_there_is_no_such_page(approved: Application) -> None:
    browser = browser_of(approved)

    for path in (PROFILE, PHOTO):
        assert browser.get(path).headers["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200


def test_the_passphrase_cannot_be_sent_past_the_pages_before_it(approved: Application) -> None:
    browser = browser_of(approved, passphrase__shows_profile=True, passphrase__second_selfie=True, **ON_A_PAGE)

    assert browser.post(PAGE, typed()).headers["Location"] == PROFILE
    assert browser.post(PHOTO, {"photo": selfie()}).headers["Location"] == PROFILE
    assert browser.post(AGREEMENT).headers["Location"] == PROFILE
    assert not is_made(approved)
    assert Application.objects.get(pk=approved.pk).second_photo is None


def test_the_way_goes_on_where_it_stopped_on_another_device(approved: Application) -> None:
    first = browser_of(approved, passphrase__shows_profile=True, passphrase__second_selfie=True, **ON_A_PAGE)
    first.get(PROFILE)
    first.post(PROFILE)

    second = cast.open_link(approved, "passphrase")

    assert second.get(PAGE).headers["Location"] == PHOTO
    second.post(PHOTO, {"photo": selfie()})
    assert second.get(PAGE).headers["Location"] == AGREEMENT
    second.post(AGREEMENT)
    assert second.get(PAGE).status_code == 200
    # And back to any page before.
    for path in (PROFILE, PHOTO, AGREEMENT):
        assert second.get(path).status_code == 200


# --- second_selfie -------------------------------------------------------------------------------------------------
def test_a_second_selfie_is_taken_where_the_procedure_asks_it(approved: Application) -> None:
    browser = browser_of(approved, passphrase__second_selfie=True)
    assert browser.get(PAGE).headers["Location"] == PHOTO
    page = words(browser.get(PHOTO))
    assert "data-camera" in page
    assert 'type="file"' in page, "it works without camera and JavaScript"

    response = browser.post(PHOTO, {"photo": selfie()})

    kept = Application.objects.get(pk=approved.pk).second_photo
    assert kept is not None
    assert files.read(kept)[:3] == b"\xff\xd8\xff"
    assert kept.owner == approved.pk
    assert kept.pk != approved.photo_id
    assert browser.get("/passphrase/foto/gambar/").headers["Content-Type"] == "image/jpeg"
    assert AuditRow.objects.filter(event="second_photo", subject=approved.pk).exists()
    # Something to better is told with the picture; it never stands in the way.
    assert response.headers["Location"].startswith((PAGE, f"{PHOTO}?lihat="))
    assert browser.post(PHOTO, {}).headers["Location"] == PAGE


def test_hints_help_and_never_block(approved: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrollment.photos._look", lambda image: ["dark", "blurred"])
    browser = browser_of(approved, passphrase__second_selfie=True)

    response = browser.post(PHOTO, {"photo": selfie()}, follow=True)

    assert response.redirect_chain[-1][0] == f"{PHOTO}?lihat=dark&lihat=blurred"
    assert "Foto terlalu gelap." in words(response)
    assert browser.get(PAGE).status_code == 200


def test_a_new_selfie_takes_the_place_of_the_old(approved: Application) -> None:
    browser = browser_of(approved, passphrase__second_selfie=True)
    browser.post(PHOTO, {"photo": selfie()})
    first = Application.objects.get(pk=approved.pk).second_photo_id
    browser.post(PHOTO, {"photo_any": selfie()})

    assert Application.objects.get(pk=approved.pk).second_photo_id != first
    assert first is not None
    assert not SealedFile.objects.filter(pk=first).exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "kosong"), (b"<svg onload=alert(1)>", "bukan foto"), (None, "Ambil foto diri dengan kamera")],
)
def test_what_is_no_photo_is_refused_in_plain_words(approved: Application, content: bytes | None, says: str) -> None:
    browser = browser_of(approved, passphrase__second_selfie=True)
    given = {} if content is None else {"photo": SimpleUploadedFile("foto.jpg", content)}

    response = browser.post(PHOTO, given)

    assert says in words(response)
    assert Application.objects.get(pk=approved.pk).second_photo is None


def test_no_selfie_is_kept_once_the_passphrase_is_made(approved: Application) -> None:
    browser = browser_of(approved, passphrase__second_selfie=True)
    browser.post(PHOTO, {"photo": selfie()})
    browser.post(PAGE, typed())
    kept = Application.objects.get(pk=approved.pk).second_photo_id

    assert browser.post(PHOTO, {"photo": selfie()}).headers["Location"] == "/passphrase/selesai/"
    assert Application.objects.get(pk=approved.pk).second_photo_id == kept


def test_consents_that_are_not_given_yet_stand_before_the_upload(approved: Application) -> None:
    approved.consents.all().delete()
    browser = browser_of(approved, passphrase__second_selfie=True)

    assert "consent-kebijakan-privasi" in words(browser.get(PHOTO))
    assert "Centang" in words(browser.post(PHOTO, {"photo": selfie()}))
    assert Application.objects.get(pk=approved.pk).second_photo is None
    browser.post(PHOTO, {"photo": selfie(), "consent-kebijakan-privasi": "on"})
    assert consents.given(approved, "kebijakan-privasi")
    assert Application.objects.get(pk=approved.pk).second_photo is not None


# --- agreement_by, agreement_seconds -------------------------------------------------------------------------------
def test_a_tick_is_enough_where_the_procedure_says_so(approved: Application) -> None:
    browser = browser_of(approved)

    assert "Buka Perjanjian" not in words(browser.get(PAGE))
    assert browser.post(PAGE, typed()).headers["Location"] == "/passphrase/selesai/"


def test_an_agreement_that_must_be_opened_is_not_given_by_a_tick(approved: Application) -> None:
    browser = browser_of(approved, passphrase__agreement_by="opened")
    page = words(browser.get(PAGE))
    assert "Buka Perjanjian" in page
    assert "data-after-agreement" in page, "with JavaScript the button stays off"

    response = browser.post(PAGE, typed())

    assert "Buka dan baca Perjanjian Pemilik Sertifikat Elektronik terlebih dahulu" in words(response)
    assert list(response.context["form"].errors) == ["agreement"]
    assert GOOD_PASSPHRASE not in words(response)
    assert not is_made(approved)
    assert "Passphrase hanya milik Anda" in words(browser.get(AGREEMENT))
    assert browser.post(PAGE, typed()).headers["Location"] == "/passphrase/selesai/"


def test_opened_but_not_accepted_is_not_agreed(approved: Application) -> None:
    browser = browser_of(approved, passphrase__agreement_by="opened")
    browser.get(AGREEMENT)

    response = browser.post(PAGE, typed(agreement=""))

    assert "Setujui perjanjian pemilik sertifikat" in words(response)


def test_too_early_says_how_long_and_keeps_the_tick(approved: Application) -> None:
    browser = browser_of(approved, **OPENED)
    assert "Sisa waktu: <b>15</b>" in words(browser.get(AGREEMENT))
    pass_seconds(approved, 6)

    response = browser.post(PAGE, typed())

    errors = " ".join(response.context["form"].errors["agreement"])
    assert "Perjanjian perlu terbuka sedikitnya 15 detik. Tunggu " in errors
    assert "Tunggu 9 detik" in errors or "Tunggu 8 detik" in errors
    page = words(response)
    assert " checked" in page
    assert "ketik ulang kedua kolomnya" in page
    assert 'role="timer"' in page
    assert "Sisa waktu baca" in page
    assert GOOD_PASSPHRASE not in page
    assert not SigningKey.objects.exists()
    pass_seconds(approved, 10)
    assert browser.post(PAGE, typed()).headers["Location"] == "/passphrase/selesai/"


def test_a_reload_or_a_second_tab_does_not_begin_again(approved: Application) -> None:
    browser = browser_of(approved, **OPENED)
    browser.get(AGREEMENT)
    pass_seconds(approved, 10)

    other = cast.open_link(approved, "passphrase")
    left = [each.get(AGREEMENT).context["seconds_left"] for each in (browser, other, browser)]

    assert all(seconds <= 5 for seconds in left)
    assert Reading.objects.filter(application=approved).count() == 1


def test_looking_at_the_passphrase_page_does_not_open_the_text(approved: Application) -> None:
    browser = browser_of(approved, **OPENED)
    browser.get(PAGE)
    browser.head(AGREEMENT)

    assert not Reading.objects.exists()


def test_the_seconds_are_the_procedures(approved: Application) -> None:
    browser = browser_of(approved, passphrase__agreement_by="opened", passphrase__agreement_seconds=40)

    assert browser.get(AGREEMENT).context["seconds_left"] == 40
    pass_seconds(approved, 39)
    assert browser.post(PAGE, typed()).status_code == 200
    pass_seconds(approved, 1)
    assert browser.post(PAGE, typed()).status_code == 302


def test_the_agreement_has_a_page_of_its_own(approved: Application) -> None:
    browser = browser_of(approved, **ON_A_PAGE)
    assert browser.get(PAGE).headers["Location"] == AGREEMENT
    page = words(browser.get(AGREEMENT))
    assert "<h1>Perjanjian Pemilik Sertifikat Elektronik</h1>" in page
    assert "Saya Setuju" in page

    assert browser.post(AGREEMENT).headers["Location"] == PAGE

    assert consents.given(approved, "perjanjian-pemilik-sertifikat")
    assert AuditRow.objects.filter(event="agree", subject=approved.pk).exists()
    page = words(browser.get(PAGE))
    assert ">Kirim</button>" in page
    assert 'name="agreement"' not in page
    assert browser.post(PAGE, {**typed(), "agreement": ""}).headers["Location"] == "/passphrase/selesai/"


def test_a_page_of_its_own_may_have_a_least_time(approved: Application) -> None:
    browser = browser_of(approved, **ON_A_PAGE, passphrase__agreement_seconds=15)
    browser.get(AGREEMENT)

    response = browser.post(AGREEMENT)

    assert "Tunggu 15 detik lagi" in words(response)
    assert not consents.given(approved, "perjanjian-pemilik-sertifikat")
    pass_seconds(approved, 15)
    assert browser.post(AGREEMENT).headers["Location"] == PAGE


# --- blanks, needs, minimum_length ---------------------------------------------------------------------------------
def test_blanks_are_refused_where_the_procedure_does(approved: Application) -> None:
    browser = browser_of(approved, passphrase__blanks=False)
    assert "Tanpa spasi" in words(browser.get(PAGE))

    response = browser.post(PAGE, typed("Laut-Biru 27 Kapal"))

    assert "Passphrase tidak boleh memuat spasi." in words(response)
    assert browser.post(PAGE, typed(NO_BLANKS)).status_code == 302


def test_blanks_are_welcome_elsewhere(approved: Application) -> None:
    browser = browser_of(approved)

    assert "Tanpa spasi" not in words(browser.get(PAGE))
    assert browser.post(PAGE, typed("Laut-Biru 27 Kapal")).status_code == 302


def test_length_and_kinds_are_the_procedures(approved: Application) -> None:
    browser = browser_of(approved, passphrase__minimum_length=20, passphrase__needs=["lower", "digit"])
    page = words(browser.get(PAGE))

    assert "Minimal 20 karakter" in page
    assert 'data-pattern=".{20}"' in page
    assert "Huruf besar<" not in page
    assert "Passphrase minimal 20 karakter; yang Anda ketik 12." in words(browser.post(PAGE, typed("laut biru 27")))
    assert browser.post(PAGE, typed("laut biru 27 kapal layar")).status_code == 302


# --- shows_score ---------------------------------------------------------------------------------------------------
def test_the_score_is_shown_where_the_procedure_does(approved: Application) -> None:
    browser = browser_of(approved, passphrase__shows_score=True)
    assert "Perkiraan skor (0–4)" in words(browser.get(PAGE))

    weak = words(browser.post(PAGE, typed("Password1!")))
    strong = words(browser.post(PAGE, typed(GOOD_PASSPHRASE, confirmation="lain")))

    assert "Skor passphrase yang baru Anda kirim: <b>1 dari 4 (lemah)</b>" in weak
    assert "4 dari 4 (sangat kuat)" in strong
    assert GOOD_PASSPHRASE not in strong


def test_elsewhere_nothing_is_scored(approved: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passphrase.forms.score_of", lambda *given: pytest.fail("scored"))
    browser = browser_of(approved)

    assert "skor" not in words(browser.get(PAGE)).lower()
    assert "Skor" not in words(browser.post(PAGE, typed(confirmation="lain")))


def test_what_others_know_of_the_person_lowers_the_score(approved: Application) -> None:
    procedures.ask(approved, passphrase__shows_score=True)
    known = f"{approved.name.split()[0]}{approved.nik}"
    form = SetPassphraseForm(approved, typed(known))
    form.is_valid()

    assert form.score is not None
    assert form.score <= 1


def test_what_takes_longest_to_score_is_scored_at_once(approved: Application) -> None:
    began = time.process_time()

    score_of("a4@8e3i1!|o05s$t7g9" * 6, approved)

    assert time.process_time() - began < 1


def test_a_link_sends_the_form_so_often_and_no_more(approved: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passphrase.views.SENDS", Throttle("set-passphrase", limit=2, seconds=3600))
    browser = browser_of(approved)

    answers = [browser.post(PAGE, typed(confirmation="lain")).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


# --- The link's other address, and what the last page says ---------------------------------------------------------
@pytest.mark.parametrize("path", ["/email/user/enroll/{}/", "/email/user/enroll/{}"])
def test_the_link_has_its_older_address_as_well(approved: Application, path: str) -> None:
    address = path.format(links.token_of(cast.link_of(approved, "passphrase").pk))
    browser = Client()

    assert "Lanjutkan" in words(browser.get(address))
    assert browser.post(address).headers["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200


def test_a_wrong_token_at_the_older_address_opens_nothing(client: Client, approved: Application) -> None:
    assert client.post(f"/email/user/enroll/{'x' * 43}/").status_code == 404
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(("seconds", "says"), [(3600, "Tunggu 1 jam"), (5400, "Tunggu 90 menit"), (0, "langsung")])
def test_the_pause_is_the_procedures(approved: Application, seconds: int, says: str) -> None:
    browser = browser_of(approved, certificate__pause_seconds=seconds)
    browser.post(PAGE, typed())

    assert says in words(browser.get("/passphrase/selesai/"))


@pytest.mark.parametrize(
    ("issuer", "state", "says"),
    [
        ("by-hand", lifecycle.APPROVAL, "menunggu persetujuan penerbit"),
        ("automatic", lifecycle.ENROLLED, "sudah diteruskan untuk diterbitkan"),
    ],
)
def test_the_issuer_stands_between_where_the_procedure_says_so(
    approved: Application, issuer: str, state: lifecycle.State, says: str
) -> None:
    browser = browser_of(approved, certificate__issuer=issuer)
    browser.post(PAGE, typed())

    assert lifecycle.state_of(Application.objects.get(pk=approved.pk)) == state
    assert says in words(browser.get("/passphrase/selesai/"))
