"""The mails at issue and at activation."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now

from enrollment.models import Application, PersonnelRecord
from passphrase import actions, revocation, succession
from passphrase.models import Certificate
from tests import cast, procedures
from tte_portal import outbox
from tte_portal.models import Account, OutboxMessage


def mail(application: Application, template: str) -> outbox.Mail:
    return outbox.compose(OutboxMessage.objects.get(subject=application.pk, template=template))


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    return Application.objects.get(pk=issued.pk)


def succeeded(active: Application, purpose: str) -> Application:
    """What takes its place is issued."""
    new = succession.begin(active.pk, purpose)
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert actions.issue_certificate(new.pk)
    return Application.objects.get(pk=new.pk)


def test_the_issue_mail_names_what_the_certificate_says(issued: Application) -> None:
    certificate = Certificate.objects.get()

    found = mail(issued, "issued")

    assert found.subject == "[BSrE] Sertifikat Elektronik Terbit"
    assert found.to == issued.mailbox
    for body in (found.text, found.html):
        for told in (certificate.organization, certificate.serial, "ID", "1 jam"):
            assert told in body
    assert certificate.common_name in found.text
    assert "Otoritas Percobaan" in found.text


@pytest.mark.parametrize(
    "subject", ["[BSrE] Certificate Issued", "Sertifikat Elektronik Terbit", "{prefix} Sertifikat Elektronik Terbit"]
)
def test_the_subject_at_issue_is_the_procedures(issued: Application, subject: str) -> None:
    procedures.ask(issued, subjects__issued=subject)

    assert mail(issued, "issued").subject == subject.format(prefix="[BSrE]")


@pytest.mark.parametrize(("seconds", "says"), [(5400, "Tunggu 90 menit"), (0, "langsung dapat dipakai")])
def test_the_pause_in_the_mail_is_the_procedures(issued: Application, seconds: int, says: str) -> None:
    procedures.ask(issued, certificate__pause_seconds=seconds)

    assert says in mail(issued, "issued").text
    assert "1 jam" not in mail(issued, "issued").html


def test_activation_is_told(issued: Application) -> None:
    actions.activate(issued.pk)

    assert "AKTIF" in mail(issued, "active").text


def test_nothing_is_sent_about_a_certificate_that_was_revoked(issued: Application) -> None:
    Certificate.objects.update(revoked_at=Now())

    with pytest.raises(outbox.Unneeded):
        mail(issued, "issued")


def test_the_mails_leave_through_the_outbox(issued: Application, mailoutbox: list[EmailMultiAlternatives]) -> None:
    assert "issued" in cast.deliver_all()
    assert mailoutbox[-1].subject == "[BSrE] Sertifikat Elektronik Terbit"


def test_that_a_forgotten_passphrase_has_ended_the_old_certificate_is_told(active: Application) -> None:
    old = Certificate.objects.get(application=active)
    new = succeeded(active, "reset")

    found = mail(new, "issued")

    for body in (found.text, found.html):
        assert old.serial in body
        assert "sudah dicabut" in body
    assert Certificate.objects.get(application=new).serial in found.text


def test_a_renewal_says_that_the_old_one_goes_on_and_then_that_it_was_replaced(active: Application) -> None:
    # Whoever has the first one hears of no other.
    assert "Sertifikat lama" not in mail(active, "issued").text + mail(active, "active").text
    Certificate.objects.filter(application=active).update(not_after=Now() + timedelta(days=20))
    old = Certificate.objects.get(application=active)
    new = succeeded(active, "renewal")

    for body in (mail(new, "issued").text, mail(new, "issued").html):
        assert old.serial in body
        assert "passphrase lama sampai yang baru aktif" in body
    actions.activate(new.pk)
    assert f"{old.serial}) sudah diganti" in mail(new, "active").text


def test_why_it_was_suspended_is_told(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, "useCheck", by=verifier, comment="Laporan 12")

    found = mail(active, "suspended")

    for body in (found.text, found.html):
        assert "Pemakaian sertifikat sedang diperiksa" in body
        assert "Laporan 12" not in body


def test_what_has_no_blanks_breaks_on_a_narrow_screen(issued: Application) -> None:
    """Serial numbers and mailboxes: without it the mail is a hundred pixels wider than a phone."""
    assert "overflow-wrap:anywhere;word-break:break-word" in mail(issued, "issued").html


@pytest.mark.parametrize("by_officer", [True, False])
def test_the_mail_of_a_reissue_says_why_and_who_began_it(
    active: Application, verifier: Account, by_officer: bool
) -> None:
    PersonnelRecord.objects.filter(applications=active).update(name="Ayu Contoh Lestari", position="Kepala Bidang")

    new = succession.begin(active.pk, Application.Purpose.REISSUE, by=verifier if by_officer else None)

    sent = mail(new, "set_passphrase")
    who, doubt = (
        ("petugas instansi Anda memulai", "Ragu apakah surat ini benar?") if by_officer
        else ("Karena itu Anda memulai", "Bila bukan Anda yang memulainya")
    )  # fmt: skip
    for body in (sent.text, sent.html):
        assert "nama dan jabatan" in body
        assert who in body
        assert doubt in body


def test_other_mails_for_a_passphrase_tell_nothing_of_records(active: Application) -> None:
    sent = mail(succession.begin(active.pk, Application.Purpose.RESET), "set_passphrase")

    assert "data kepegawaian" not in sent.text + sent.html
    assert "Bila bukan Anda yang memulainya" not in sent.text + sent.html
