"""The privacy policy before "Submit": open for its least time by the server's clock, then agreed to, then handed in."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment import consents, readings
from enrollment.models import Application, Consent, Reading
from enrollment.wizard import actions as wizard
from tests import cast, procedures

pytestmark = pytest.mark.django_db

POLICY, REVIEW = "/pengajuan/kebijakan/", "/pengajuan/periksa/"


@pytest.fixture
def asked(application: Application) -> Application:
    """Ayu has everything filled in; her procedure wants the policy read for a minute."""
    return cast.fill(procedures.ask(application, wizard__reading_seconds=60))


@pytest.fixture
def client(asked: Application) -> Client:
    return cast.open_link(asked, "activation")


def a_while_ago(seconds: int) -> None:
    Reading.objects.update(began_at=Now() - timedelta(seconds=seconds))


def test_without_a_least_time_submit_hands_in_at_once(application: Application) -> None:
    client = cast.open_link(cast.fill(application), "activation")
    assert client.post(REVIEW)["Location"] == "/pengajuan/selesai/"
    assert not Reading.objects.exists()


def test_submit_leads_to_the_policy_and_hands_nothing_in(client: Client, asked: Application) -> None:
    assert client.post(REVIEW)["Location"].startswith(POLICY)
    asked.refresh_from_db()
    assert asked.waiting_for == "applicant"


def test_too_early_says_how_many_seconds_are_left(client: Client) -> None:
    page = client.get(POLICY)
    assert page.context["seconds_left"] in (59, 60)
    body = page.content.decode()
    assert 'role="timer"' in body
    assert 'aria-live="polite"' in body
    assert "Saya setuju" in body
    a_while_ago(20)
    told = client.post(POLICY, {"go": "agree"}).content.decode()
    assert "berlaku 40 detik lagi" in told or "berlaku 39 detik lagi" in told
    assert not readings.is_agreed(Application.objects.get(), name())


def name() -> str:
    return readings.name_of(consents.find("kebijakan-privasi"))


def test_after_its_time_saya_setuju_then_submit(client: Client, asked: Application) -> None:
    client.get(POLICY)
    a_while_ago(60)
    agreed = client.post(POLICY, {"go": "agree"})["Location"]
    assert agreed.startswith(POLICY)
    page = client.get(agreed).content.decode()
    assert "Submit" in page
    assert "Saya setuju" not in page
    assert client.post(POLICY, {"go": "submit"})["Location"] == "/pengajuan/selesai/"
    asked.refresh_from_db()
    assert asked.waiting_for == "verifier"
    assert Reading.objects.get().agreed_at is not None
    assert Consent.objects.filter(application=asked, text__kind="kebijakan-privasi").exists()


def test_the_least_time_is_the_procedures(application: Application) -> None:
    client = cast.open_link(cast.fill(procedures.ask(application, wizard__reading_seconds=5)), "activation")
    client.get(POLICY)
    a_while_ago(5)
    assert client.post(POLICY, {"go": "agree"}).status_code == 302


def test_a_program_that_never_opened_it_has_the_whole_time_before_it(client: Client) -> None:
    body = client.post(POLICY, {"go": "agree"}).content.decode()
    assert "60 detik lagi" in body
    assert client.post(POLICY, {"go": "submit"})["Location"].startswith(POLICY)


def test_what_is_handed_in_is_what_was_checked_before_the_policy(client: Client, asked: Application) -> None:
    checked = client.get(REVIEW).context["shown"]
    before = client.post(REVIEW, {"shown": checked})["Location"]
    assert f'name="shown" value="{checked}"' in client.get(before).content.decode()
    a_while_ago(60)
    # While the text is read, another window changes an answer.
    Application.objects.filter(pk=asked.pk).update(position="Jabatan Lain")
    for go in ("agree", "submit"):
        back = client.post(POLICY, {"go": go, "shown": checked})["Location"]
        page = client.get(back).content.decode()
        assert back.startswith(REVIEW)
        assert "Jawaban Anda berubah" in page
        assert "Jabatan Lain" in page
    asked.refresh_from_db()
    assert asked.waiting_for == "applicant"
    # Checked once more: the policy need not be opened anew, and Submit works.
    again = client.post(back, {"shown": client.get(REVIEW).context["shown"]})["Location"]
    client.post(again, {"go": "agree", "shown": client.get(again).context["shown"]})
    assert client.post(again, {"go": "submit"})["Location"] == "/pengajuan/selesai/"


def test_opening_it_again_starts_nothing_anew(client: Client) -> None:
    client.get(POLICY)
    a_while_ago(45)
    assert client.get(POLICY).context["seconds_left"] in (14, 15)


def test_the_action_itself_refuses_what_was_not_read(asked: Application) -> None:
    with pytest.raises(wizard.PolicyUnread):
        wizard.submit(asked.pk, cast.link_of(asked, "activation").pk)
    asked.refresh_from_db()
    assert asked.waiting_for == "applicant"


def test_a_second_submit_ends_at_the_receipt(client: Client) -> None:
    client.get(POLICY)
    a_while_ago(60)
    client.post(POLICY, {"go": "agree"})
    for _ in range(2):
        assert client.post(POLICY, {"go": "submit"})["Location"] == "/pengajuan/selesai/"


def test_the_page_is_not_for_what_is_not_filled_in(application: Application) -> None:
    procedures.ask(application, wizard__reading_seconds=60)
    client = cast.open_link(application, "activation")
    assert client.get(POLICY)["Location"] == "/pengajuan/"
    assert not Reading.objects.exists()


def test_a_procedure_without_it_has_no_such_page(application: Application) -> None:
    client = cast.open_link(cast.fill(application), "activation")
    assert client.get(POLICY)["Location"] == REVIEW


def test_what_was_agreed_to_with_the_registration_is_not_asked_for_again(application: Application) -> None:
    """Before the first upload it is the consent to the data being processed; the policy itself is read at the end."""
    procedures.ask(application, wizard__reading_seconds=60)
    browser = cast.open_link(application, "activation")
    page = browser.get("/pengajuan/foto-diri/").content.decode()
    assert "Persetujuan Pemrosesan Data Pribadi" in page
    assert "Saya telah membaca dan menyetujui kebijakan privasi" not in page
    consents.give(application, "kebijakan-privasi")
    page = browser.get("/pengajuan/foto-diri/").content.decode()
    assert "consent-kebijakan-privasi" not in page
