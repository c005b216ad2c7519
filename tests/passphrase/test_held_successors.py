"""What an officer has suspended is not got out of by a link that was out already, a request on its way, or a pause."""

import pytest
from django.db.models.functions import Now

from enrollment.lifecycle import NotPossible
from enrollment.models import Application
from passphrase import actions, revocation, succession, suspension
from passphrase.models import Certificate, Issuance
from tests import cast
from tte_portal.models import Account

Purpose = Application.Purpose


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    return Application.objects.get(pk=issued.pk)


@pytest.fixture
def reset(active: Application) -> Application:
    """A forgotten passphrase: the link is out."""
    return succession.begin(active.pk, Purpose.RESET)


def renewal_of(active: Application) -> Application:
    Certificate.objects.filter(application=active).update(not_after=Now() + succession.RENEWABLE_BEFORE / 2)
    return succession.renew(active.pk)


def make_passphrase(successor: Application) -> None:
    link = cast.link_of(successor, "passphrase")
    actions.set_passphrase(successor.pk, link.pk, "Gunung-Hijau 81 Perahu", by=successor)


def ledger_of(application: Application) -> Issuance:
    return Issuance.objects.get(serial=Certificate.objects.get(application=application).serial)


def status_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).status


def test_a_link_that_is_out_makes_no_passphrase(active: Application, reset: Application, verifier: Account) -> None:
    browser = cast.open_link(reset, "passphrase")
    assert browser.get("/passphrase/").status_code == 200
    revocation.suspend(active.pk, by=verifier)

    page = browser.get("/passphrase/")
    assert page.status_code == 403
    assert "ditangguhkan petugas" in page.content.decode()
    with pytest.raises(NotPossible):
        make_passphrase(reset)

    revocation.resume(active.pk, by=verifier)
    make_passphrase(reset)
    assert actions.issue_certificate(reset.pk) is True


def test_a_request_on_its_way_waits(active: Application, reset: Application, verifier: Account) -> None:
    make_passphrase(reset)
    revocation.suspend(active.pk, by=verifier)
    assert actions.issue_certificate(reset.pk) is False
    assert status_of(reset) == "ENROLL"

    revocation.resume(active.pk, by=verifier)
    assert actions.issue_certificate(reset.pk) is True
    assert (status_of(active), status_of(reset)) == ("REVOKED", "ISSUE")


def test_a_certificate_in_its_pause_is_suspended_too(active: Application, verifier: Account) -> None:
    renewal = renewal_of(active)
    make_passphrase(renewal)
    assert actions.issue_certificate(renewal.pk) is True

    revocation.suspend(active.pk, "dataCheck", by=verifier)

    assert (status_of(active), status_of(renewal)) == ("SUSPENDED", "SUSPENDED")
    assert suspension.reason_of(renewal) == suspension.REASONS["dataCheck"]
    assert ledger_of(renewal).revocation_reason == "certificateHold"
    # First the old one: the new one would take its place.
    with pytest.raises(NotPossible):
        revocation.resume(renewal.pk, by=verifier)
    revocation.resume(active.pk, by=verifier)
    assert revocation.resume(renewal.pk, by=verifier) is True
    assert (status_of(active), status_of(renewal)) == ("REVOKED", "ACTIVE")
    assert ledger_of(renewal).revoked_at is None


def test_the_new_one_of_a_reset_can_be_suspended_at_once(
    active: Application, reset: Application, verifier: Account
) -> None:
    make_passphrase(reset)
    assert actions.issue_certificate(reset.pk) is True
    assert revocation.suspend(reset.pk, by=verifier) is True
    assert (status_of(active), status_of(reset)) == ("REVOKED", "SUSPENDED")
