"""Taking a certificate back: who may, what follows at once, and that a second request changes nothing."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from enrollment import beside, status
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application, Institution, Role
from passphrase import actions, custody, revocation, succession
from passphrase.models import Certificate, Issuance, ListChange, SigningKey
from tests import cast
from tte_portal import links
from tte_portal.models import Account, AuditRow


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    mail.outbox.clear()
    return Application.objects.get(pk=issued.pk)


def ledger_of(application: Application) -> Issuance:
    return Issuance.objects.get(serial=Certificate.objects.get(application=application).serial)


def events_of(application: Application, *events: str) -> list[str]:
    return list(AuditRow.objects.filter(subject=application.pk, event__in=events).values_list("event", flat=True))


def test_a_revocation_ends_certificate_key_and_state_in_one_stroke(active: Application, verifier: Account) -> None:
    assert revocation.revoke(active.pk, "affiliationChanged", by=verifier) is True

    active.refresh_from_db()
    certificate, entry = Certificate.objects.get(application=active), ledger_of(active)
    assert active.status == "REVOKED"
    assert certificate.revoked_at is not None
    assert certificate.revocation_reason == entry.revocation_reason == "affiliationChanged"
    assert entry.revoked_at is not None
    assert ListChange.objects.filter(authority=entry.authority).count() == 1
    assert SigningKey.objects.get(application=active).destroyed_at is not None
    assert events_of(active, "revoke") == ["revoke"]
    with pytest.raises(custody.NoKey):
        custody.open_key(active.pk, cast.GOOD_PASSPHRASE)


def test_the_holder_is_told_with_the_reason_in_words(active: Application, verifier: Account) -> None:
    revocation.revoke(active.pk, "keyCompromise", by=verifier)

    assert cast.deliver_all() == ["revoked"]

    sent = mail.outbox[0]
    assert sent.to == [active.mailbox]
    assert "Sertifikat Elektronik Dicabut" in sent.subject
    assert "Passphrase diketahui orang lain" in sent.body


def test_a_second_request_changes_nothing(active: Application, verifier: Account) -> None:
    revocation.revoke(active.pk, "keyCompromise", by=verifier)
    before = Certificate.objects.values().get(application=active)

    assert revocation.revoke(active.pk, "superseded", by=verifier) is False

    assert Certificate.objects.values().get(application=active) == before
    assert events_of(active, "revoke") == ["revoke"]


def test_a_holder_revokes_the_own_certificate_and_no_other(active: Application, natuna: Institution) -> None:
    other = cast.begin(natuna, 1)

    with pytest.raises(NotAllowed):
        revocation.revoke(active.pk, "keyCompromise", by=other)
    assert revocation.revoke(active.pk, "keyCompromise", by=active) is True


@pytest.mark.parametrize("code", ["privilegeWithdrawn", "certificateHold", "cACompromise", "", "removeFromCRL"])
def test_a_reason_that_is_not_the_holders_is_refused(active: Application, code: str) -> None:
    with pytest.raises(revocation.UnknownReason):
        revocation.revoke(active.pk, code, by=active)
    assert ledger_of(active).revoked_at is None


def test_officers_elsewhere_or_without_the_role_or_of_the_own_case_may_not(
    active: Application, natuna: Institution, outsider: Account
) -> None:
    helper = cast.make_officer("hana", (natuna, Role.Kind.HELP_DESK))
    own = cast.make_officer("saya", (natuna, Role.Kind.VERIFIER), mailbox=active.mailbox)

    for officer in (outsider, helper, own):
        with pytest.raises(NotAllowed):
            revocation.revoke(active.pk, "keyCompromise", by=officer)
    active.refresh_from_db()
    assert active.status == "ACTIVE"


def test_a_suspension_keeps_the_key_and_ends(active: Application, verifier: Account) -> None:
    assert revocation.suspend(active.pk, by=active) is True
    assert ledger_of(active).revocation_reason == "certificateHold"
    assert revocation.suspend(active.pk, by=active) is False

    assert revocation.resume(active.pk, by=verifier) is True
    assert revocation.resume(active.pk, by=verifier) is False

    active.refresh_from_db()
    assert active.status == "ACTIVE"
    assert ledger_of(active).revoked_at is None
    assert custody.open_key(active.pk, cast.GOOD_PASSPHRASE)
    assert cast.deliver_all() == ["suspended", "resumed"]


def test_a_holder_ends_the_own_suspension_and_not_an_officers(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, by=active, proof="passphrase")
    assert revocation.resume(active.pk, by=active, proof="link") is True
    assert ledger_of(active).revoked_at is None

    revocation.suspend(active.pk, by=verifier)
    with pytest.raises(NotAllowed):
        revocation.resume(active.pk, by=active)
    active.refresh_from_db()
    assert active.status == "SUSPENDED"


def days_left(application: Application, days: float) -> None:
    Certificate.objects.filter(application=application).update(not_after=Now() + timedelta(days=days))


def test_whoever_has_left_gets_no_successor_either(active: Application, verifier: Account) -> None:
    new = succession.begin(active.pk, Application.Purpose.RESET)

    revocation.revoke(active.pk, "affiliationChanged", by=verifier)

    new.refresh_from_db()
    assert (new.status, new.waiting_for) == ("REJECTED", "nobody")
    assert "Pindah instansi" in new.rejection_reason
    with pytest.raises(links.LinkClosed):
        actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)


def test_the_link_to_a_stopped_successors_passphrase_says_so_and_one_mail_tells_of_both(
    active: Application, verifier: Account
) -> None:
    new = succession.begin(active.pk, Application.Purpose.RESET)
    cast.deliver_all()
    token = links.token_of(cast.link_of(new, "passphrase").pk)

    revocation.revoke(active.pk, "affiliationChanged", by=verifier)

    assert cast.deliver_all() == ["revoked"]
    assert "Sertifikat baru yang sedang dibuat untuk menggantikannya dihentikan juga" in mail.outbox[-1].body
    page = Client().post(reverse("link-passphrase", args=[token]))
    assert page.status_code == 410
    assert "dihentikan" in page.content.decode()
    # What the person has is the revoked certificate, not the successor that came to nothing.
    new.refresh_from_db()
    foremost = beside.foremost(beside.of_person(active))
    assert foremost is not None
    assert (foremost.pk, status.headline_of(new)) == (active.pk, "Permintaan sertifikat baru dihentikan")


def test_a_successor_at_the_authority_or_in_its_pause_ends_too(active: Application, verifier: Account) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Application.Purpose.RENEWAL)
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert actions.issue_certificate(new.pk)

    revocation.revoke(active.pk, "cessationOfOperation", by=active)

    new.refresh_from_db()
    assert new.status == "REVOKED"
    assert ledger_of(new).revocation_reason == "cessationOfOperation"


def test_who_leaves_in_the_pause_of_a_new_one_leaves_none_behind(active: Application, verifier: Account) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Application.Purpose.RENEWAL)
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)
    assert actions.issue_certificate(new.pk)

    revocation.revoke(new.pk, "affiliationChanged", by=verifier)

    active.refresh_from_db()
    assert active.status == "REVOKED"
    assert ledger_of(active).revocation_reason == "affiliationChanged"


def test_a_request_that_still_waits_for_the_authority_brings_no_certificate(
    active: Application, verifier: Account
) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Application.Purpose.RENEWAL)
    actions.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=new)

    revocation.revoke(active.pk, "privilegeWithdrawn", by=verifier)

    assert actions.issue_certificate(new.pk) is False
    assert not Certificate.objects.filter(application=new).exists()


def test_a_known_passphrase_leaves_the_successor_alone(active: Application) -> None:
    """Whoever has lost control of the old key needs the new one all the more."""
    new = succession.begin(active.pk, Application.Purpose.RESET)

    revocation.revoke(active.pk, "keyCompromise", by=active)

    new.refresh_from_db()
    assert new.status == "ON_SET_PASSPHRASE"


def test_a_suspended_certificate_can_be_revoked_for_good(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, by=verifier)

    assert revocation.revoke(active.pk, "cessationOfOperation", by=verifier) is True

    assert ledger_of(active).revocation_reason == "cessationOfOperation"


def test_before_there_is_a_certificate_nothing_is_revoked(enrolled: Application, verifier: Account) -> None:
    for act in (revocation.suspend, revocation.resume):
        with pytest.raises(NotPossible):
            act(enrolled.pk, by=verifier)
    with pytest.raises(NotPossible):
        revocation.revoke(enrolled.pk, "keyCompromise", by=verifier)


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_revokes(active: Application, verifier: Account) -> None:
    barrier, won = Barrier(10), []

    def act() -> None:
        barrier.wait()
        won.append(revocation.revoke(active.pk, "keyCompromise", by=verifier))
        connection.close()

    threads = [Thread(target=act) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(won) == [False] * 9 + [True]
    assert events_of(active, "revoke") == ["revoke"]
