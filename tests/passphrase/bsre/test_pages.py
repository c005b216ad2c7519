"""Each page and mail says what happens where; officers hear why an act is not the portal's."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from enrollment import actions as links_again
from enrollment import journey, lapsing, lifecycle, procedure, status
from enrollment.models import Application, Institution
from enrollment.wizard import actions as wizard
from passphrase import revocation
from passphrase.bsre import tasks
from passphrase.models import CertificateAuthority
from tests import cast
from tests.enrollment.registries.servers import Served
from tests.passphrase.bsre.conftest import due_now, fresh
from tests.passphrase.bsre.stub import Stub
from tte_portal import outbox
from tte_portal.models import Account, Link, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("api", ["v2"], indirect=True)]


def status_page(application: Application) -> str:
    links_again.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status", Client()).get("/status/pengajuan/").content.decode()


def sweep(application: Application) -> None:
    due_now(application)
    tasks.sweep()


def mail(template: str) -> str:
    found = outbox.compose(OutboxMessage.objects.filter(template=template).latest("created_at"))
    assert found.text
    return f"{found.subject}\n{found.text}\n{found.html}"


def test_the_mail_on_approval_speaks_of_bsres_own_link(approved: Application) -> None:
    text = mail("bsre_registered")
    assert "BSrE mengirim surel sendiri" in text
    assert "/email/set/passphrase/" not in text


def test_every_message_of_this_authority_can_be_read(approved: Application, stub: Stub) -> None:
    sweep(approved)
    for word, template in [("ISSUE", "bsre_issued"), ("SUSPEND", "bsre_news")]:
        stub.people[approved.nik] = word
        sweep(approved)
        assert "BSrE" in mail(template)


def test_the_status_page_tells_where_and_offers_no_link_of_ours(approved: Application, stub: Stub) -> None:
    text = status_page(approved)
    assert "Kirim tautan passphrase" not in text
    assert "BSrE mengirim tautannya sendiri" in text
    assert "Kami sedang mendaftarkan Anda di BSrE" in text

    stub.people[approved.nik] = "NO_CERTIFICATE"
    sweep(approved)
    sweep(approved)
    assert "Menurut BSrE: <b>terdaftar, belum ada sertifikat</b>" in status_page(approved)
    stub.people[approved.nik] = "ISSUE"
    sweep(approved)
    text = status_page(approved)
    assert "Sertifikat Anda sudah terbit di BSrE" in text
    assert "Periksa passphrase" not in text
    assert "Unduh sertifikat" not in text


def test_no_second_way_mails_a_link_of_ours(approved: Application) -> None:
    assert not links_again.send_link_again(approved, "passphrase", by=None)
    browser = _with_status_link(approved)
    assert browser.post("/status/pengajuan/tautan/").status_code == 200
    approved.institution.lapses_after_days = 60
    approved.institution.save()
    Application.objects.filter(pk=approved.pk).update(since=lifecycle.now() - timedelta(days=55))
    assert lapsing.remind(approved.pk)

    assert not Link.objects.filter(subject=approved.pk, purpose="passphrase").exists()
    text = mail("lapse_reminder")
    assert "buat passphrase di halaman BSrE" in text
    assert "WhatsApp" not in text


def _with_status_link(application: Application) -> Client:
    links_again.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status", Client())


def test_checking_a_passphrase_is_explained_away(approved: Application) -> None:
    answer = _with_status_link(approved).get("/passphrase/periksa/", follow=True)
    text = answer.content.decode()
    assert "Portal ini tidak menyimpan kunci" in text
    assert 'type="password"' not in text


def test_the_holders_page_shows_bsre_and_offers_nothing_that_is_not_here(approved: Application, stub: Stub) -> None:
    sweep(approved)
    stub.people[approved.nik] = "ISSUE"
    sweep(approved)
    Application.objects.filter(pk=approved.pk).update(status="ACTIVE")

    answer = _with_status_link(approved).get("/akun/sertifikat/")

    text = answer.content.decode()
    assert answer.context["acts"] == []
    assert "Sertifikat Anda di BSrE" in text
    assert "Menurut BSrE: <b>sertifikat terbit dan dapat dipakai</b>" in text
    assert "Belum ada sertifikat" not in text
    assert "otoritas yang terpasang di dalam portal" not in text


def test_officers_hear_the_reason(approved: Application, stub: Stub, verifier: Account) -> None:
    sweep(approved)
    stub.people[approved.nik] = "ISSUE"
    sweep(approved)
    Application.objects.filter(pk=approved.pk).update(status="ACTIVE")
    browser = cast.sign_in(verifier)

    page = browser.get(reverse("admin:certificates-one", args=[approved.pk])).content.decode()
    assert "Sertifikat orang ini ada di BSrE" in page
    answer = browser.post(
        reverse("admin:certificates-act", args=[approved.pk, "cabut"]),
        {"reason": "keyCompromise", "comment": "Laptop hilang."}, follow=True,
    )  # fmt: skip
    assert "Tidak dilakukan: Sertifikat ini ada di Balai Sertifikasi Elektronik (BSrE)" in answer.content.decode()
    assert fresh(approved).status == "ACTIVE"


def test_the_review_desk_says_what_agreeing_does(bsre: Served, natuna: Institution, verifier: Account) -> None:
    from verification import desks

    assert "BSrE" in desks.REVIEW.told_follows
    assert desks.REVIEW.told_follows != desks.REVIEW.follows


@pytest.mark.parametrize("slug", procedure.names())
def test_the_front_door_tells_the_way_it_is(bsre: Served, slug: str) -> None:
    stages = journey.stages(procedure.find(slug))
    told = " ".join(f"{each.title} {each.text}" for each in stages)
    assert "Buat passphrase di BSrE" in told
    assert lifecycle.APPROVAL not in status.way_of(procedure.find(slug))
    mails = [sent for each in stages for sent in each.sent]
    assert [each.link for each in mails if "passphrase" in each.subject.lower()] == [""]


def test_the_front_door_does_not_speak_of_a_pilot(bsre: Served, approved: Application) -> None:
    text = Client().get("/natuna/").content.decode()
    assert "Buat passphrase di BSrE" in text
    assert "terpasang di dalam portal ini" not in text
    for path in ("/", "/natuna/", "/akun/sertifikat/masuk/"):
        text = Client().get(path).content.decode()
        assert "keadaan sertifikat Anda di BSrE" in text
        assert "perpanjang, atau cabut" not in text


def test_the_receipt_and_its_mail_say_it(bsre: Served, natuna: Institution) -> None:
    application = cast.fill(cast.begin(natuna))
    browser = cast.open_link(application, "activation")
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)

    assert "BSrE mengirim surelnya sendiri" in mail("submitted")
    text = browser.get(reverse("wizard-done")).content.decode()
    assert "bukan di portal ini" in text
    assert "tombol “Buat Passphrase”" not in text


def test_revoking_and_suspending_is_bsres_and_the_reason_is_told(
    approved: Application, stub: Stub, verifier: Account
) -> None:
    stub.people[approved.nik] = "ISSUE"
    sweep(approved)
    sweep(approved)
    with pytest.raises(revocation.HeldElsewhere, match="BSrE"):
        revocation.revoke(approved.pk, "keyCompromise", by=verifier)
    with pytest.raises(revocation.HeldElsewhere, match="BSrE"):
        revocation.suspend(approved.pk, by=verifier)
    assert fresh(approved).status == "ISSUE"


def test_no_ceremony_at_the_first_start(bsre: Served, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("authority", "create")
    assert "bsre" in capsys.readouterr().out
    assert not CertificateAuthority.objects.exists()
    assert Client().get("/pki/rantai.pem").status_code == 404


def test_commands_tell_how_it_stands(
    approved: Application, bsre: Served, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("bsre", "check")
    call_command("bsre", "show")
    out = capsys.readouterr().out
    assert "natuna: answers" in out
    assert "waiting: 1" in out
    assert approved.nik not in out
    assert stub.password not in out
