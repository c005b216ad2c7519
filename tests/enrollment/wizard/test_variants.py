"""What a procedure may ask of the wizard besides: one registration form, a photo of the KTP, a letter, two consents."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from reportlab.pdfgen import canvas

from enrollment import lifecycle
from enrollment.models import Application, Consent, Correction, Institution, Paper
from enrollment.photos import Refused
from enrollment.wizard import actions as wizard
from enrollment.wizard import steps, uploads
from tests import cast, procedures
from tte_portal import files
from tte_portal.models import Account, AuditRow, SealedFile

pytestmark = pytest.mark.django_db

ONE_FORM = ["data-pendaftaran", "foto-ktp", "foto-diri"]
PRIVACY = {"consent-kebijakan-privasi": "on"}


def card(kind: str = "JPEG", size: tuple[int, int] = (1280, 800)) -> bytes:
    """A picture with the shape of a card."""
    buffer = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def letter() -> bytes:
    buffer = BytesIO()
    page = canvas.Canvas(buffer)
    page.drawString(100, 700, "Surat Rekomendasi")
    page.save()
    return buffer.getvalue()


def upload(content: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def one_form(application: Application) -> Application:
    return procedures.ask(application, wizard__steps=ONE_FORM)


@pytest.fixture
def client(one_form: Application) -> Client:
    return cast.open_link(one_form, "activation")


def registered(application: Application, **more: str) -> dict[str, str]:
    typed = cast.answers(application)
    return {
        **{name: typed["data-kedinasan"][name] for name in ("employee_number", "unit", "position", "province")},
        "nik": typed["data-diri"]["nik"], "phone": "0812 3456 7890", "city": "Kota Contoh", "go": "next", **more,
    }  # fmt: skip


# --- One registration form -----------------------------------------------------------------------------------------
def test_the_form_has_the_guides_fields_some_fixed_and_some_known(client: Client, one_form: Application) -> None:
    page = client.get("/pengajuan/data-pendaftaran/")
    form = page.context["form"]
    labels = [field.label for field in form.fields.values()]
    assert labels == [
        "Nama", "E-Mail", "Organisasi", "NIK", "NIP", "Jabatan", "Unit Organisasi", "Kota", "Provinsi",
        "Nomor Handphone",
    ]  # fmt: skip
    assert [name for name, field in form.fields.items() if field.disabled] == ["name", "email", "institution"]
    assert one_form.record is not None
    assert form["employee_number"].value() == one_form.record.employee_number
    assert form["position"].value() == one_form.record.position
    assert "Batalkan" in page.content.decode()


def test_its_answers_are_kept_and_lead_to_the_ktp(client: Client, one_form: Application) -> None:
    sent = client.post("/pengajuan/data-pendaftaran/", registered(one_form, name="Orang Lain"))
    assert sent["Location"] == "/pengajuan/foto-ktp/"
    stored = Application.objects.get(pk=one_form.pk)
    assert (stored.city, stored.kind, stored.phone) == ("Kota Contoh", "asn", "+6281234567890")
    assert stored.name == one_form.name


def test_without_a_nip_one_is_no_asn_and_adds_a_letter(client: Client, one_form: Application) -> None:
    client.post("/pengajuan/data-pendaftaran/", registered(one_form, employee_number="", kind="asn"))
    stored = Application.objects.get(pk=one_form.pk)
    assert (stored.kind, stored.employee_number) == ("other", "")
    slugs = [step.slug for step in steps.of(stored)]
    assert slugs == ["data-pendaftaran", "surat-rekomendasi", "foto-ktp", "foto-diri"]


def test_a_letter_handed_in_with_the_registration_is_not_asked_for_again(institutions: dict[str, Institution]) -> None:
    application = cast.begin(institutions["natuna"], 3)
    procedures.ask(
        application, way_in__kind="self-service", way_in__papers=["recommendation-letter"], wizard__steps=ONE_FORM
    )
    application.kind = "other"
    assert [step.slug for step in steps.of(application)] == ONE_FORM


def test_a_policemans_number_is_taken(client: Client, one_form: Application) -> None:
    client.post("/pengajuan/data-pendaftaran/", registered(one_form, employee_number="68 05 0001"))
    assert Application.objects.get(pk=one_form.pk).employee_number == "68050001"


@pytest.mark.parametrize("changed", [{"nik": "99"}, {"city": "Kota Lain"}])
def test_batalkan_drops_what_this_page_changed_and_nothing_else(
    client: Client, one_form: Application, changed: dict[str, str]
) -> None:
    client.post("/pengajuan/data-pendaftaran/", registered(one_form))
    before = client.get("/pengajuan/data-pendaftaran/").context["form"]
    left = client.post("/pengajuan/data-pendaftaran/", registered(one_form, **changed, go="leave"))
    assert left["Location"] == "/pengajuan/disimpan/"
    told = client.get(left["Location"]).content.decode()
    assert "tidak disimpan" in told
    assert "tetap tersimpan sebagai draf" in told
    after = client.get("/pengajuan/data-pendaftaran/").context["form"]
    assert {name: after[name].value() for name in after.fields} == {
        name: before[name].value() for name in before.fields
    }


@pytest.mark.parametrize("page", ["foto-ktp", "foto-diri"])
def test_batalkan_stands_on_the_photo_pages_too_and_keeps_no_photo(client: Client, page: str) -> None:
    assert 'value="leave"' in client.get(f"/pengajuan/{page}/").content.decode()
    left = client.post(f"/pengajuan/{page}/", {"photo": upload(card()), **PRIVACY, "go": "leave"})
    assert left["Location"] == "/pengajuan/disimpan/"
    assert not SealedFile.objects.exists()


def test_a_correction_leads_to_the_procedures_own_step_and_word(one_form: Application) -> None:
    assert steps.step_with("phone", one_form).slug == "data-pendaftaran"
    assert steps.label_of("phone", one_form) == "Nomor Handphone"
    assert steps.label_of("phone") == "Nomor Telepon"


# --- The photo of the KTP ------------------------------------------------------------------------------------------
def test_a_procedure_without_it_has_no_such_step(application: Application) -> None:
    assert cast.open_link(application, "activation").get("/pengajuan/foto-ktp/").status_code == 404


def test_the_ktp_is_the_first_upload_so_the_consents_stand_there(client: Client, one_form: Application) -> None:
    page = client.get("/pengajuan/foto-ktp/")
    assert "consent-kebijakan-privasi" in page.context["form"].fields
    body = page.content.decode()
    assert all(word in body for word in ("Active Camera", "Capture", "Simpan", 'data-camera="card"'))
    refused = client.post("/pengajuan/foto-ktp/", {"photo": upload(card())})
    assert "consent-kebijakan-privasi" in refused.context["form"].errors
    assert not SealedFile.objects.exists()
    assert not Consent.objects.exists()


def test_ktp_then_selfie_then_both_to_look_at(client: Client, one_form: Application) -> None:
    client.post("/pengajuan/data-pendaftaran/", registered(one_form))
    client.post("/pengajuan/foto-ktp/", {"photo": upload(card()), **PRIVACY})
    assert "consent-kebijakan-privasi" not in client.get("/pengajuan/foto-diri/").context["form"].fields
    client.post("/pengajuan/foto-diri/", {"photo": upload(cast.portrait())})
    page = client.get("/pengajuan/periksa/")
    assert [each["title"] for each in page.context["uploads"]] == ["Foto KTP", "Foto Diri"]
    for each in page.context["uploads"]:
        assert client.get(each["url"])["Content-Type"] == "image/jpeg"
    assert "Batalkan" in page.content.decode()
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"


def test_a_selfie_before_the_ktp_asks_for_the_consents_too(client: Client) -> None:
    sent = client.post("/pengajuan/foto-diri/", {"photo": upload(cast.portrait())})
    assert "consent-kebijakan-privasi" in sent.context["form"].errors


def test_hints_never_block(client: Client, one_form: Application) -> None:
    sent = client.post("/pengajuan/foto-ktp/", {"photo": upload(card(size=(400, 400))), **PRIVACY})
    assert sent["Location"] == "/pengajuan/foto-ktp/"
    page = client.get("/pengajuan/foto-ktp/").content.decode()
    assert "Yang perlu Anda lihat kembali" in page
    assert client.post("/pengajuan/foto-ktp/", PRIVACY)["Location"] == "/pengajuan/foto-diri/"


def test_a_heic_from_a_phone_is_a_ktp_photo(client: Client, one_form: Application) -> None:
    client.post("/pengajuan/foto-ktp/", {"photo": upload(card("HEIF"), "IMG_1.HEIC"), **PRIVACY})
    stored = Application.objects.get(pk=one_form.pk)
    assert stored.ktp_photo is not None
    assert files.read(stored.ktp_photo).startswith(b"\xff\xd8")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 surat", b"MZ" + b"\0" * 99], ids=["0 byte", "PDF", "program"])
def test_what_is_no_picture_is_refused_in_words(client: Client, one_form: Application, content: bytes) -> None:
    page = client.post("/pengajuan/foto-ktp/", {"photo": upload(content), **PRIVACY})
    assert page.context["form"].errors["photo"]
    assert Application.objects.get(pk=one_form.pk).ktp_photo is None


def test_a_new_ktp_photo_takes_the_place_of_the_old(client: Client, one_form: Application) -> None:
    for _ in range(2):
        client.post("/pengajuan/foto-ktp/", {"photo": upload(card()), **PRIVACY})
    assert SealedFile.objects.filter(owner=one_form.pk, kind="ktp_photo").count() == 1


def test_a_full_disk_is_said_and_loses_nothing(one_form: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "store", full)
    with pytest.raises(Refused, match="gangguan pada penyimpanan"):
        wizard.keep_upload(one_form, steps.STEPS["foto-ktp"], card())


# --- Consents ------------------------------------------------------------------------------------------------------
def test_both_consents_of_a_procedure_stand_before_the_first_upload(application: Application) -> None:
    procedures.ask(application, wizard__consents=["penggunaan-data-pribadi", "kebijakan-privasi"])
    client = cast.open_link(application, "activation")
    sent = client.post("/pengajuan/foto-diri/", {"photo": upload(cast.portrait()), **PRIVACY})
    assert "consent-penggunaan-data-pribadi" in sent.context["form"].errors
    client.post(
        "/pengajuan/foto-diri/",
        {"photo": upload(cast.portrait()), **PRIVACY, "consent-penggunaan-data-pribadi": "on"},
    )
    kinds = set(Consent.objects.filter(application=application).values_list("text__kind", flat=True))
    assert kinds == {"penggunaan-data-pribadi", "kebijakan-privasi"}


# --- "Lainnya" -----------------------------------------------------------------------------------------------------
@pytest.fixture
def other(application: Application) -> Client:
    """Ayu's browser, after she said that she is no ASN."""
    client = cast.open_link(application, "activation")
    typed = cast.answers(application)["data-kedinasan"]
    sent = client.post("/pengajuan/data-kedinasan/", {**typed, "kind": "other", "employee_number": "tidak ada"})
    assert sent["Location"] == "/pengajuan/surat-rekomendasi/"
    return client


def test_an_asn_needs_no_letter(application: Application) -> None:
    cast.fill(application)
    assert steps.is_ready(application, [])
    assert cast.open_link(application, "activation").get("/pengajuan/surat-rekomendasi/").status_code == 404


def test_others_hand_in_a_letter_before_they_can_submit(other: Client, application: Application) -> None:
    other.post("/pengajuan/data-diri/", cast.answers(application)["data-diri"])
    wizard.keep_photo(Application.objects.get(pk=application.pk), cast.portrait())
    assert other.get("/pengajuan/periksa/")["Location"] == "/pengajuan/"
    sent = other.post("/pengajuan/surat-rekomendasi/", {"photo": upload(letter(), "surat.pdf"), **PRIVACY})
    assert sent["Location"] == "/pengajuan/periksa/", sent.content
    assert other.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
    application.refresh_from_db()
    assert lifecycle.state_of(application) == lifecycle.REVIEW
    paper = Paper.objects.get(application=application)
    assert paper.kind == "recommendation-letter"
    assert paper.original.pk != paper.copy.pk


@pytest.mark.parametrize("content", [b"", cast.portrait(), b"%PDF-1.7 rusak"], ids=["0 byte", "picture", "damaged"])
def test_what_is_no_pdf_is_no_letter(other: Client, content: bytes) -> None:
    page = other.post("/pengajuan/surat-rekomendasi/", {"photo": upload(content, "surat.pdf"), **PRIVACY})
    assert page.context["form"].errors["photo"]
    assert not Paper.objects.exists()


def test_the_person_may_look_at_the_copy_and_replace_it(other: Client, application: Application) -> None:
    for _ in range(2):
        other.post("/pengajuan/surat-rekomendasi/", {"photo": upload(letter(), "surat.pdf"), **PRIVACY})
    assert Paper.objects.count() == 1
    assert SealedFile.objects.filter(owner=application.pk).count() == 2
    kept = other.get("/pengajuan/surat-rekomendasi/").context["kept"]
    shown = other.get(kept["url"])
    assert shown["Content-Type"] == "application/pdf"
    assert shown.content.startswith(b"%PDF-")


def test_a_letter_may_be_asked_for_anew(other: Client, application: Application) -> None:
    other.post("/pengajuan/surat-rekomendasi/", {"photo": upload(letter(), "surat.pdf"), **PRIVACY})
    stored = Application.objects.get(pk=application.pk)
    stored.submitted_at = lifecycle.now()
    stored.save()
    Correction.objects.create(application=stored, field="recommendation-letter", reason="Belum ditandatangani")
    page = other.get("/pengajuan/surat-rekomendasi/").content.decode()
    assert "Belum ditandatangani" in page
    other.post("/pengajuan/surat-rekomendasi/", {"photo": upload(letter(), "surat.pdf"), **PRIVACY})
    assert steps.open_corrections(stored) == []


# --- What officers see ---------------------------------------------------------------------------------------------
def test_officers_see_ktp_selfie_and_letter_and_every_look_is_on_record(
    natuna: Institution, verifier: Account, outsider: Account
) -> None:
    case = cast.fill(cast.begin(natuna))
    wizard.keep_upload(case, steps.STEPS["foto-ktp"], card())
    wizard.keep_upload(case, steps.LETTER, letter())
    wizard.submit(case.pk, cast.link_of(case, "activation").pk)
    browser = cast.sign_in(verifier)
    page = browser.get(f"/admin/antrean/{case.pk}/")
    assert [each["title"] for each in page.context["pictures"]] == ["Foto diri", "KTP"]
    paper = Paper.objects.get(application=case)
    address = f"/admin/antrean/{case.pk}/berkas/{paper.pk}/"
    assert [each["url"] for each in page.context["papers"]] == [address]

    shown = browser.get(address)
    browser.get(f"/admin/antrean/{case.pk}/foto/ktp_photo/")

    assert shown["Content-Type"] == "application/pdf"
    assert shown.content == files.read(paper.copy) != files.read(paper.original)
    look = AuditRow.objects.get(subject=case.pk, event="view_paper")
    assert look.facts == {"reason": "verification", "kind": "recommendation-letter", "paper": str(paper.pk)}
    assert look.actor == f"account:{verifier.pk}"
    assert AuditRow.objects.get(subject=case.pk, event="view_photo").facts["field"] == "ktp_photo"
    assert cast.sign_in(outsider).get(address).status_code == 404


def test_a_paper_of_another_case_is_not_found_under_this_one(natuna: Institution, verifier: Account) -> None:
    case, other = cast.submitted(natuna), cast.submitted(natuna, 1)
    paper = cast.hand_in_letter(other)
    browser = cast.sign_in(verifier)
    assert browser.get(f"/admin/antrean/{case.pk}/berkas/{paper.pk}/").status_code == 404
    assert not AuditRow.objects.filter(event="view_paper").exists()


def test_the_table_of_uploads_names_each_field_once() -> None:
    assert list(steps.UPLOADS) == [
        "statement-letter", "ktp", "signature-specimen", "recommendation-letter", "ktp_photo", "photo",
    ]  # fmt: skip
    assert steps.UPLOADS["photo"] is uploads.SELFIE
