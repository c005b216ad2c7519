"""A new certificate in the place of an earlier one: when it may begin, and when the old one ends."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Institution, PersonnelRecord, Role
from enrollment.wizard import actions as wizard
from passphrase import actions, revocation, succession
from passphrase.models import Certificate, Issuance, SigningKey
from tests import cast
from tte_portal.models import Account, AuditRow
from verification import actions as officers

Purpose = Application.Purpose


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    mail.outbox.clear()
    return Application.objects.get(pk=issued.pk)


def days_left(application: Application, days: float) -> None:
    Certificate.objects.filter(application=application).update(not_after=Now() + timedelta(days=days))


def make_passphrase(successor: Application) -> Application:
    """The person follows the link; the authority answers."""
    actions.set_passphrase(
        successor.pk, cast.link_of(successor, "passphrase").pk, "Gunung-Hijau 81 Perahu", by=successor
    )
    assert actions.issue_certificate(successor.pk)
    return Application.objects.get(pk=successor.pk)


@pytest.mark.parametrize(
    ("days", "may"), [(31, False), (30.01, False), (29.99, True), (29, True), (1, True), (0.001, True), (-0.001, False)]
)
def test_renewal_begins_thirty_days_before_the_end_and_not_after_it(
    active: Application, days: float, may: bool
) -> None:
    days_left(active, days)

    assert succession.can_renew(active) is may
    if not may:
        with pytest.raises(succession.NotNow):
            succession.begin(active.pk, Purpose.RENEWAL)


def test_a_renewal_carries_the_person_over_and_sends_the_link(active: Application) -> None:
    days_left(active, 20)

    new = succession.begin(active.pk, Purpose.RENEWAL)

    new.refresh_from_db()
    assert (new.status, new.predecessor_id, new.purpose) == ("ON_SET_PASSPHRASE", active.pk, "renewal")
    assert (new.name, new.nik, new.employee_number, new.opd_id) == (
        active.name, active.nik, active.employee_number, active.opd_id,
    )  # fmt: skip
    assert new.receipt != active.receipt
    assert list(AuditRow.objects.filter(subject=new.pk).values_list("event", flat=True)) == ["succeed"]
    assert cast.deliver_all() == ["set_passphrase"]
    assert "memperpanjang sertifikat" in mail.outbox[0].body


def test_the_old_one_works_until_the_renewed_one_does(active: Application) -> None:
    days_left(active, 20)
    old = Certificate.objects.get(application=active)

    new = make_passphrase(succession.begin(active.pk, Purpose.RENEWAL))
    active.refresh_from_db()
    assert (active.status, new.status, new.nik_taken) == ("ACTIVE", "ISSUE", False)

    actions.activate(new.pk)

    active.refresh_from_db()
    new.refresh_from_db()
    assert (active.status, new.status, new.nik_taken) == ("REVOKED", "ACTIVE", True)
    assert Certificate.objects.get(pk=old.pk).revocation_reason == "superseded"
    assert Issuance.objects.get(serial=old.serial).revocation_reason == "superseded"
    assert SigningKey.objects.get(application=active).destroyed_at is not None
    assert cast.deliver_all() == ["issued", "active"]


def test_a_forgotten_passphrase_ends_the_old_one_when_the_new_one_is_issued(active: Application) -> None:
    new = make_passphrase(succession.begin(active.pk, Purpose.RESET))

    active.refresh_from_db()
    assert (active.status, new.status) == ("REVOKED", "ISSUE")
    actions.activate(new.pk)
    new.refresh_from_db()
    assert (new.status, new.nik_taken) == ("ACTIVE", True)


def test_until_the_new_passphrase_is_made_nothing_changes(active: Application) -> None:
    """A stranger who has the mail sent, or a person who finds the passphrase again, loses nothing."""
    succession.begin(active.pk, Purpose.RESET)

    active.refresh_from_db()
    assert active.status == "ACTIVE"
    assert Certificate.objects.get(application=active).revoked_at is None


def test_one_successor_at_a_time(active: Application) -> None:
    first = succession.begin(active.pk, Purpose.RESET)

    with pytest.raises(succession.NotNow):
        succession.begin(active.pk, Purpose.RESET)
    assert succession.under_way(active) == first


def test_a_successor_that_ended_makes_room_for_another(active: Application) -> None:
    first = succession.begin(active.pk, Purpose.RESET)
    Application.objects.filter(pk=first.pk).update(status="REJECTED", waiting_for="nobody")

    assert succession.begin(active.pk, Purpose.RESET).pk != first.pk


@pytest.mark.parametrize("end", ["revoke", "suspend", "expire"])
def test_what_cannot_be_signed_with_has_no_successor(active: Application, verifier: Account, end: str) -> None:
    if end == "revoke":
        revocation.revoke(active.pk, "cessationOfOperation", by=verifier)
    elif end == "suspend":
        revocation.suspend(active.pk, by=verifier)
    else:
        days_left(active, -1)

    for purpose in (Purpose.RENEWAL, Purpose.RESET, Purpose.REISSUE):
        with pytest.raises(succession.NotNow):
            succession.begin(active.pk, purpose)


def test_an_old_certificate_that_expires_meanwhile_frees_the_way(active: Application) -> None:
    days_left(active, 1)
    new = make_passphrase(succession.begin(active.pk, Purpose.RENEWAL))
    actions.expire(active.pk)

    actions.activate(new.pk)

    active.refresh_from_db()
    new.refresh_from_db()
    assert (active.status, new.status, new.nik_taken) == ("EXPIRED", "ACTIVE", True)


@pytest.mark.django_db(transaction=True)
def test_asked_for_ten_times_at_once_it_begins_once(active: Application) -> None:
    barrier, begun = Barrier(10), []

    def ask() -> None:
        barrier.wait()
        try:
            begun.append(succession.begin(active.pk, Purpose.RESET).pk)
        except succession.NotNow:
            pass
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(begun) == 1
    assert Application.objects.filter(predecessor=active).count() == 1


def record_of(application: Application, **changes: str) -> PersonnelRecord:
    """The institution's record of the person, changed since the certificate was issued."""
    record = PersonnelRecord.objects.get(applications=application)
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()
    return record


def test_who_is_known_as_before_renews_without_a_check(active: Application) -> None:
    days_left(active, 20)

    new = succession.renew(active.pk)

    assert (new.status, new.waiting_for) == ("ON_SET_PASSPHRASE", "applicant")


def test_a_changed_record_asks_for_the_procedures_own_check(active: Application) -> None:
    days_left(active, 20)
    record_of(active, position="Kepala Seksi Contoh", unit="Dinas Contoh Lain")

    new = succession.renew(active.pk)

    assert (new.status, new.waiting_for, new.purpose) == ("NEW", "applicant", "renewal")
    # Filled in as far as things are known; what was checked is checked anew.
    assert (new.name, new.nik, new.position, new.unit) == (
        active.name, active.nik, "Kepala Seksi Contoh", "Dinas Contoh Lain",
    )  # fmt: skip
    assert (new.photo, new.submitted_at, new.phone_proven_at) == (None, None, None)
    assert cast.deliver_all() == ["activation"]
    assert "memperpanjang sertifikat" in mail.outbox[0].body


def test_so_does_the_persons_own_word(active: Application) -> None:
    days_left(active, 20)

    assert succession.renew(active.pk, changed=True).status == "NEW"


def test_whom_the_records_do_not_know_nobody_vouches_for(active: Application) -> None:
    days_left(active, 20)
    PersonnelRecord.objects.filter(applications=active).delete()

    assert succession.renew(active.pk).status == "NEW"


def test_the_long_way_ends_like_the_short_one(active: Application, verifier: Account) -> None:
    """Through wizard and verifier with the same NIK, which stays with the old one until that ends."""
    days_left(active, 20)
    new = succession.renew(active.pk, changed=True)
    cast.fill(new)
    wizard.submit(new.pk, cast.link_of(new, "activation").pk)
    assert "nik_in_use" not in cast.deliver_all()
    officers.claim(new.pk, verifier)
    officers.approve(new.pk, by=verifier)
    new.refresh_from_db()
    assert (new.status, new.nik_taken) == ("ON_SET_PASSPHRASE", False)

    new = make_passphrase(new)
    active.refresh_from_db()
    assert active.status == "ACTIVE"
    actions.activate(new.pk)

    active.refresh_from_db()
    new.refresh_from_db()
    assert (active.status, new.status, new.nik_taken) == ("REVOKED", "ACTIVE", True)


def test_a_refused_renewal_leaves_the_old_one_as_it_was(active: Application, verifier: Account) -> None:
    days_left(active, 20)
    new = succession.renew(active.pk, changed=True)
    cast.fill(new)
    wizard.submit(new.pk, cast.link_of(new, "activation").pk)
    officers.claim(new.pk, verifier)
    officers.reject(new.pk, "Foto ini bukan foto Anda.", by=verifier)

    active.refresh_from_db()
    assert active.status == "ACTIVE"
    assert succession.can_renew(active)


def test_a_profile_without_a_wizard_is_looked_at_by_a_verifier(active: Application) -> None:
    days_left(active, 20)
    active.institution.procedure_slug = "kemenkeu"
    active.institution.save()

    new = succession.renew(active.pk, changed=True)

    assert (new.status, new.waiting_for) == ("NEW", "pre-check")
    assert new.submitted_at is not None


def test_a_changed_name_or_position_may_be_taken_over(active: Application) -> None:
    assert not succession.can_reissue(active)
    record_of(active, back_title="S.Kom., M.T.", position="Pranata Komputer Ahli Madya")
    assert succession.can_reissue(Application.objects.get(pk=active.pk))

    new = make_passphrase(succession.begin(active.pk, Purpose.REISSUE))
    actions.activate(new.pk)

    old, now = (Certificate.objects.get(application=each) for each in (active, new))
    assert now.common_name.endswith("S.Kom., M.T.")
    assert old.revocation_reason == "superseded"
    # It brings the new data, and no more time.
    assert abs(now.not_after - old.not_after) < timedelta(days=1)


def test_another_number_is_another_person(active: Application) -> None:
    record_of(active, employee_number="199901012024012001")

    assert not succession.can_reissue(Application.objects.get(pk=active.pk))
    with pytest.raises(succession.NotNow):
        succession.begin(active.pk, Purpose.REISSUE)


def test_whoever_began_a_reissue_does_not_let_it_be_issued(active: Application, natuna: Institution) -> None:
    both = cast.make_officer("berdua", (natuna, Role.Kind.VERIFIER), (natuna, Role.Kind.ISSUER))
    record_of(active, position="Kepala Seksi Contoh")

    new = succession.begin(active.pk, Purpose.REISSUE, by=both)

    assert lifecycle.has_checked("approve_issue", new, both)


def test_the_holders_own_suspension_holds_nothing_up(active: Application) -> None:
    days_left(active, 20)
    new = succession.begin(active.pk, Purpose.RENEWAL)
    revocation.suspend(active.pk, by=active)

    actions.activate(make_passphrase(new).pk)

    active.refresh_from_db()
    assert active.status == "REVOKED"
