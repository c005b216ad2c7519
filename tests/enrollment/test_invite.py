"""Inviting somebody of the registry: one running application each, a fresh link when it helps, silence when not."""

import pytest

from enrollment import actions, lifecycle, procedure, terms
from enrollment.models import Application, Institution, PersonnelRecord, StatusPeriod
from tests import cast
from tte_portal import links, outbox
from tte_portal.links import LinkClosed
from tte_portal.models import Account, AuditRow, Link, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def ayu(natuna: Institution) -> PersonnelRecord:
    return natuna.personnel.get(name="Ayu Contoh")


def test_an_invitation_makes_application_link_mail_period_and_audit_row(ayu: PersonnelRecord) -> None:
    application = actions.invite(ayu, by=None)
    assert lifecycle.state_of(application) == lifecycle.DRAFT
    assert (application.name, application.mailbox, application.record) == (ayu.name, ayu.mailbox, ayu)
    assert Link.objects.get().subject == application.pk
    assert StatusPeriod.objects.get().until is None
    assert AuditRow.objects.get().event == "register"
    mail = outbox.compose(OutboxMessage.objects.get())
    assert mail.to == ayu.mailbox
    assert mail.subject == "[BSrE] Aktivasi Akun"
    assert links.token_of(Link.objects.get().pk) in mail.text


def test_who_has_begun_gets_a_fresh_link_to_the_same_work(ayu: PersonnelRecord) -> None:
    first = actions.invite(ayu, by=None)
    old = links.token_of(cast.link_of(first, "activation").pk)
    cast.fill(first)
    again = actions.invite(ayu, by=None)
    assert again.pk == first.pk
    assert again.phone == cast.PHONE
    with pytest.raises(LinkClosed, match="replaced"):
        links.find("activation", old)
    assert AuditRow.objects.filter(event="register").count() == 1


def test_who_is_further_on_is_left_alone(ayu: PersonnelRecord, natuna: Institution) -> None:
    application = cast.submitted(natuna)
    before = OutboxMessage.objects.count(), Link.objects.count(), AuditRow.objects.count()
    assert actions.invite(ayu, by=None).pk == application.pk
    assert (OutboxMessage.objects.count(), Link.objects.count(), AuditRow.objects.count()) == before


@pytest.mark.parametrize("ended", ["REJECTED", "EXPIRED", "REVOKED"])
def test_whose_application_has_ended_begins_a_new_one(ayu: PersonnelRecord, ended: str) -> None:
    first = actions.invite(ayu, by=None)
    Application.objects.filter(pk=first.pk).update(status=ended, waiting_for="nobody")
    second = actions.invite(ayu, by=None)
    assert second.pk != first.pk
    assert second.receipt != first.receipt
    assert second.nik == ""


def test_after_an_end_the_same_nik_may_be_taken_again(natuna: Institution, verifier: Account) -> None:
    first = cast.approved(natuna, verifier)
    Application.objects.filter(pk=first.pk).update(status="REVOKED", waiting_for="nobody")
    second = cast.approved(natuna, verifier)
    assert second.nik == first.nik
    assert not OutboxMessage.objects.filter(template="nik_in_use").exists()


@pytest.mark.parametrize(("kind", "may"), [("verifier", True), ("administrator", True), ("help-desk", False)])
def test_officers_may_invite_by_their_role(ayu: PersonnelRecord, natuna: Institution, kind: str, may: bool) -> None:
    officer = cast.make_officer("tamu", (natuna, kind))  # type: ignore[arg-type]
    if not may:
        with pytest.raises(lifecycle.NotAllowed):
            actions.invite(ayu, by=officer)
        assert not Application.objects.exists()
        return
    actions.invite(ayu, by=officer)
    assert AuditRow.objects.get(event="register").actor == f"account:{officer.pk}"


def test_an_officer_of_another_institution_invites_nobody(ayu: PersonnelRecord, outsider: Account) -> None:
    with pytest.raises(lifecycle.NotAllowed):
        actions.invite(ayu, by=outsider)
    assert not OutboxMessage.objects.exists()


def test_receipts_can_be_read_aloud_and_do_not_repeat() -> None:
    receipts = {actions.new_receipt() for _ in range(300)}
    assert len(receipts) == 300
    assert not set("".join(each[4:] for each in receipts)) & set("01OILU")


def test_an_application_remembers_the_procedure_it_began_under(ayu: PersonnelRecord) -> None:
    application = actions.invite(ayu, by=None)
    assert terms.of(application) == procedure.find("natuna")
    Institution.objects.update(procedure_slug="")
    assert actions.current_application(ayu.institution, ayu.mailbox) == application
