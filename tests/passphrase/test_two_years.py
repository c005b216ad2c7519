"""Two years of a certificate in database time: reminders, renewal or end, and what list and status service say."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F

from enrollment.models import Application
from passphrase import actions, reminders, succession
from passphrase.models import Certificate, CertificateAuthority, Issuance
from passphrase.pki import responder
from tests import cast
from tests.passphrase import statuses
from tte_portal.models import OutboxMessage


def pass_time(application: Application, days: float) -> None:
    """So many days later, as the database sees it: the certificate lies that much further back."""
    step = timedelta(days=days)
    Certificate.objects.filter(application=application).update(
        not_before=F("not_before") - step, not_after=F("not_after") - step
    )
    Issuance.objects.filter(serial=newest(application).serial).update(not_after=F("not_after") - step)
    sweep()


def sweep() -> None:
    """What the clock starts, twice: nothing is done again."""
    for _ in range(2):
        reminders.sweep()
        actions.issue_due()
        actions.activate_due()
        actions.expire_due()
    cast.deliver_all()


def newest(application: Application) -> Certificate:
    return Certificate.objects.get(application=application)


def told() -> list[str]:
    """The subjects of what was mailed since last asked, without their prefix."""
    found = [each.subject.partition("] ")[2] for each in mail.outbox]
    mail.outbox.clear()
    return found


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    mail.outbox.clear()
    return Application.objects.get(pk=issued.pk)


@pytest.fixture
def authority(certificate_authority: CertificateAuthority) -> CertificateAuthority:
    responder._kept.clear()
    return certificate_authority


def test_two_years_without_renewing(active: Application) -> None:
    days = 730
    seen = {}
    for left in range(728, -2, -1):
        if left in (728, 400, *range(32, -2, -1)):
            pass_time(active, days - left)
            days = left
            if subjects := told():
                seen[left] = subjects

    assert seen == {
        30: ["Sertifikat Anda berakhir 30 hari lagi"],
        14: ["Sertifikat Anda berakhir 14 hari lagi"],
        7: ["Sertifikat Anda berakhir 7 hari lagi"],
        1: ["Sertifikat Anda berakhir 1 hari lagi"],
        0: ["Masa berlaku sertifikat Anda habis"],
    }
    active.refresh_from_db()
    assert active.status == "EXPIRED"
    with pytest.raises(succession.NotNow):
        succession.renew(active.pk)


def test_two_years_and_a_renewal_at_day_29(active: Application, authority: CertificateAuthority) -> None:
    old = newest(active)
    pass_time(active, 730 - 31)
    assert told() == []
    assert not succession.can_renew(active)
    pass_time(active, 1.5)
    assert told() == ["Sertifikat Anda berakhir 30 hari lagi"]
    assert statuses.online(authority, old) == "good"

    new = succession.renew(active.pk)
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert actions.issue_certificate(new.pk)
    cast.deliver_all()
    mail.outbox.clear()
    assert statuses.online(authority, old) == "good"
    for _ in range(16):
        # Nothing is sent of the old one any more, not even in its last days.
        pass_time(active, 1)
    Application.objects.filter(pk=new.pk).update(since=F("since") - timedelta(hours=1))
    sweep()

    active.refresh_from_db()
    new.refresh_from_db()
    assert (active.status, new.status) == ("REVOKED", "ACTIVE")
    assert [each for each in told() if "berakhir" in each] == []
    assert OutboxMessage.objects.filter(template="ending", state="waiting").count() == 0
    assert statuses.online(authority, old) == "superseded"
    assert statuses.online(authority, newest(new)) == "good"
    assert statuses.listed(authority) == {old.serial: "superseded"}
