"""The wizard's pages: every step saves, forgives, resumes, and ends in a receipt."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enrollment.models import Application, Consent, Correction
from enrollment.wizard import actions as wizard
from enrollment.wizard import steps
from tests import cast
from tte_portal.models import AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

Page = Callable[[str], str]


@pytest.fixture
def client(application: Application) -> Client:
    return cast.open_link(application, "activation")


def photo(name: str = "foto.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, cast.portrait() if content is None else content, "image/jpeg")


def test_the_task_list_shows_three_steps_to_do(client: Client) -> None:
    page = client.get("/pengajuan/")
    assert [step["state"] for step in page.context["steps"]] == ["todo", "todo", "todo"]
    assert not page.context["can_submit"]


def test_nobody_without_an_opened_link_sees_the_wizard(application: Application) -> None:
    page = Client().get("/pengajuan/data-diri/")
    assert page.status_code == 403
    assert application.mailbox not in page.content.decode()


def test_the_whole_way_ends_in_a_receipt_a_mail_and_one_audit_row(client: Client, application: Application) -> None:
    typed = cast.answers(application)
    assert client.post("/pengajuan/data-diri/", typed["data-diri"])["Location"] == "/pengajuan/data-kedinasan/"
    assert client.post("/pengajuan/data-kedinasan/", typed["data-kedinasan"])["Location"] == "/pengajuan/foto-diri/"
    sent = client.post("/pengajuan/foto-diri/", {"photo": photo(), "consent-kebijakan-privasi": "on", "go": "next"})
    assert sent.status_code == 302, sent.content
    assert typed["data-diri"]["nik"] in client.get("/pengajuan/periksa/").content.decode()
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
    assert application.receipt in client.get("/pengajuan/selesai/").content.decode()
    application.refresh_from_db()
    assert (application.status, application.waiting_for) == ("NEW", "verifier")
    assert AuditRow.objects.filter(subject=application.pk, event="submit").count() == 1
    assert OutboxMessage.objects.filter(subject=application.pk, template="submitted").count() == 1
    assert Consent.objects.get(application=application).text.kind == "kebijakan-privasi"


def test_what_was_typed_wrongly_is_said_on_the_field_and_kept(client: Client, application: Application) -> None:
    typed = cast.answers(application)["data-diri"] | {"nik": "123"}
    page = client.post("/pengajuan/data-diri/", typed)
    assert "yang Anda isi 3 angka" in page.context["form"].errors["nik"][0]
    again = client.get("/pengajuan/data-diri/")
    assert again.context["form"]["nik"].value() == "123"
    assert again.context["form"]["name"].value() == typed["name"]


def test_another_device_goes_on_where_the_first_stopped(client: Client, application: Application) -> None:
    client.post("/pengajuan/data-diri/", cast.answers(application)["data-diri"])
    other = cast.open_link(application, "activation")
    page = other.get("/pengajuan/")
    assert [step["state"] for step in page.context["steps"]] == ["done", "todo", "todo"]


def test_previous_keeps_what_was_typed(client: Client) -> None:
    assert client.post("/pengajuan/data-kedinasan/", {"unit": "Bidang", "go": "previous"})["Location"].endswith(
        "/data-diri/"
    )
    assert client.get("/pengajuan/data-kedinasan/").context["form"]["unit"].value() == "Bidang"


def test_pasted_blanks_are_stripped_not_refused(client: Client, application: Application) -> None:
    typed = cast.answers(application)["data-diri"]
    spaced = " ".join(typed["nik"][i : i + 4] for i in range(0, 16, 4))
    client.post("/pengajuan/data-diri/", typed | {"nik": f" {spaced} ", "phone": "0800-1000 0100"})
    application.refresh_from_db()
    assert (application.nik, application.phone) == (typed["nik"], "+6280010000100")


@pytest.mark.parametrize("name", ["Eka D’Contoh", "Ni Made O'Contoh-Rekaan", "R. Contoh, Jr."])
def test_names_with_apostrophes_and_hyphens_pass(client: Client, application: Application, name: str) -> None:
    client.post("/pengajuan/data-diri/", cast.answers(application)["data-diri"] | {"name": name})
    application.refresh_from_db()
    assert application.name == name


def test_cek_nip_fills_in_what_belongs_to_the_mailbox(client: Client, application: Application) -> None:
    number = cast.answers(application)["data-kedinasan"]["employee_number"]
    sent = client.post("/pengajuan/data-kedinasan/", {"kind": "asn", "employee_number": number, "go": "check"})
    assert sent["Location"].endswith("?cek=ada")
    form = client.get(sent["Location"]).context["form"]
    assert application.record is not None
    assert form["unit"].value() == application.record.unit
    assert form["province"].value() == "Kepulauan Riau"


def test_somebody_elses_nip_and_an_unknown_one_get_the_same_answer(client: Client, application: Application) -> None:
    other = cast.answers(cast.begin(application.institution, 1))["data-kedinasan"]["employee_number"]
    answers = set()
    for number in (other, other[:-3] + "999"):
        sent = client.post("/pengajuan/data-kedinasan/", {"kind": "asn", "employee_number": number, "go": "check"})
        answers.add(sent["Location"])
        assert client.get(sent["Location"]).context["form"]["unit"].value() == ""
    assert answers == {"/pengajuan/data-kedinasan/?cek=tidak"}


def test_a_nip_that_is_not_in_the_registry_may_go_on(client: Client, application: Application) -> None:
    typed = cast.answers(application)["data-kedinasan"]
    unknown = typed["employee_number"][:-3] + "999"
    assert client.post("/pengajuan/data-kedinasan/", typed | {"employee_number": unknown}).status_code == 302


def test_others_need_no_nip(client: Client, application: Application) -> None:
    typed = cast.answers(application)["data-kedinasan"] | {"kind": "other", "employee_number": "abc"}
    assert client.post("/pengajuan/data-kedinasan/", typed).status_code == 302
    application.refresh_from_db()
    assert application.employee_number == ""


def test_no_photo_is_stored_before_the_consent(client: Client, application: Application) -> None:
    page = client.post("/pengajuan/foto-diri/", {"photo": photo(), "go": "next"})
    assert "consent-kebijakan-privasi" in page.context["form"].errors
    application.refresh_from_db()
    assert application.photo is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kosong.jpg", b"", "kosong"),
        ("surat.jpg", b"%PDF-1.7 bukan foto", "bukan foto"),
        ("rusak.jpg", b"\xff\xd8\xff\xe0 rusak", "bukan foto"),
    ],
)
def test_what_is_no_photo_gets_a_sentence(client: Client, name: str, content: bytes, said: str) -> None:
    page = client.post(
        "/pengajuan/foto-diri/", {"photo_any": photo(name, content), "consent-kebijakan-privasi": "on", "go": "next"}
    )
    assert said in page.context["form"].errors["photo"][0]


def test_a_second_tab_and_a_second_click_land_on_the_receipt(client: Client, application: Application) -> None:
    cast.fill(application)
    client.post("/pengajuan/periksa/")
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
    assert client.get("/pengajuan/data-diri/")["Location"] == "/pengajuan/selesai/"
    assert AuditRow.objects.filter(subject=application.pk, event="submit").count() == 1


def test_an_unfinished_application_is_not_submitted(client: Client, application: Application) -> None:
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/"
    application.refresh_from_db()
    assert application.waiting_for == "applicant"
    # The link was not used up by the attempt.
    assert client.get("/pengajuan/").status_code == 200


def test_a_correction_is_shown_on_its_field_and_answered_by_saving(client: Client, application: Application) -> None:
    cast.fill(application)
    application.submitted_at = application.created_at
    application.save()
    Correction.objects.create(application=application, field="phone", reason="Nomor <b>tidak</b> aktif.")
    page = client.get("/pengajuan/data-diri/")
    assert "Nomor &lt;b&gt;tidak&lt;/b&gt; aktif." in page.content.decode()
    assert not client.get("/pengajuan/").context["can_submit"]
    client.post("/pengajuan/data-diri/", cast.answers(application)["data-diri"])
    application.refresh_from_db()
    assert steps.open_corrections(application) == []


def asked_again(application: Application, *fields: str) -> Application:
    """Everything was handed in once, and the verifier wants these put right."""
    cast.fill(application)
    application.submitted_at = application.created_at
    application.save()
    for field in fields:
        Correction.objects.create(application=application, field=field, reason="Perbaiki ini.")
    return application


def test_the_old_photo_does_not_answer_the_correction_of_it(client: Client, application: Application) -> None:
    asked_again(application, "photo")
    agreed = {"consent-kebijakan-privasi": "on", "go": "next"}
    page = client.get("/pengajuan/foto-diri/").content.decode()
    assert "Perbaiki ini." in page
    assert "Foto terlihat baik" not in page
    again = client.post("/pengajuan/foto-diri/", agreed)
    assert again.context["form"].errors["photo"][0].startswith("Ambil foto baru:")
    sent = client.post("/pengajuan/foto-diri/", {"photo": photo(), **agreed})
    assert sent["Location"] == "/pengajuan/periksa/"
    assert steps.open_corrections(application) == []


def test_a_letter_that_a_correction_brings_with_it_is_not_jumped_past(client: Client, application: Application) -> None:
    asked_again(application, "kind", "photo")
    answers = cast.answers(application)["data-kedinasan"] | {"kind": "other", "employee_number": ""}
    sent = client.post("/pengajuan/data-kedinasan/", answers)
    assert sent["Location"] == "/pengajuan/surat-rekomendasi/"


def test_a_new_photo_replaces_and_erases_the_old(client: Client, application: Application) -> None:
    wizard.keep_photo(application, cast.portrait())
    first = application.photo_id
    client.post("/pengajuan/foto-diri/", {"photo": photo(), "consent-kebijakan-privasi": "on", "go": "next"})
    application.refresh_from_db()
    assert application.photo_id != first
    assert client.get("/pengajuan/foto/").content[:2] == b"\xff\xd8"


def test_what_was_checked_is_what_is_handed_in(client: Client, application: Application) -> None:
    """Changed in another window meanwhile, the answers are shown once more before they go to the verifier."""
    cast.fill(application)
    shown = client.get("/pengajuan/periksa/").context["shown"]
    other = cast.answers(application)["data-kedinasan"] | {"position": "Kepala Seksi Contoh"}
    assert client.post("/pengajuan/data-kedinasan/", other)["Location"] == "/pengajuan/periksa/"
    again = client.post("/pengajuan/periksa/", {"shown": shown})
    assert "Kepala Seksi Contoh" in again.content.decode()
    assert "Jawaban Anda berubah" in again.content.decode()
    application.refresh_from_db()
    assert application.submitted_at is None
    assert client.post("/pengajuan/periksa/", {"shown": again.context["shown"]})["Location"] == "/pengajuan/selesai/"


def test_next_leads_back_to_the_answers_when_nothing_else_is_left(client: Client, application: Application) -> None:
    typed = cast.answers(application)
    assert client.post("/pengajuan/data-diri/", typed["data-diri"])["Location"] == "/pengajuan/data-kedinasan/"
    cast.fill(application)
    assert client.post("/pengajuan/data-diri/", typed["data-diri"])["Location"] == "/pengajuan/periksa/"


def test_cek_nip_without_a_number_asks_for_nothing_else(client: Client) -> None:
    page = client.post("/pengajuan/data-kedinasan/", {"kind": "asn", "employee_number": "12", "go": "check"})
    assert set(page.context["form"].errors) == {"employee_number"}
