"""Changing a person's mailbox or phone: two officers, the old address told and able to stop it, links that die."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution, PersonnelRecord, Role
from tests import cast
from tests.verification.helpdesk.conftest import REASON
from tte_portal import links, outbox
from tte_portal.links import LinkClosed
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from tte_portal.throttles import Throttled
from verification import actions
from verification.helpdesk import changes, people, rules
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import Person

pytestmark = pytest.mark.django_db
Browser = Callable[[Account], Client]
NEW = "ayu.baru@natunakab.example"
PHONE = "+6280010009999"


def ask(person: Person, by: Account, kind: str = "mailbox", new: str = NEW) -> ChangeRequest:
    return changes.ask(person, kind, new=new, by=by, **REASON)


def mails(template: str) -> list[outbox.Mail]:
    return [outbox.compose(row) for row in OutboxMessage.objects.filter(template=template).order_by("created_at")]


def objection(request: ChangeRequest) -> str:
    link = Link.objects.get(purpose="objection", subject=request.pk, replaced_at=None)
    return reverse("helpdesk-objection", args=[links.token_of(link.pk)])


def now(person: Person) -> Application:
    return Application.objects.get(pk=person.applications[0].pk)


# --- A second officer -----------------------------------------------------------------------------------------------
def test_nothing_changes_until_a_second_officer_agrees(
    ayu: Person, helper: Account, second: Account, browser_of: Browser
) -> None:
    old = ayu.mailbox
    asked = browser_of(helper).post(
        reverse("admin:helpdesk-ask", args=[ayu.id, "mailbox"]), {"mailbox": f" {NEW.upper()} ", **REASON}
    )
    request = ChangeRequest.objects.get()

    assert asked.status_code == 302
    assert now(ayu).mailbox == old
    page = reverse("admin:helpdesk-request", args=[request.pk])
    own = browser_of(helper)
    assert "petugas lain yang menyetujui" in own.get(page).content.decode()
    own.post(page, {"decision": "confirm"})
    assert now(ayu).mailbox == old

    assert browser_of(second).post(page, {"decision": "confirm"}).status_code == 302
    assert now(ayu).mailbox == NEW
    record = PersonnelRecord.objects.get(pk=ayu.id)
    assert (record.mailbox, record.employee_number) == (NEW, ayu.employee_number)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("confirmed", second)


def test_the_officer_who_asks_cannot_confirm_with_another_role(
    ayu: Person, helper: Account, natuna: Institution
) -> None:
    request = ask(ayu, helper)
    Role.objects.create(account=helper, institution=natuna, kind=Role.Kind.ADMINISTRATOR)

    with pytest.raises(changes.NotYours):
        changes.confirm(request.pk, by=helper)


def test_an_administrator_confirms_where_the_desk_has_one_officer(
    ayu: Person, helper: Account, administrator: Account
) -> None:
    changes.confirm(ask(ayu, helper).pk, by=administrator)

    assert now(ayu).mailbox == NEW


def test_neither_of_the_two_approves_that_persons_case(
    waiting: Person, helper: Account, second: Account, natuna: Institution, verifier: Account
) -> None:
    for officer in (helper, second):
        Role.objects.create(account=officer, institution=natuna, kind=Role.Kind.VERIFIER)

    changes.confirm(ask(waiting, helper).pk, by=second)

    for officer in (helper, second):
        with pytest.raises(lifecycle.NotAllowed):
            actions.approve(now(waiting).pk, by=officer)
    actions.approve(now(waiting).pk, by=verifier)
    assert AuditRow.objects.filter(event=lifecycle.EDIT, subject=now(waiting).pk).count() == 2


def test_a_verifier_and_a_stranger_ask_for_nothing(ayu: Person, verifier: Account, stranger: Account) -> None:
    for officer in (verifier, stranger):
        with pytest.raises(changes.NotYours):
            ask(ayu, officer)


def test_a_stranger_neither_sees_nor_decides(
    ayu: Person, helper: Account, stranger: Account, browser_of: Browser
) -> None:
    request = ask(ayu, helper)
    browser = browser_of(stranger)

    assert browser.get(reverse("admin:helpdesk-request", args=[request.pk])).status_code == 404
    assert ayu.name not in browser.get(reverse("admin:helpdesk-waiting")).content.decode()
    with pytest.raises(changes.NotYours):
        changes.confirm(request.pk, by=stranger)


@pytest.mark.parametrize("address", ["the old one", "the new one"])
def test_nobody_helps_themselves(address: str, ayu: Person, helper: Account, second: Account) -> None:
    mailbox = ayu.mailbox if address == "the old one" else NEW
    Account.objects.filter(pk=helper.pk).update(mailbox=mailbox.upper())
    helper.refresh_from_db()
    with pytest.raises(changes.NotYours):
        ask(ayu, helper)

    request = ask(ayu, second)
    with pytest.raises(changes.NotYours):
        changes.confirm(request.pk, by=helper)


# --- The old address ------------------------------------------------------------------------------------------------
def test_the_old_address_is_told_at_once_and_stops_it(ayu: Person, helper: Account, second: Account) -> None:
    old = ayu.mailbox
    request = ask(ayu, helper)
    [mail] = mails("helpdesk_asked")
    assert mail.to == old
    assert objection(request) in mail.text
    assert NEW not in mail.text

    stranger = Client()
    assert "Keberatan" in stranger.get(objection(request)).content.decode()
    request.refresh_from_db()
    assert request.state == "waiting"

    assert "Perubahan dihentikan" in stranger.post(objection(request)).content.decode()
    with pytest.raises(changes.AlreadyDecided):
        changes.confirm(request.pk, by=second)
    assert now(ayu).mailbox == old
    assert AuditRow.objects.filter(event="object_to_change").count() == 1


def test_an_objection_afterwards_shuts_the_links_and_is_seen(
    ayu: Person, helper: Account, second: Account, browser_of: Browser
) -> None:
    old = ayu.mailbox
    request = changes.confirm(ask(ayu, helper).pk, by=second)
    [mail] = mails("helpdesk_done")
    assert mail.to == old
    fresh = cast.link_of(now(ayu), "activation")

    assert "Keberatan diterima" in Client().post(objection(request)).content.decode()

    with pytest.raises(LinkClosed):
        links.find("activation", links.token_of(fresh.pk))
    page = browser_of(second).get(reverse("admin:helpdesk-waiting")).content.decode()
    assert "Keberatan dari pemilik alamat lama" in page


def test_an_objection_counts_once(ayu: Person, helper: Account) -> None:
    request = ask(ayu, helper)
    address = objection(request)

    assert [Client().post(address).status_code for _ in range(2)] == [200, 410]


def test_open_links_die_and_a_fresh_one_goes_to_the_new_mailbox_alone(
    ayu: Person, helper: Account, second: Account
) -> None:
    before = cast.link_of(ayu.applications[0], "activation")
    request = ask(ayu, helper)
    assert links.find("activation", links.token_of(before.pk))

    changes.confirm(request.pk, by=second)

    with pytest.raises(LinkClosed):
        links.find("activation", links.token_of(before.pk))
    assert [mail.to for mail in mails("activation")][-1] == NEW
    assert mails("helpdesk_new_mailbox")[0].to == NEW


def test_a_refusal_is_told_and_changes_nothing(
    ayu: Person, helper: Account, second: Account, browser_of: Browser
) -> None:
    request, old = ask(ayu, helper), ayu.mailbox
    page = reverse("admin:helpdesk-request", args=[request.pk])
    assert browser_of(second).post(page, {"decision": "refuse", "reason": ""}).status_code == 422

    browser_of(second).post(page, {"decision": "refuse", "reason": "Surat OPD tidak cocok."})

    request.refresh_from_db()
    assert (request.state, request.refusal) == ("refused", "Surat OPD tidak cocok.")
    assert [mail.to for mail in mails("helpdesk_refused")] == [old]
    assert now(ayu).mailbox == old


# --- What cannot be, and what came too late -------------------------------------------------------------------------
def test_a_decided_request_is_decided_once(ayu: Person, helper: Account, second: Account) -> None:
    request = ask(ayu, helper)
    changes.confirm(request.pk, by=second)
    rows = AuditRow.objects.count()

    with pytest.raises(changes.AlreadyDecided):
        changes.confirm(request.pk, by=second)
    with pytest.raises(changes.AlreadyDecided):
        changes.refuse(request.pk, "terlambat", by=second)
    assert AuditRow.objects.count() == rows


def test_after_three_days_it_waits_no_more_and_may_be_asked_for_again(
    ayu: Person, helper: Account, second: Account
) -> None:
    request = ask(ayu, helper)
    assert request.pk in [each.pk for each in changes.waiting(second)]
    with pytest.raises(rules.Refused):
        ask(ayu, helper)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE helpdesk_changerequest SET expires_at = expires_at - interval '3 days 1 second'")

    assert list(changes.waiting(second)) == []
    with pytest.raises(changes.AlreadyDecided):
        changes.confirm(request.pk, by=second)
    assert ask(ayu, helper).state == "waiting"


def test_nobodys_mailbox_is_plagued_with_requests(ayu: Person, helper: Account) -> None:
    for _ in range(changes.ASKS.limit):
        changes.withdraw(ask(ayu, helper).pk, by=helper)

    with pytest.raises(Throttled):
        ask(ayu, helper)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("ayu@contoh.example", "harus berakhir dengan @natunakab.example"),
        ("budi.percobaan@natunakab.example", "sudah dipakai orang lain"),
        ("ayu.contoh@natunakab.example", "sama dengan yang berlaku"),
    ],
)
def test_a_mailbox_must_be_of_the_institution_and_nobodys(new: str, told: str, ayu: Person, helper: Account) -> None:
    with pytest.raises(rules.Refused, match=told):
        ask(ayu, helper, new=new)


def test_a_mailbox_taken_meanwhile_is_refused(ayu: Person, helper: Account, second: Account) -> None:
    request = ask(ayu, helper)
    PersonnelRecord.objects.filter(name="Budi Percobaan", institution=ayu.institution).update(mailbox=NEW)

    with pytest.raises(rules.Refused, match="sudah dipakai orang lain"):
        changes.confirm(request.pk, by=second)
    request.refresh_from_db()
    assert request.state == "waiting"


def test_a_request_about_what_has_changed_meanwhile_is_refused(ayu: Person, helper: Account, second: Account) -> None:
    request = ask(ayu, helper)
    PersonnelRecord.objects.filter(pk=ayu.id).update(mailbox="lain@natunakab.example")

    with pytest.raises(rules.Refused, match="sudah berubah"):
        changes.confirm(request.pk, by=second)


def test_somebody_elses_case_with_the_same_nik_is_left_alone(
    waiting: Person, helper: Account, second: Account, natuna: Institution
) -> None:
    other = cast.begin(natuna, 1)
    other.nik = waiting.nik
    other.save()

    changes.confirm(ask(waiting, helper).pk, by=second)

    other.refresh_from_db()
    assert other.mailbox == "budi.percobaan@natunakab.example"


def test_a_new_phone_has_to_be_proven_anew(waiting: Person, helper: Account, second: Account) -> None:
    Application.objects.filter(pk=now(waiting).pk).update(phone_proven_at=lifecycle.now())
    person = people.find(waiting.id, helper, "help-desk")
    assert person is not None

    request = ask(person, helper, "phone", PHONE)
    changes.confirm(request.pk, by=second)

    case = now(waiting)
    assert (case.phone, case.phone_proven_at) == (PHONE, None)
    assert mails("helpdesk_asked")[0].to == waiting.mailbox
    assert PHONE not in mails("helpdesk_asked")[0].text
    found = Application.objects.get(phone_index=case.phone_index)
    assert found.pk == case.pk


def test_what_was_asked_lies_sealed(ayu: Person, helper: Account) -> None:
    ask(ayu, helper)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM helpdesk_changerequest t")
        stored = cursor.fetchone()[0]

    assert NEW not in stored
    assert "datang sendiri" not in stored
