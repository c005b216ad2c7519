"""First passwords reach their owners once, and stand nowhere afterwards; then the person is invited."""

import re
from io import BytesIO

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle
from enrollment.collective import handover, standing
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotPossible
from enrollment.models import Institution
from tests import cast
from tests.collective import PEOPLE, Office, one
from tests.enrollment.collective.test_drafts import record
from tests.hostile import everything_written
from tte_portal import links, outbox
from tte_portal.links import LinkClosed
from tte_portal.models import AuditRow, Link, OutboxMessage

pytestmark = pytest.mark.django_db
CONTACT = "kartini@dinkes-lama.example"


def words(pdf: bytes) -> str:
    pages = list(pypdfium2.PdfDocument(BytesIO(pdf)))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def told(request: CollectiveRequest) -> dict[str, str]:
    return {person.name.split()[0]: each.text for person, each in standing.of_people(request, request.people.all())}


@pytest.fixture
def mailed(office: Office) -> CollectiveRequest:
    """Kartini's record had a mailbox of an older domain; her link is on its way to it."""
    record(office.opd.institution, PEOPLE[0]["nip"], CONTACT)
    request = office.made()
    handover.send_link(request.pk, one(request, "Kartini").pk, by=office.operator)
    return request


def token() -> str:
    return links.token_of(Link.objects.filter(purpose=handover.PURPOSE).latest("created_at").pk)


def test_the_sheet_has_a_strip_for_each_and_is_printed_once(office: Office) -> None:
    request = office.made()
    passwords = {each.name: each.password for each in request.people.all()}
    sheet, pdf = handover.print_sheet(request.pk, by=office.operator)
    said = words(pdf)
    for person in request.people.all():
        assert person.receipt in said
        assert person.mailbox in said
        assert passwords[person.name] in said
        assert (person.password, person.handed_how) == ("", "sheet")
    assert said.count("gunting di sini") == 3
    assert "Ganti kata sandi ini saat pertama kali masuk" in said
    assert sheet.receipt in said
    assert (sheet.rows, sheet.printed_by) == (3, office.operator)
    with pytest.raises(NotPossible):
        handover.print_sheet(request.pk, by=office.administrator)
    assert not [each for each in passwords.values() if each.encode() in everything_written()]
    assert AuditRow.objects.filter(subject=request.pk, event="print_passwords").count() == 1


def test_then_everybody_is_invited_at_the_new_mailbox(office: Office) -> None:
    request = office.made()
    assert not OutboxMessage.objects.filter(template="collective_invitation").exists()
    handover.print_sheet(request.pk, by=office.operator)
    rows = OutboxMessage.objects.filter(template="collective_invitation")
    mails = {outbox.compose(row).to: outbox.compose(row) for row in rows}
    assert set(mails) == {each.mailbox for each in request.people.all()}
    mail = mails["lukman.peragaan@sultengprov.example"]
    assert mail.subject == "[BSrE] Pengajuan TTE"
    assert reverse("self-service", args=["sulteng"]) in mail.text


def test_where_people_are_invited_the_activation_link_goes_out(office: Office, sulteng: Institution) -> None:
    request = office.made(PEOPLE[0])
    Institution.objects.filter(pk=sulteng.pk).update(procedure_slug="natuna")
    handover.print_sheet(request.pk, by=office.operator)
    application = sulteng.applications.get(mailbox=one(request, "Kartini").mailbox)
    assert lifecycle.state_of(application) == lifecycle.DRAFT
    assert "activation" in cast.deliver_all()
    assert told(request) == {"Dr.": "TTE: isian pengajuan"}


def test_what_the_opd_reads_follows_each_person(office: Office) -> None:
    assert set(told(office.submitted(PEOPLE[2])).values()) == {"Menunggu keputusan"}
    request = office.decided(PEOPLE[0])
    assert told(request) == {"Dr.": "Menunggu dibuat administrator surel"}
    made = office.made(PEOPLE[1])
    assert told(made) == {"Lukman": "Surel sudah dibuat, kata sandi belum diserahkan"}
    handover.print_sheet(made.pk, by=office.operator)
    assert told(made) == {"Lukman": "Lembar kata sandi sudah dicetak; undangan TTE ada di surel barunya"}


def test_the_link_goes_only_to_a_mailbox_the_records_had(mailed: CollectiveRequest, office: Office) -> None:
    row = OutboxMessage.objects.get(template="mailbox_password")
    mail = outbox.compose(row)
    assert mail.to == CONTACT
    assert token() in mail.text
    assert one(mailed, "Kartini").password not in mail.text + mail.html
    with pytest.raises(NotPossible):
        handover.send_link(mailed.pk, one(mailed, "Lukman").pk, by=office.operator)


def test_fifty_looks_show_nothing_and_the_button_works_once(mailed: CollectiveRequest) -> None:
    password = one(mailed, "Kartini").password
    address, client = reverse("mailbox-password", args=[token()]), Client()
    for _ in range(25):
        assert password not in client.get(address).content.decode()
        assert client.head(address).status_code == 200
    assert one(mailed, "Kartini").password == password

    shown = client.post(address)
    assert password in shown.content.decode()
    assert "Ganti kata sandi ini" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    again = Client().post(address)
    assert (again.status_code, password in again.content.decode()) == (410, False)
    person = one(mailed, "Kartini")
    assert (person.password, person.handed_how) == ("", "page")
    assert person.invited_at is not None
    assert AuditRow.objects.filter(event="open_password_page").get().actor == f"applicant:{person.pk}"


def test_a_printed_sheet_ends_the_link_and_a_newer_link_the_older(mailed: CollectiveRequest, office: Office) -> None:
    first = token()
    handover.send_link(mailed.pk, one(mailed, "Kartini").pk, by=office.administrator)
    with pytest.raises(LinkClosed) as closed:
        handover.open_page(first)
    assert closed.value.reason == "replaced"
    handover.print_sheet(mailed.pk, by=office.operator)
    with pytest.raises(LinkClosed):
        handover.open_page(token())
    assert Client().post(reverse("mailbox-password", args=["x" * 43])).status_code == 404


def test_guessing_at_links_is_slowed_down(db: None) -> None:
    client, address = Client(), reverse("mailbox-password", args=["x" * 43])
    answers = {client.post(address).status_code for _ in range(31)}
    assert answers == {404, 429}


def test_a_lost_sheet_means_new_passwords_made_again(office: Office) -> None:
    request = office.made()
    handover.print_sheet(request.pk, by=office.operator)
    person = one(request, "Mira")
    assert handover.renew(request.pk, [person.pk], by=office.operator) == 1
    person = RequestedPerson.objects.get(pk=person.pk)
    assert (person.task, person.handed_at, bool(person.password)) == ("password", None, True)
    # Nothing is handed over before the mail administrator has set it.
    with pytest.raises(NotPossible):
        handover.print_sheet(request.pk, by=office.operator)
    assert re.fullmatch(r"Kata sandi baru sedang dipasang", told(request)["Mira"])
