"""The profile from which people register: what counts, what waits for HR, and the button at its end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from enrollment import lifecycle
from enrollment.holders import changes, profile
from enrollment.models import Application, Consent, Holder, Institution, Paper, ProfileChange, Role
from tests import cast, holders
from tests.hostile import dump
from tte_portal import files, outbox
from tte_portal.models import Account, AuditRow, OutboxMessage, SealedFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def ministry(institutions: dict[str, Institution]) -> Institution:
    return holders.open_as(institutions["kemenkeu"], "kemenkeu")


@pytest.fixture
def hr(ministry: Institution) -> Account:
    return cast.make_officer("hari", (ministry, Role.Kind.HR), mailbox="hari@kemenkeu.example")


@pytest.fixture
def ayu(ministry: Institution) -> Holder:
    return holders.holder_of(ministry)


def page_of(holder: Holder) -> str:
    return " ".join(holders.browser_of(holder).get("/akun/").content.decode().split())


def upload(client: Client, field: str, content: bytes, name: str = "berkas.jpg", **more: object) -> object:
    given = {"value": SimpleUploadedFile(name, content), "consent-kebijakan-privasi": "on", **more}
    return client.post(f"/akun/lengkapi/{field}/", given)


# --- What the page tells -------------------------------------------------------------------------------------------
def test_the_page_has_the_guides_words(ayu: Holder) -> None:
    page = page_of(ayu)
    for words in (
        "NIP", "Nama", "Jabatan", "Unit Terakhir", "Gol/Pangkat", "Status Digital Signature Anda",
        "user belum terdaftar", "Status Validitas Data", "NIK", "Email", "File Scan KTP", "File Scan Rekomendasi",
        "File Scan TTD", "Lengkapi Sekarang", "Registrasi DS",
    ):  # fmt: skip
        assert words in page
    assert page.count("Belum valid") == 4
    assert 'disabled aria-disabled="true">Registrasi DS' in page


def test_an_institution_without_profiles_shows_the_account_and_no_button(natuna: Institution) -> None:
    page = page_of(holders.holder_of(natuna))
    assert "Akun saya" in page
    assert "Anda belum punya pengajuan" in page
    assert "Status Validitas Data" not in page


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("NEW", profile.IN_PROGRESS), ("ENROLL", profile.IN_PROGRESS), ("ACTIVE", profile.CERTIFIED),
     ("REJECTED", profile.UNREGISTERED)],
)  # fmt: skip
def test_the_sentence_follows_the_certificate(status: str, sentence: str) -> None:
    assert profile.sentence(Application(status=status)) == sentence


# --- One item ------------------------------------------------------------------------------------------------------
def test_a_scan_waits_for_hr_sealed_and_consented(ayu: Holder) -> None:
    answer = upload(holders.browser_of(ayu), "ktp", cast.portrait())

    assert answer["Location"] == "/akun/"  # type: ignore[index]
    change = ProfileChange.objects.get()
    paper = Paper.objects.get()
    assert (change.field, change.state, change.new, change.evidence) == ("ktp", "waiting", str(paper.pk), paper)
    assert Consent.objects.get().holder == ayu
    assert AuditRow.objects.filter(event="ask_profile_change", subject=ayu.pk).count() == 1
    page = page_of(ayu)
    assert "menunggu persetujuan" in page
    assert f'<span class="muted">{paper.pk}' not in page, "an id is for nobody to read"
    assert files.read(paper.copy).startswith(b"\xff\xd8")


def test_a_wrong_number_and_a_wrong_scan_are_both_said_at_once(ayu: Holder) -> None:
    given = {
        "value": "123", "evidence": SimpleUploadedFile("ktp.jpg", b"halo"), "consent-kebijakan-privasi": "on",
    }  # fmt: skip
    page = holders.browser_of(ayu).post("/akun/lengkapi/nik/", given)
    assert set(page.context["form"].errors) == {"value", "evidence"}
    assert not Paper.objects.exists()


def test_no_paper_is_kept_without_the_consent(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    page = client.post("/akun/lengkapi/ktp/", {"value": SimpleUploadedFile("ktp.jpg", cast.portrait())})
    assert page.status_code == 422
    assert not Paper.objects.exists()
    assert not SealedFile.objects.exists()


@pytest.mark.parametrize(
    ("field", "content", "sentence"),
    [
        ("ktp", b"", "kosong"),
        ("ktp", b"<?php echo 1; ?>", "tidak"),
        ("recommendation-letter", b"bukan pdf", "bukan PDF"),
        ("recommendation-letter", b"%PDF-1.7 rusak", "rusak"),
        ("signature-specimen", b"%PDF-1.7", "tidak"),
    ],
)
def test_what_is_not_what_it_claims_is_refused_in_words(ayu: Holder, field: str, content: bytes, sentence: str) -> None:
    page = upload(holders.browser_of(ayu), field, content)
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert sentence in page.content.decode()  # type: ignore[attr-defined]
    assert not ProfileChange.objects.exists()


def test_the_nik_comes_with_the_scan_that_proves_it(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    given = {"value": "9901 0157 0568 0101", "consent-kebijakan-privasi": "on"}
    assert client.post("/akun/lengkapi/nik/", given).status_code == 422
    client.post("/akun/lengkapi/nik/", {**given, "evidence": SimpleUploadedFile("ktp.jpg", cast.portrait())})

    nik = ProfileChange.objects.get(field="nik")
    assert (nik.old, nik.new) == ("", holders.NIK)
    assert nik.evidence == Paper.objects.get()
    assert ProfileChange.objects.get(field="ktp").state == "waiting"
    assert holders.NIK not in str(dump())


@pytest.mark.parametrize("value", ["123", "99010157056801AB", "9901015705680000"])
def test_a_nik_that_cannot_be_is_refused(ayu: Holder, value: str) -> None:
    assert holders.browser_of(ayu).post("/akun/lengkapi/nik/", {"value": value}).status_code == 422
    assert not ProfileChange.objects.exists()


def test_a_mailbox_outside_the_institution_is_refused(ayu: Holder) -> None:
    page = holders.browser_of(ayu).post("/akun/lengkapi/mailbox/", {"value": "ayu@surel.example"})
    assert "berakhiran @kemenkeu.example" in page.content.decode()


def test_asking_again_replaces_what_waited_and_erases_its_file(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    for _ in range(2):
        upload(client, "ktp", cast.portrait())
    assert sorted(ProfileChange.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]
    assert Paper.objects.count() == SealedFile.objects.count() == 1


def test_a_paper_of_somebody_else_is_not_found(ayu: Holder, ministry: Institution) -> None:
    paper = holders.waiting_paper(ministry, "Budi Percobaan").evidence
    assert paper is not None
    assert holders.browser_of(ayu).get(f"/akun/berkas/{paper.pk}/").status_code == 404


def test_an_item_that_the_procedure_does_not_ask_is_not_found(ayu: Holder, natuna: Institution) -> None:
    assert holders.browser_of(ayu).get("/akun/lengkapi/statement-letter/").status_code == 404
    assert holders.browser_of(holders.holder_of(natuna)).get("/akun/lengkapi/nik/").status_code == 404


# --- The decision --------------------------------------------------------------------------------------------------
def test_the_reason_is_on_the_page_and_in_the_mail_word_for_word(ayu: Holder, hr: Account) -> None:
    upload(holders.browser_of(ayu), "ktp", cast.portrait())
    changes.refuse(ProfileChange.objects.get().pk, "KTP <buram>, pindai lagi.", by=hr)

    assert "Ditolak: KTP &lt;buram&gt;, pindai lagi." in page_of(ayu)
    mail = outbox.compose(OutboxMessage.objects.get(template="profile_refused"))
    assert mail.to == ayu.mailbox
    assert "KTP <buram>, pindai lagi." in mail.text
    assert "File Scan KTP ditolak" in mail.subject


def test_a_new_mailbox_moves_login_and_registry_along(ayu: Holder, hr: Account) -> None:
    holders.browser_of(ayu).post(
        "/akun/lengkapi/mailbox/", {"value": "Ayu.Baru@kemenkeu.example", "consent-kebijakan-privasi": "on"}
    )
    changes.approve(ProfileChange.objects.get().pk, by=hr)
    found = Holder.objects.select_related("account", "record").get(pk=ayu.pk)
    assert found.record is not None
    assert {found.mailbox, found.account.login, found.record.mailbox} == {"ayu.baru@kemenkeu.example"}
    mails = holders.mails("profile_approved")
    assert {mail.to for mail in mails} == {"ayu.baru@kemenkeu.example", "ayu.contoh@kemenkeu.example"}
    assert all("Nama masuk Anda sekarang: ayu.baru@kemenkeu.example" in mail.text for mail in mails)


# --- Registering ---------------------------------------------------------------------------------------------------
def test_not_before_everything_is_valid(ayu: Holder) -> None:
    assert holders.browser_of(ayu).post("/akun/registrasi/", {"go": "yes"})["Location"] == "/akun/"
    assert not Application.objects.exists()


def test_the_button_hands_the_profile_to_the_first_check(ayu: Holder, hr: Account) -> None:
    upload(holders.browser_of(ayu), "ktp", cast.portrait())
    holders.complete(ayu, hr)
    client = holders.browser_of(ayu)
    page = client.get("/akun/").content.decode()
    assert page.count('<span aria-hidden="true">✓</span> Valid') == 5

    assert client.post("/akun/registrasi/")["Location"] == "/akun/tanda-terima/"

    application = Application.objects.get()
    assert lifecycle.state_of(application) == lifecycle.PRE_CHECK
    assert (application.nik, application.mailbox, application.kind) == (holders.NIK, ayu.mailbox, "asn")
    assert set(application.papers.values_list("kind", flat=True)) == {
        "ktp", "signature-specimen", "recommendation-letter"
    }  # fmt: skip
    assert Consent.objects.filter(application=application).exists()
    assert application.receipt in client.get("/akun/tanda-terima/").content.decode()
    assert profile.IN_PROGRESS in client.get("/akun/").content.decode()
    assert client.get("/akun/status/").status_code == 200


def test_two_clicks_make_one_application(ayu: Holder, hr: Account) -> None:
    holders.complete(ayu, hr)
    client = holders.browser_of(ayu)
    for _ in range(2):
        client.post("/akun/registrasi/")
    assert Application.objects.count() == 1


def test_after_the_first_check_both_mails_go(ayu: Holder, hr: Account, ministry: Institution) -> None:
    verifier = cast.make_officer("dina", (ministry, Role.Kind.VERIFIER))
    holders.complete(ayu, hr)
    holders.browser_of(ayu).post("/akun/registrasi/")
    OutboxMessage.objects.all().delete()
    with transaction.atomic():
        lifecycle.change("vouch", lifecycle.locked(Application.objects.get().pk), by=verifier)

    mails = {row.template: outbox.compose(row) for row in OutboxMessage.objects.all()}
    assert mails["set_passphrase"].subject == "[eSign] Pendaftaran Sertifikat Digital"
    assert mails["account"].subject == "[BSrE] Login Information"
    assert "Kata sandi sudah Anda pilih" in mails["account"].text
    assert ayu.account.login in mails["account"].text
