"""The opened status page: a fresh link when it is the holder's turn, the certificate once there is one."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment import actions, status, withdrawal
from enrollment.models import Application, StatusPeriod
from passphrase import actions as certificates
from passphrase import succession
from passphrase.models import Certificate
from tests import cast, holders
from tte_portal.models import AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

# In the footer the words are others.
LINK = 'href="/akun/sertifikat/">Buka sertifikat saya'


def status_browser(application: Application) -> Client:
    """The holder has asked for the status link and opened it."""
    actions.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status")


def test_without_an_opened_link_nothing_is_told(application: Application) -> None:
    for address in ("", "sertifikat/"):
        page = Client().get(f"/status/pengajuan/{address}")
        assert page.status_code == 403
        assert application.receipt not in page.content.decode()


def test_whose_turn_it_is_can_have_the_link_anew(application: Application) -> None:
    browser = status_browser(application)
    assert "Kirim tautan pengisian" in browser.get("/status/pengajuan/").content.decode()
    before = OutboxMessage.objects.filter(template="activation").count()

    assert browser.post("/status/pengajuan/tautan/").status_code == 200

    assert OutboxMessage.objects.filter(template="activation").count() == before + 1
    assert AuditRow.objects.filter(subject=application.pk, event="send_link_again").count() == 2


def test_the_link_cannot_be_asked_for_without_end(application: Application) -> None:
    browser = status_browser(application)
    answers = [browser.post("/status/pengajuan/tautan/").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_there_is_no_certificate_to_download_before_there_is_one(application: Application) -> None:
    assert status_browser(application).get("/status/pengajuan/sertifikat/", follow=True).status_code == 404


def test_openssl_accepts_what_the_holder_downloads(issued: Application, tmp_path: Path) -> None:
    browser = status_browser(issued)
    assert LINK in browser.get("/status/pengajuan/").content.decode()

    answer = browser.get("/status/pengajuan/sertifikat/", follow=True)

    pieces = [
        f"{part}-----END CERTIFICATE-----\n" for part in answer.content.decode().split("-----END CERTIFICATE-----\n")
    ]
    holder, *chain = [piece for piece in pieces if "BEGIN" in piece]
    (tmp_path / "holder.pem").write_text(holder)
    (tmp_path / "issuing.pem").write_text("".join(chain[:-1]))
    (tmp_path / "root.pem").write_text(chain[-1])
    words = ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "holder.pem"]
    checked = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.stdout.strip() == "holder.pem: OK", checked.stderr


def test_who_has_signed_in_downloads_their_own_certificate_and_nobody_elses(issued: Application) -> None:
    own = holders.browser_of(holders.holder_of(issued.institution, issued.name))
    other = holders.browser_of(holders.holder_of(issued.institution, "Budi Percobaan"))

    assert LINK in own.get("/akun/").content.decode()
    answer = own.get("/akun/sertifikat/berkas/", follow=True)
    assert answer.content == status_browser(issued).get("/status/pengajuan/sertifikat/", follow=True).content
    assert issued.receipt in answer["Content-Disposition"]
    assert other.get("/akun/sertifikat/berkas/", follow=True).status_code == 200
    assert other.get("/akun/sertifikat/sertifikat.pem")["Location"] == "/akun/sertifikat/masuk/"
    assert Client().get("/akun/sertifikat/berkas/")["Location"] == "/akun/masuk/"


def test_a_profile_has_nothing_to_download_before_there_is_a_certificate(application: Application) -> None:
    own = holders.browser_of(holders.holder_of(application.institution, application.name))
    assert LINK not in own.get("/akun/").content.decode()
    assert own.get("/akun/sertifikat/berkas/", follow=True).status_code == 404


# --- A certificate, and another application beside it --------------------------------------------------------------
def second(application: Application, status: str, reason: str = "") -> Application:
    """What the same person has asked for once more."""
    again = Application.objects.create(
        institution=application.institution, record=application.record, procedure=application.procedure,
        mailbox=application.mailbox, receipt="TTE-2222-3333", status=status, rejection_reason=reason,
        waiting_for="verifier" if status == "NEW" else "nobody",
    )  # fmt: skip
    StatusPeriod.objects.create(
        application=again, institution=again.institution, status=status, waiting_for=again.waiting_for
    )
    return again


@pytest.mark.parametrize(("status", "told"), [
    ("NEW", "Pengajuan Anda sedang diperiksa"), ("REJECTED", "Pengajuan Anda ditolak"),
])  # fmt: skip
def test_a_certificate_stays_in_view_and_the_other_application_beside_it(
    issued: Application, status: str, told: str
) -> None:
    second(issued, status, "KTP tidak terbaca." if status == "REJECTED" else "")
    own = holders.browser_of(holders.holder_of(issued.institution, issued.name))

    for page in (
        own.get("/akun/").content.decode(),
        own.get("/akun/status/").content.decode(),
        status_browser(issued).get("/status/pengajuan/").content.decode(),
    ):
        assert issued.receipt in page
        assert LINK in page
        for words in ("Pengajuan Anda yang lain", "TTE-2222-3333", told):
            assert words in page
        assert ("KTP tidak terbaca." in page) == (status == "REJECTED")


def test_a_link_sent_for_the_old_certificate_shows_the_one_that_took_its_place(issued: Application) -> None:
    browser = status_browser(issued)
    second(issued, "ACTIVE")
    Application.objects.filter(pk=issued.pk).update(status="REVOKED", waiting_for="nobody")

    assert browser.get("/status/pengajuan/").context["application"].receipt == "TTE-2222-3333"


def test_the_button_stands_with_the_application_whose_link_it_sends(issued: Application) -> None:
    certificates.activate(issued.pk)
    Certificate.objects.filter(application=issued).update(not_after=Now() + timedelta(days=20))
    new = succession.renew(issued.pk)
    own = holders.browser_of(holders.holder_of(issued.institution, issued.name))
    for page in (status_browser(issued).get("/status/pengajuan/"), own.get("/akun/")):
        finished, beside, button = page.content.decode().partition(f"Perpanjangan: {status.headline_of(new)}")
        assert beside
        assert "Kirim tautan passphrase" in button
        assert "Kirim tautan passphrase" not in finished


def test_nobody_elses_application_stands_beside_ones_own(issued: Application) -> None:
    other = second(issued, "NEW")
    Application.objects.filter(pk=other.pk).update(record=None, mailbox="lain@natuna.example")
    own = holders.browser_of(holders.holder_of(issued.institution, issued.name))
    for page in (own.get("/akun/"), status_browser(issued).get("/status/pengajuan/")):
        assert "TTE-2222-3333" not in page.content.decode()


def test_the_own_page_of_the_way_leads_to_the_certificate(issued: Application) -> None:
    own = holders.browser_of(holders.holder_of(issued.institution, issued.name))
    assert LINK in own.get("/akun/status/").content.decode()


def test_what_a_holder_took_back_is_told_in_its_own_words(application: Application) -> None:
    withdrawal.withdraw(application.pk)
    own = holders.browser_of(holders.holder_of(application.institution, application.name))
    for address in ("/akun/", "/akun/status/"):
        page = own.get(address).content.decode()
        assert "Pengajuan Anda ditarik" in page
        assert "ditolak" not in page
        assert "Alasan" not in page
