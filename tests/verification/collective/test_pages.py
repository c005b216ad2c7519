"""The pages as a browser without scripts uses them: faults stand at their field, late clicks lead back in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enrollment.collective import drafts
from enrollment.collective.models import CollectiveRequest
from tests import cast
from tests.collective import PEOPLE, Office, one, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(office: Office) -> Client:
    return cast.sign_in(office.operator)


def test_a_faulty_line_is_kept_and_mended_on_its_own_page(office: Office, client: Client) -> None:
    client.post(reverse("opd-new"))
    request = CollectiveRequest.objects.get()
    people = reverse("opd-people", args=[request.pk])
    response = client.post(people, {**PEOPLE[0], "nip": "123"}, follow=True)
    text = response.content.decode()
    assert "yang Anda isi 3 angka" in text
    assert 'value="Perawat"' in text
    person = request.people.get()
    address = reverse("opd-person", args=[request.pk, person.pk])
    assert client.post(address, {**PEOPLE[0], "phone": "abc"}).status_code == 422
    assert client.post(address, PEOPLE[0]).headers["Location"] == people
    assert request.people.get().is_complete


def test_an_empty_line_is_no_person(office: Office, client: Client) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    response = client.post(reverse("opd-people", args=[request.pk]), {"name": " ", "nip": "", "phone": ""})
    assert (response.status_code, request.people.count()) == (422, 0)


def test_going_on_keeps_what_was_typed_and_leads_to_the_next_step(office: Office, client: Client) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    people, letter, decree = (reverse(f"opd-{name}", args=[request.pk]) for name in ("people", "letter", "decree"))
    assert client.post(people, {**PEOPLE[0], "go": "next"}).headers["Location"] == letter
    assert request.people.get().is_complete
    assert client.post(people, {"name": " ", "go": "next"}).headers["Location"] == letter
    wrong = client.post(people, {**PEOPLE[1], "nip": "1", "go": "next"})
    assert wrong.headers["Location"] == reverse("opd-person", args=[request.pk, one(request, "Lukman").pk])
    assert client.post(letter, {"go": "next"}).headers["Location"] == decree
    unusable = client.post(letter, {"go": "next", "paper": SimpleUploadedFile("s.txt", b"abc")})
    assert unusable.status_code == 422
    kept = client.post(letter, {"go": "next", "paper": SimpleUploadedFile("s.jpg", picture())})
    assert (kept.headers["Location"], request.papers.count()) == (decree, 1)
    assert client.post(decree, {"go": "next", "decree": "one"}).headers["Location"] == decree
    sk = {"go": "next", "decree": "one", "paper": SimpleUploadedFile("sk.jpg", picture())}
    assert client.post(decree, sk).headers["Location"] == reverse("opd-submit", args=[request.pk])
    assert request.papers.count() == 2


def test_a_typed_person_and_a_chosen_file_are_both_taken(office: Office, client: Client) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    content = f"Nama;NIP;Jabatan;Nomor Kontak\n{';'.join(PEOPLE[1].values())}\n".encode()
    sent = {**PEOPLE[0], "list": SimpleUploadedFile("daftar.csv", content), "go": "upload"}
    assert client.post(reverse("opd-people", args=[request.pk]), sent).status_code == 302
    assert request.people.count() == 2
    wrong = {**PEOPLE[2], "list": SimpleUploadedFile("x.csv", b"a;b\n"), "go": "next"}
    assert client.post(reverse("opd-people", args=[request.pk]), wrong).status_code == 422
    assert request.people.count() == 3


def test_the_sample_list_opens_in_columns(office: Office, client: Client) -> None:
    assert client.get(reverse("opd-list-template")).content == b"Nama;NIP;Jabatan;Nomor Kontak\r\n"


def test_an_uploaded_list_shows_each_fault(office: Office, client: Client) -> None:
    request = drafts.begin(office.opd, by=office.operator)
    content = b"Nama,NIP,Jabatan,Nomor Kontak\n=HYPERLINK(1),198504212010032001,Perawat,0800\n"
    upload = SimpleUploadedFile("daftar.csv", content)
    address = reverse("opd-people", args=[request.pk])
    text = client.post(address, {"list": upload, "go": "upload"}, follow=True).content.decode()
    assert "1 baris perlu diperbaiki" in text
    assert "=HYPERLINK(1)" in text
    wrong = client.post(address, {"list": SimpleUploadedFile("x.csv", b"a,b\n"), "go": "upload"})
    assert wrong.status_code == 422
    assert "Kolom ini tidak ditemukan" in wrong.content.decode()


def test_a_decree_for_each_person_is_asked_for_one_by_one(office: Office, client: Client) -> None:
    request = office.draft(PEOPLE[0])
    decree = reverse("opd-decree", args=[request.pk])
    client.post(decree, {"go": "choose", "decree": "each"})
    person = one(request, "Kartini")
    address = reverse("opd-person-decree", args=[request.pk, person.pk])
    assert address in client.get(decree).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"paper": SimpleUploadedFile("sk.jpg", picture())}).status_code == 302
    client.post(reverse("opd-letter", args=[request.pk]), {"paper": SimpleUploadedFile("s.jpg", picture())})
    assert client.post(reverse("opd-submit", args=[request.pk])).status_code == 302
    request.refresh_from_db()
    assert request.state == CollectiveRequest.State.SUBMITTED


def test_what_is_missing_is_said_with_the_way_to_it(office: Office, client: Client) -> None:
    request = office.draft()
    response = client.post(reverse("opd-submit", args=[request.pk]))
    assert response.status_code == 422
    assert reverse("opd-letter", args=[request.pk]) in response.content.decode()


@pytest.mark.parametrize("name", ["people", "letter", "decree", "submit"])
def test_a_page_of_the_draft_leads_back_once_it_is_sent(office: Office, client: Client, name: str) -> None:
    request = office.submitted()
    for method in (client.get, client.post):
        response = method(reverse(f"opd-{name}", args=[request.pk]), follow=True)
        assert "sudah dikirim" in response.content.decode()
    assert request.people.count() == 3


def test_taking_back_asks_first(office: Office, client: Client) -> None:
    request = office.submitted()
    address = reverse("opd-withdraw", args=[request.pk])
    client.get(address)
    request.refresh_from_db()
    assert request.state == CollectiveRequest.State.SUBMITTED
    client.post(address)
    request.refresh_from_db()
    assert request.state == CollectiveRequest.State.WITHDRAWN
    assert "sudah diputuskan atau ditarik" in client.post(address, follow=True).content.decode()


def test_refusing_needs_a_reason_which_the_opd_reads_word_for_word(office: Office, client: Client) -> None:
    request = office.submitted(PEOPLE[0])
    desk = cast.sign_in(office.administrator)
    person = reverse("admin:collective-person", args=[request.pk, one(request, "Kartini").pk])
    assert desk.post(person, {"decision": "refuse"}).status_code == 422
    rest = reverse("admin:collective-rest", args=[request.pk])
    assert desk.post(rest, {"decision": "refuse"}).status_code == 422
    desk.post(person, {"decision": "refuse", "reject-free": "SK <b>tidak</b> terbaca."})
    desk.post(reverse("admin:collective-finish", args=[request.pk]))
    text = client.get(reverse("opd-request", args=[request.pk])).content.decode()
    assert "SK &lt;b&gt;tidak&lt;/b&gt; terbaca." in text
    assert "Ditolak" in text


def test_the_sheet_is_a_pdf_once_and_then_a_word(office: Office, client: Client) -> None:
    request = office.made()
    address = reverse("opd-sheet", args=[request.pk])
    assert "hanya dapat dicetak satu kali" in client.get(address).content.decode()
    assert client.post(address).content.startswith(b"%PDF")
    assert "Tidak ada kata sandi yang menunggu" in client.post(address, follow=True).content.decode()


def test_the_list_by_hand_goes_from_button_to_confirmation(office: Office) -> None:
    request = office.decided()
    desk = cast.sign_in(office.administrator)
    text = desk.post(reverse("admin:collective-prepare", args=[request.pk]), follow=True).content.decode()
    fetch = reverse("admin:collective-fetch", args=[request.pk, request.lists.get().pk])
    assert fetch in text
    assert desk.post(fetch).headers["Content-Type"].startswith("text/csv")
    assert "sudah diunduh atau diganti" in desk.post(fetch, follow=True).content.decode()
    made = reverse("admin:collective-made", args=[request.pk])
    assert "Pilih dahulu" in desk.post(made, follow=True).content.decode()
    desk.post(made, {"person": str(one(request, "Mira").pk)})
    told = desk.get(reverse("admin:collective-progress", args=[request.pk])).json()
    assert told == {"total": 3, "done": 1, "percent": 33, "over": False}


def test_after_the_only_download_the_page_says_which_sheet_it_was(office: Office, client: Client) -> None:
    request = office.made()
    address = reverse("opd-sheet", args=[request.pk])
    assert f'data-once="{request.pk}"' in client.get(address).content.decode()
    client.post(address)
    text = client.get(address, follow=True).content.decode()
    assert f"Lembar {request.sheets.get().receipt} untuk 3 orang sudah diunduh oleh" in text
    assert "Sudah dicetak belum berarti sudah diterima" in text
    assert f'data-once="{request.pk}"' not in text


def test_after_the_decision_the_next_step_is_named(office: Office) -> None:
    request = office.decided()
    desk = cast.sign_in(office.administrator)
    text = desk.get(reverse("admin:collective-request", args=[request.pk])).content.decode()
    assert "Langkah berikutnya: tekan “Siapkan berkas”" in text
    assert "Menunggu dibuat administrator surel" in text
    assert "sedang dibuat" not in text
