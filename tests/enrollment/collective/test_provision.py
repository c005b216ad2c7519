"""Mailboxes are asked for once each, whatever happens to server and worker; the list by hand opens once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from enrollment import mailboxes
from enrollment.collective import exports, handover, provision
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.mailboxes.cpanel import Access, Cpanel
from enrollment.models import PersonnelRecord
from tests.collective import PEOPLE, Office, one
from tests.enrollment.registries.servers import HASTY, Answered, Asked, Served, says, serving
from tests.hostile import everything_written
from tte_portal.models import AuditRow, SealedFile

pytestmark = pytest.mark.django_db
OLD = timedelta(days=1)


class MailServer:
    """What a cPanel does: makes each mailbox once, and may be away before or after it has."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.before: list[Answered] = []
        self.after: list[Answered] = []

    def answer(self, asked: Asked) -> Answered:
        form = dict(each.split("=") for each in asked.body.decode().split("&"))
        if self.before:
            return self.before.pop()
        if form["email"] in self.made and "add_pop" in asked.path:
            return says({"status": 0, "errors": [f"The account {form['email']} already exists!"]})
        self.made[form["email"]] = form["password"]
        return self.after.pop() if self.after else says({"status": 1, "errors": None, "data": "ok"})


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    with serving(server.answer) as served:
        adapter = adapter_of(served)
        monkeypatch.setattr(mailboxes, "provisioner", lambda: adapter)
        yield server


def adapter_of(served: Served) -> Cpanel:
    return Cpanel(Access(served.url, "u", "t"), limits=HASTY)


def sweep() -> None:
    for person_id in provision.due():
        provision.provision(person_id, 100)


def later() -> None:
    """As if all waiting was over: leases and back-offs."""
    RequestedPerson.objects.filter(due_at__isnull=False).update(due_at=Now() - OLD)


def states(request: CollectiveRequest) -> dict[str, str]:
    return {each.name.split()[0]: each.state for each in request.people.all()}


def test_each_mailbox_is_made_once_and_stands_in_the_registry(office: Office, mail: MailServer) -> None:
    request = office.decided()
    sweep()
    sweep()
    assert set(states(request).values()) == {"made"}
    assert set(mail.made) == {"kartini.rekaan", "lukman.peragaan", "mira.uji"}
    person = one(request, "Lukman")
    assert mail.made["lukman.peragaan"] == person.password
    record = PersonnelRecord.objects.get(mailbox=person.mailbox)
    assert (record.employee_number, record.employment, record.opd) == (PEOPLE[1]["nip"], "PPPK", office.opd)
    assert PersonnelRecord.objects.get(mailbox=one(request, "Kartini").mailbox).name == "Kartini Rekaan"
    assert AuditRow.objects.filter(subject=request.pk, event="make_mailbox").count() == 3
    assert person.password.encode() not in everything_written()


@pytest.mark.parametrize("answer", [Answered(500), Answered(200, b"half"), says({"status": 1}, late=3)])
def test_made_but_not_answered_counts_as_made_next_time(office: Office, mail: MailServer, answer: Answered) -> None:
    request = office.decided(PEOPLE[0])
    mail.after = [answer]
    sweep()
    person = one(request, "Kartini")
    assert (person.state, person.may_be_made, person.attempts) == ("accepted", True, 1)
    first = mail.made["kartini.rekaan"]

    sweep()
    assert one(request, "Kartini").attempts == 1  # not before its time
    later()
    sweep()
    person = one(request, "Kartini")
    assert (person.state, person.task, person.password) == ("made", "", first)


def test_a_worker_that_dies_after_asking_doubles_nothing(office: Office, mail: MailServer, monkeypatch: Any) -> None:
    request = office.decided(PEOPLE[0])
    with monkeypatch.context() as killed:
        killed.setattr(provision, "_made", lambda order: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep()
    first = mail.made["kartini.rekaan"]
    assert provision.due() == []
    later()
    sweep()
    person = one(request, "Kartini")
    assert (person.state, person.password) == ("made", first)


def test_somebody_elses_mailbox_is_not_taken_for_ours(office: Office, mail: MailServer) -> None:
    request = office.decided(PEOPLE[0])
    mail.made["kartini.rekaan"] = "somebody's"
    sweep()
    person = one(request, "Kartini")
    assert (person.state, person.due_at) == ("accepted", None)
    assert "sudah ada" in person.error

    provision.give_other_address(request, person.pk, "kartini.r@sultengprov.example", by=office.administrator)
    later()
    sweep()
    assert one(request, "Kartini").state == "made"
    assert mail.made["kartini.rekaan"] == "somebody's"


def test_a_refused_key_has_not_got_through(office: Office, mail: MailServer) -> None:
    request = office.decided(PEOPLE[0])
    mail.before = [says({}, 401)]
    sweep()
    assert not one(request, "Kartini").may_be_made
    # So that a mailbox which somebody makes meanwhile is not ours.
    mail.made["kartini.rekaan"] = "somebody's"
    later()
    sweep()
    assert one(request, "Kartini").state == "accepted"


def test_the_server_is_asked_less_and_less_often_and_in_the_end_not_at_all(office: Office, mail: MailServer) -> None:
    request = office.decided(PEOPLE[0])
    mail.before = [Answered(500)] * 20
    for _ in range(provision.MAX_ATTEMPTS):
        later()
        sweep()
    person = one(request, "Kartini")
    assert (person.attempts, person.due_at) == (provision.MAX_ATTEMPTS, None)
    assert provision.due() == []
    mail.before = []
    assert provision.try_again(request.pk, by=office.administrator) == 1


def test_two_workers_ask_for_the_same_person_once(office: Office, mail: MailServer) -> None:
    request = office.decided(PEOPLE[0])
    person = one(request, "Kartini")
    begun = provision._begin(person.pk, 1)
    assert begun is not None
    assert provision.provision(person.pk, 1) is False
    assert mail.made == {}


def test_new_passwords_are_set_at_the_server_before_they_are_handed_over(office: Office, mail: MailServer) -> None:
    request = office.decided(PEOPLE[0])
    sweep()
    first = mail.made["kartini.rekaan"]
    handover.print_sheet(request.pk, by=office.operator)
    assert handover.renew(request.pk, [one(request, "Kartini").pk], by=office.operator) == 1
    assert not handover.ready(request).exists()
    sweep()
    person = one(request, "Kartini")
    assert mail.made["kartini.rekaan"] == person.password != first
    assert handover.ready(request).count() == 1


# --- The list for the mail administrator -----------------------------------------------------------------------------
def test_a_list_opens_once_and_leaves_nothing_behind(office: Office) -> None:
    request = office.decided()
    fresh = exports.prepare(request.pk, by=office.administrator)
    content = exports.fetch(request.pk, fresh.pk, by=office.administrator).decode()
    person = one(request, "Kartini")
    assert person.password in content
    assert not SealedFile.objects.filter(owner=fresh.pk).exists()
    with pytest.raises(NotPossible):
        exports.fetch(request.pk, fresh.pk, by=office.administrator)
    events = AuditRow.objects.filter(subject=request.pk).values_list("event", flat=True)
    assert {"prepare_mailbox_list", "fetch_mailbox_list"} <= set(events)


def test_a_second_list_has_other_passwords_and_ends_the_first(office: Office) -> None:
    request = office.decided()
    first = exports.prepare(request.pk, by=office.administrator)
    password = one(request, "Kartini").password
    second = exports.prepare(request.pk, by=office.administrator)
    assert one(request, "Kartini").password != password
    with pytest.raises(NotPossible):
        exports.fetch(request.pk, first.pk, by=office.administrator)
    assert exports.fetch(request.pk, second.pk, by=office.administrator)


def test_only_what_was_on_a_fetched_list_can_be_confirmed(office: Office) -> None:
    request = office.decided()
    everybody = list(request.people.values_list("pk", flat=True))
    assert exports.confirm(request.pk, everybody, by=office.administrator) == 0
    fresh = exports.prepare(request.pk, by=office.administrator)
    assert exports.confirm(request.pk, everybody, by=office.administrator) == 0
    exports.fetch(request.pk, fresh.pk, by=office.administrator)
    assert exports.confirm(request.pk, everybody[:1], by=office.administrator) == 1
    assert sorted(states(request).values()) == ["accepted", "accepted", "made"]
    assert exports.confirm(request.pk, everybody, by=office.administrator) == 2


def test_the_opd_fetches_no_list(office: Office) -> None:
    request = office.decided()
    with pytest.raises(NotAllowed):
        exports.prepare(request.pk, by=office.operator)
