"""The mails at issue and at activation."""

import pytest
from django.core.mail import EmailMultiAlternatives

from enrollment.models import Application
from passphrase import actions
from passphrase.models import Certificate
from tests import cast, procedures
from tte_portal import outbox
from tte_portal.models import OutboxMessage


def mail(application: Application, template: str) -> outbox.Mail:
    return outbox.compose(OutboxMessage.objects.get(subject=application.pk, template=template))


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
    from django.db.models.functions import Now

    Certificate.objects.update(revoked_at=Now())

    with pytest.raises(outbox.Unneeded):
        mail(issued, "issued")


def test_the_mails_leave_through_the_outbox(issued: Application, mailoutbox: list[EmailMultiAlternatives]) -> None:
    assert "issued" in cast.deliver_all()
    assert mailoutbox[-1].subject == "[BSrE] Sertifikat Elektronik Terbit"
