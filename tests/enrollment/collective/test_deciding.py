"""The decision: by somebody else, address by address, free everywhere, and all of it or nothing."""

import pytest

from enrollment.collective import addresses, deciding, drafts, findings, sending
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Institution, PersonnelRecord, Role
from tests import cast, collective
from tests.collective import PEOPLE, Office, one
from tests.enrollment.collective.test_drafts import record
from tte_portal.models import AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db
DOMAIN = "sultengprov.example"


def mailboxes(request: CollectiveRequest) -> list[str]:
    return list(request.people.order_by("position_in_list").values_list("mailbox", flat=True))


def test_the_rest_is_accepted_with_addresses_from_the_names(office: Office) -> None:
    request = office.submitted()
    assert deciding.accept_rest(request.pk, by=office.administrator) == 3
    assert mailboxes(request) == [f"{part}@{DOMAIN}" for part in ("kartini.rekaan", "lukman.peragaan", "mira.uji")]


def test_pns_and_pppk_have_domains_of_their_own(office: Office) -> None:
    office.opd.institution.mailbox_domains = ["pns.sulteng.example", "asn.sulteng.example"]
    office.opd.institution.save()
    request = office.submitted()
    deciding.accept_rest(request.pk, by=office.administrator)
    assert [each.partition("@")[2] for each in mailboxes(request)] == [
        "pns.sulteng.example", "asn.sulteng.example", "pns.sulteng.example",
    ]  # fmt: skip


def test_no_proposal_meets_another_one_in_any_institution(office: Office, natuna: Institution) -> None:
    record(natuna, "197001012000032001", f"kartini.rekaan@{DOMAIN}")
    cast.begin(natuna)
    natuna.applications.update(mailbox=f"kartini.rekaan2@{DOMAIN}")
    twin = {**PEOPLE[0], "nip": "198504212010032002"}
    request = office.submitted(PEOPLE[0], twin)
    deciding.accept_rest(request.pk, by=office.administrator)
    assert mailboxes(request) == [f"kartini.rekaan3@{DOMAIN}", f"kartini.rekaan4@{DOMAIN}"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("kartini", "domain"),
        ("kartini@other.example", DOMAIN),
        ("a b@sultengprov.example", "huruf kecil"),
        ("=x@sultengprov.example", "huruf kecil"),
        ("ayu.contoh@sultengprov.example", "sudah dipakai"),
    ],
)
def test_a_typed_address_is_looked_at_like_a_proposed_one(office: Office, typed: str, says: str) -> None:
    request = office.submitted()
    person = one(request, "Kartini")
    with pytest.raises(addresses.Wrong, match=says if says != "domain" else DOMAIN):
        deciding.accept(request.pk, person.pk, typed, by=office.administrator)
    deciding.accept(request.pk, person.pk, "Kartini.R@Sultengprov.example", by=office.administrator)
    assert one(request, "Kartini").mailbox == f"kartini.r@{DOMAIN}"
    with pytest.raises(addresses.Wrong, match="sudah dipakai"):
        deciding.accept(request.pk, one(request, "Mira").pk, f"kartini.r@{DOMAIN}", by=office.administrator)


def test_nobody_decides_what_they_wrote_not_even_after_a_change_of_role(office: Office) -> None:
    request = office.submitted()
    Role.objects.create(account=office.operator, institution=office.opd.institution, kind=Role.Kind.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        deciding.accept_rest(request.pk, by=office.operator)
    # Somebody who has only added a line is an author too.
    helper = cast.make_officer("pembantu", (office.opd.institution, Role.Kind.ADMINISTRATOR))
    mine = office.complete({**PEOPLE[0], "nip": "198504212010032009"})
    drafts.save_person(mine.pk, PEOPLE[1], by=helper)
    sending.submit(mine.pk, by=office.operator)
    with pytest.raises(NotAllowed):
        deciding.refuse_rest(mine.pk, "x", by=helper)


def test_an_administrator_of_another_institution_decides_nothing(office: Office, natuna: Institution) -> None:
    request = office.submitted()
    stranger = cast.make_officer("asing", (natuna, Role.Kind.ADMINISTRATOR))
    for act in (deciding.accept_rest, deciding.finish):
        with pytest.raises(NotAllowed):
            act(request.pk, by=stranger)


def test_a_decision_needs_a_verdict_for_everybody_and_is_made_once(office: Office) -> None:
    request = office.submitted()
    deciding.refuse(request.pk, one(request, "Mira").pk, "SK tidak terbaca.", by=office.administrator)
    with pytest.raises(deciding.Undecided):
        deciding.finish(request.pk, by=office.administrator)
    deciding.accept_rest(request.pk, by=office.administrator)
    deciding.finish(request.pk, by=office.administrator)
    with pytest.raises(NotPossible):
        deciding.finish(request.pk, by=office.administrator)
    with pytest.raises(NotPossible):
        sending.withdraw(request.pk, by=office.operator)

    states = dict(request.people.values_list("name", "state"))
    assert states["Mira Uji"] == RequestedPerson.State.REFUSED
    assert states["Lukman Peragaan"] == RequestedPerson.State.ACCEPTED
    rows = AuditRow.objects.filter(subject=request.pk, event="decide_person")
    assert rows.count() == 3
    assert PEOPLE[0]["nip"] not in str(list(rows.values_list("facts", flat=True)))
    told = OutboxMessage.objects.get(template="collective_decided")
    assert told.state == "waiting"


def test_a_request_that_was_withdrawn_meanwhile_is_not_decided(office: Office) -> None:
    request = office.submitted()
    deciding.accept_rest(request.pk, by=office.administrator)
    sending.withdraw(request.pk, by=office.operator)
    with pytest.raises(NotPossible):
        deciding.finish(request.pk, by=office.administrator)
    assert not request.people.exclude(state=RequestedPerson.State.LISTED).exists()


def test_an_address_given_away_meanwhile_stops_the_whole_decision(office: Office, natuna: Institution) -> None:
    request = office.submitted()
    deciding.accept_rest(request.pk, by=office.administrator)
    record(natuna, "197001012000032001", f"mira.uji@{DOMAIN}")
    with pytest.raises(deciding.Changed) as changed:
        deciding.finish(request.pk, by=office.administrator)
    assert [each.name for each in changed.value.people] == ["Mira Uji"]
    request.refresh_from_db()
    assert request.state == CollectiveRequest.State.SUBMITTED

    deciding.take_back(request.pk, changed.value.people, by=office.administrator)
    deciding.accept_rest(request.pk, by=office.administrator)
    deciding.finish(request.pk, by=office.administrator)
    assert one(request, "Mira").mailbox == f"mira.uji2@{DOMAIN}"


def test_two_requests_make_one_mailbox_for_one_person(office: Office) -> None:
    other = collective.office(office.opd.institution, "03", "tono")
    first, second = office.submitted(PEOPLE[0]), other.submitted(PEOPLE[0])
    for request, by in ((first, office.administrator), (second, other.administrator)):
        deciding.accept_rest(request.pk, by=by)
    deciding.finish(first.pk, by=office.administrator)
    with pytest.raises(deciding.Changed):
        deciding.finish(second.pk, by=other.administrator)
    found = findings.look(second, second.people.all())
    assert [[each.code for each in told] for told in found.values()] == [["on-its-way"]]


def test_who_has_a_mailbox_gets_none_and_is_invited_there(office: Office) -> None:
    known = record(office.opd.institution, PEOPLE[0]["nip"], f"lama.kartini@{DOMAIN}")
    request = office.decided()
    person = one(request, "Kartini")
    assert (person.state, person.task, person.mailbox) == (RequestedPerson.State.KNOWN, "", known.mailbox)
    assert person.invited_at is not None
    assert PersonnelRecord.objects.get(pk=known.pk).mailbox == known.mailbox
    assert "collective_invitation" in cast.deliver_all()


def test_somebody_who_turned_up_in_another_institution_meanwhile_can_only_be_refused(
    office: Office, natuna: Institution
) -> None:
    request = office.submitted()
    record(natuna, PEOPLE[0]["nip"], "kartini@natunakab.example")
    person = one(request, "Kartini")
    with pytest.raises(NotPossible):
        deciding.accept(request.pk, person.pk, f"kartini.rekaan@{DOMAIN}", by=office.administrator)
    assert deciding.accept_rest(request.pk, by=office.administrator) == 2
    with pytest.raises(deciding.Undecided):
        deciding.finish(request.pk, by=office.administrator)
    assert deciding.refuse_rest(request.pk, "Tercatat di instansi lain.", by=office.administrator) == 1
    deciding.finish(request.pk, by=office.administrator)
    assert one(request, "Kartini").state == RequestedPerson.State.REFUSED
