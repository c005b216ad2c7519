"""Who sees which request, by address: an OPD its own, the administrator what was handed in, everybody else nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.collective import deciding
from enrollment.collective.models import CollectiveRequest, RequestPaper
from enrollment.models import Institution, Opd, Role
from tests import cast, collective
from tests.collective import PEOPLE, Office, one
from tte_portal.models import AuditRow

pytestmark = pytest.mark.django_db

OF_OPD = ("request", "people", "letter", "letter-form", "decree", "submit", "withdraw", "sheet")
OF_DESK = ("request", "progress", "sheet")


def answers(client: Client, names: tuple[str, ...], before: str, request: CollectiveRequest) -> dict[str, int]:
    return {name: client.get(reverse(f"{before}{name}", args=[request.pk])).status_code for name in names}


def test_an_operator_of_another_opd_sees_nothing(office: Office) -> None:
    request = office.submitted()
    other = collective.office(office.opd.institution, "03", "tono")
    client = cast.sign_in(other.operator)
    assert set(answers(client, OF_OPD, "opd-", request).values()) == {404}
    assert request.receipt not in client.get(reverse("opd")).content.decode()
    paper = request.papers.first()
    assert paper is not None
    assert client.get(reverse("opd-paper", args=[request.pk, paper.pk])).status_code == 404
    person = one(request, "Mira")
    for name in ("opd-person", "opd-person-decree"):
        assert client.get(reverse(name, args=[request.pk, person.pk])).status_code == 404
    for name, args in (("renew", []), ("sheet", []), ("link", [person.pk])):
        assert client.post(reverse(f"opd-{name}", args=[request.pk, *args])).status_code == 404


def test_a_person_of_another_request_is_not_reached_through_ones_own(office: Office) -> None:
    theirs = collective.office(office.opd.institution, "03", "tono").draft()
    mine = office.draft()
    client = cast.sign_in(office.operator)
    person = one(theirs, "Mira")
    address = reverse("opd-person", args=[mine.pk, person.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"go": "remove"}).status_code == 404
    assert theirs.people.count() == 3


def test_an_administrator_sees_no_draft_and_no_other_institution(office: Office, natuna: Institution) -> None:
    draft, sent = office.draft(), office.submitted({**PEOPLE[0], "nip": "198504212010032077"})
    client = cast.sign_in(office.administrator)
    assert set(answers(client, OF_DESK, "admin:collective-", draft).values()) == {404}
    assert client.get(reverse("admin:collective-request", args=[sent.pk])).status_code == 200
    listed = client.get(reverse("admin:collective"), {"lihat": "semua"}).content.decode()
    assert (draft.receipt in listed, sent.receipt in listed) == (False, True)

    stranger = cast.sign_in(cast.make_officer("asing", (natuna, Role.Kind.ADMINISTRATOR)))
    assert set(answers(stranger, OF_DESK, "admin:collective-", sent).values()) == {404}
    assert sent.receipt not in stranger.get(reverse("admin:collective"), {"lihat": "semua"}).content.decode()


def test_a_role_that_was_taken_away_opens_nothing_at_once(office: Office) -> None:
    request = office.submitted()
    client = cast.sign_in(office.operator)
    assert client.get(reverse("opd-request", args=[request.pk])).status_code == 200
    second = Opd.objects.get(institution=office.opd.institution, code="03")
    Role.objects.filter(account=office.operator).update(opd=second)
    assert client.get(reverse("opd-request", args=[request.pk])).status_code == 404


def test_each_look_at_a_paper_is_on_record_and_never_shows_the_original(office: Office) -> None:
    request = office.submitted()
    paper = request.papers.get(kind=RequestPaper.Kind.LETTER)
    for side, officer in (("opd-paper", office.operator), ("admin:collective-paper", office.administrator)):
        response = cast.sign_in(officer).get(reverse(side, args=[request.pk, paper.pk]))
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
    rows = AuditRow.objects.filter(event="view_paper", subject=request.pk)
    assert [row.facts["paper"] for row in rows] == [str(paper.pk)] * 2


def test_where_the_procedure_has_no_such_request_the_opd_is_told(natuna: Institution) -> None:
    office = collective.office(natuna, "02", "sari")
    client = cast.sign_in(office.operator)
    assert "tidak memakai permohonan surel dinas" in client.get(reverse("opd")).content.decode()
    client.post(reverse("opd-new"), {"opd": office.opd.pk})
    assert not CollectiveRequest.objects.exists()


def test_the_one_who_asked_is_told_that_somebody_else_decides(office: Office) -> None:
    request = office.submitted()
    Role.objects.create(account=office.operator, institution=office.opd.institution, kind=Role.Kind.ADMINISTRATOR)
    client = cast.sign_in(office.operator)
    page = client.get(reverse("admin:collective-request", args=[request.pk])).content.decode()
    assert "Administrator lain yang memutuskannya" in page
    assert "Terima 3 orang sisanya" not in page
    client.post(reverse("admin:collective-rest", args=[request.pk]), {"decision": "accept"})
    client.post(reverse("admin:collective-finish", args=[request.pk]))
    request.refresh_from_db()
    assert request.state == CollectiveRequest.State.SUBMITTED


def test_markup_in_a_name_is_text_on_every_page(office: Office) -> None:
    evil = {**PEOPLE[0], "name": "Uji Contoh", "position": "<script>alert(1)</script>"}
    request = office.decided(evil)
    pages: list[Any] = [
        cast.sign_in(office.operator).get(reverse("opd-request", args=[request.pk])),
        cast.sign_in(office.administrator).get(reverse("admin:collective-request", args=[request.pk])),
    ]
    for page in pages:
        assert b"<script>alert" not in page.content


def test_the_menu_leads_each_to_their_own_side(office: Office) -> None:
    operator = cast.sign_in(office.operator).get(reverse("admin:index")).content.decode()
    administrator = cast.sign_in(office.administrator).get(reverse("admin:index")).content.decode()
    assert ("Permohonan surel dinas" in operator, "Permohonan OPD" in operator) == (True, False)
    assert ("Permohonan surel dinas" in administrator, "Permohonan OPD" in administrator) == (False, True)


def test_what_changed_under_the_administrators_hands_is_said_and_nothing_is_saved(
    office: Office, natuna: Institution
) -> None:
    request = office.submitted()
    deciding.accept_rest(request.pk, by=office.administrator)
    from tests.enrollment.collective.test_drafts import record

    record(natuna, "197001012000032001", "mira.uji@sultengprov.example")
    client = cast.sign_in(office.administrator)
    page = client.post(reverse("admin:collective-finish", args=[request.pk]), follow=True).content.decode()
    assert "data Mira Uji baru saja berubah" in page
    assert one(request, "Mira").verdict == ""


def test_the_list_of_what_is_to_do_has_open_decisions_and_open_mailboxes(office: Office) -> None:
    client = cast.sign_in(office.administrator)
    submitted, decided, made = (office.submitted(PEOPLE[0]), office.decided(PEOPLE[1]), office.made(PEOPLE[2]))
    to_do = client.get(reverse("admin:collective")).content.decode()
    assert [each.receipt in to_do for each in (submitted, decided, made)] == [True, True, False]
