"""A draft keeps whatever was typed, says what is wrong with it, and is handed in only when it is whole."""

import pytest

from enrollment.collective import drafts, findings, lists, papers, sending
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotPossible
from enrollment.models import Institution, Opd, PersonnelRecord
from enrollment.photos import Refused
from tests import collective
from tests.collective import PEOPLE, Kind, Office, picture
from tests.hostile import everything_written, spellings
from tte_portal.models import AuditRow, SealedFile

pytestmark = pytest.mark.django_db


def record(institution: Institution, nip: str, mailbox: str, **more: object) -> PersonnelRecord:
    return PersonnelRecord.objects.create(
        institution=institution, employee_number=nip, name="Kartini Rekaan", unit="U", position="P",
        province=institution.province, mailbox=mailbox, employment="PNS", **more,
    )  # fmt: skip


def codes(request: CollectiveRequest) -> list[list[str]]:
    people = list(request.people.order_by("position_in_list"))
    found = findings.look(request, people)
    return [[each.code for each in found.get(person.pk, [])] for person in people]


def test_what_is_wrong_stays_as_it_was_typed(office: Office) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    person = drafts.save_person(request.pk, {"name": "Uji 99", "nip": "12 34", "phone": "x"}, by=office.operator)
    person = RequestedPerson.objects.get(pk=person.pk)
    assert (person.name, person.nip, person.position, person.phone) == ("Uji 99", "12 34", "", "x")
    assert not person.is_complete
    assert person.nip_index is None

    drafts.save_person(request.pk, PEOPLE[0], by=office.operator, person_id=person.pk)
    person = RequestedPerson.objects.get(pk=person.pk)
    assert (person.is_complete, person.nip, person.phone) == (True, PEOPLE[0]["nip"], "+6280010007001")


def test_nip_and_phone_lie_sealed(office: Office) -> None:
    office.draft()
    written = everything_written()
    wanted = [PEOPLE[0]["nip"], "80010007001"]
    assert [each for word in wanted for each in spellings(word.encode()) if each in written] == []


def test_a_list_sent_twice_doubles_nobody(office: Office) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    lines = lists.read(
        b"Laporan\n\nNo;NAMA LENGKAP;Jabatan;N I P;No. HP\n1;Kartini;Perawat;198504212010032001;80010007001\n"
        b"2;Lukman;Apoteker;1.99E+17;0800 1000 7002\n;;;;\n"
    )
    assert [each["phone"] for each in lines] == ["080010007001", "0800 1000 7002"]
    assert drafts.take_list(request.pk, lines[:1], by=office.operator) == (1, 0)
    lines[0]["position"] = "Perawat Ahli"
    assert drafts.take_list(request.pk, lines, by=office.operator) == (1, 1)
    people = list(request.people.order_by("position_in_list"))
    assert [(each.position, each.is_complete) for each in people] == [("Perawat Ahli", True), ("Apoteker", False)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kosong"),
        (b"Nama,NIP\nA,1\n", "tidak ditemukan: Jabatan, Nomor Kontak"),
        (b"Nama,NIP,Jabatan,Kontak\n", "Tidak ada orang"),
        (b"PK\x03\x04 broken", "XLSX"),
        (b"\x89PNG\r\n", "CSV atau XLSX"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(lists.Unreadable, match=says):
        lists.read(content)


def test_a_request_has_a_limit_and_a_list_beyond_it_adds_nobody(office: Office) -> None:
    request = office.draft()
    line = {"name": "Uji", "nip": "", "position": "", "phone": ""}
    with pytest.raises(drafts.TooMany):
        drafts.take_list(request.pk, [line] * drafts.MAX_PEOPLE, by=office.operator)
    assert request.people.count() == len(PEOPLE)


def test_papers_are_checked_sealed_and_replaced_with_their_files(office: Office) -> None:
    request = office.draft()
    with pytest.raises(Refused, match="bukan PDF atau foto"):
        papers.keep(request.pk, Kind.LETTER, b"MZ executable", by=office.operator)
    first = papers.keep(request.pk, Kind.LETTER, picture(), by=office.operator)
    papers.keep(request.pk, Kind.LETTER, picture(), by=office.operator)
    assert request.papers.count() == 1
    assert not SealedFile.objects.filter(pk=first.copy_id).exists()

    drafts.discard(request.pk, by=office.operator)
    assert not SealedFile.objects.filter(owner=request.pk).exists()


def test_a_draft_says_step_by_step_what_it_lacks(office: Office) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    assert [each.page for each in sending.missing(request)] == ["letter", "people", "decree"]
    with pytest.raises(sending.Incomplete):
        sending.submit(request.pk, by=office.operator)

    request = office.complete()
    assert sending.missing(request) == []
    drafts.choose_decree(request.pk, "each", by=office.operator)
    request.refresh_from_db()
    assert [each.page for each in sending.missing(request)] == ["decree"] * 3


def test_what_was_sent_is_not_written_any_more_and_can_be_taken_back(office: Office) -> None:
    request = office.submitted()
    with pytest.raises(NotPossible):
        drafts.save_person(request.pk, PEOPLE[0], by=office.operator)
    with pytest.raises(NotPossible):
        sending.submit(request.pk, by=office.operator)
    sending.withdraw(request.pk, by=office.operator)
    with pytest.raises(NotPossible):
        sending.withdraw(request.pk, by=office.operator)
    events = list(AuditRow.objects.filter(subject=request.pk).order_by("id").values_list("event", flat=True))
    assert (events[0], events[-2:]) == ("begin_collective", ["submit_collective", "withdraw_collective"])


def test_where_the_procedure_has_no_such_request_none_is_handed_in(office: Office) -> None:
    request = office.complete()
    Institution.objects.filter(pk=office.opd.institution_id).update(procedure_slug="natuna")
    with pytest.raises(sending.Incomplete):
        sending.submit(request.pk, by=office.operator)


def test_somebody_twice_in_a_list_keeps_it_back(office: Office) -> None:
    request = office.complete(PEOPLE[0], PEOPLE[1], PEOPLE[0])
    assert codes(request) == [["twice"], [], ["twice"]]
    assert len(sending.missing(request)) == 2


def test_a_nip_of_another_institution_is_refused_without_a_name(office: Office, natuna: Institution) -> None:
    record(natuna, PEOPLE[0]["nip"], "kartini@natunakab.example")
    request = office.complete()
    lacks = sending.missing(request)
    assert [each.person and each.person.nip for each in lacks] == [PEOPLE[0]["nip"]]
    assert "instansi lain" in lacks[0].text
    assert "natuna" not in lacks[0].text.lower()


def test_who_has_a_mailbox_or_another_opd_is_told_of(office: Office) -> None:
    other = Opd.objects.get(institution=office.opd.institution, code="03")
    record(office.opd.institution, PEOPLE[0]["nip"], "kartini@sultengprov.example", opd=other)
    request = office.complete()
    assert codes(request) == [["opd", "known"], [], []]
    assert sending.missing(request) == []


def test_somebody_in_two_requests_is_told_of(office: Office) -> None:
    first = office.submitted(PEOPLE[0])
    other = collective.office(office.opd.institution, "03", "tono")
    request = other.complete(PEOPLE[0])
    assert codes(request) == [["asked"]]
    found = findings.look(request, request.people.all())
    assert first.receipt in next(iter(found.values()))[0].text
