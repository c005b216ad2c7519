"""The public form: what is asked follows the procedure, what was accepted is kept, a row is written for a worker."""

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw

from enrollment import lifecycle, tasks
from enrollment.models import Application, Consent, Institution, Paper, Registration
from enrollment.ways_in import drafts, effort
from tests import hostile_pdf
from tests.hostile import everything_written, spellings, sql
from tests.ways_in import drawn, proof_of, send, typed
from tte_portal import files
from tte_portal.models import OutboxMessage, SealedFile

pytestmark = pytest.mark.django_db

PATH = "/tangsel/registrasi/"


@pytest.fixture
def tangsel(institutions: dict[str, Institution]) -> Institution:
    return institutions["tangsel"]


def test_the_page_has_the_guide_s_words_and_says_what_to_have_ready(tangsel: Institution) -> None:
    page = Client().get(PATH).content.decode()
    for words in (
        "MOHON SIAPKAN", "KTP berwarna", "kertas putih polos", "NIP", "Nama", "Jabatan", "Unit Kerja",
        "Spesimen Tanda Tangan", "Surat Rekomendasi", "NIK", "Kab/Kota", "Email", "Telp.", "Kirim Registrasi",
    ):  # fmt: skip
        assert words in page
    assert "@tangerangselatankota" in page


def test_a_registration_waits_for_the_verifier_and_nobody_gets_mail(tangsel: Institution) -> None:
    answer = send(PATH, typed(tangsel), follow=True)
    assert answer.redirect_chain[-1][0] == f"{PATH}terkirim/"
    receipt = Registration.objects.get().receipt
    assert receipt in answer.content.decode()
    tasks.take_registration(str(Registration.objects.get().pk))
    application = Application.objects.get()
    assert lifecycle.state_of(application) == lifecycle.PRE_CHECK
    assert application.receipt == receipt
    assert {paper.kind for paper in application.papers.all()} == {"ktp", "signature-specimen", "recommendation-letter"}
    assert Consent.objects.filter(application=application).count() == 1
    assert not OutboxMessage.objects.exists()
    assert not Registration.objects.exists()


def test_nothing_typed_can_be_read_in_the_database(tangsel: Institution) -> None:
    answers = {**typed(tangsel), "unit": "Unit yang tak ada duanya"}
    send(PATH, answers)
    written = everything_written()
    for secret in (answers["nik"], answers["employee_number"], answers["unit"]):
        assert not any(each in written for each in spellings(secret.encode()))


def test_papers_that_were_accepted_stay_through_an_error_elsewhere(tangsel: Institution) -> None:
    client = Client()
    page = send(PATH, {**typed(tangsel), "nik": "123"}, client=client)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("sudah kami terima") == 3
    assert "16 angka" in text
    assert not Registration.objects.exists()
    again = send(PATH, typed(tangsel), client=client, page=page, files={})
    assert again.status_code == 302
    assert len(Registration.objects.get().papers) == 3


def test_a_paper_chosen_anew_takes_the_place_of_the_first(tangsel: Institution) -> None:
    page = send(PATH, {**typed(tangsel), "nik": "123"})
    assert SealedFile.objects.count() == 4
    send(PATH, typed(tangsel), page=page, files={"ktp": drawn("ktp.png", "PNG")})
    assert SealedFile.objects.count() == 4


def test_nothing_is_kept_before_the_consent(tangsel: Institution) -> None:
    answers = {name: text for name, text in typed(tangsel).items() if not name.startswith("consent-")}
    page = send(PATH, answers)
    assert "Centang" in page.content.decode()
    assert not SealedFile.objects.exists()


def test_files_that_nobody_sent_are_erased_after_an_hour(tangsel: Institution) -> None:
    page = send(PATH, {**typed(tangsel), "nik": "123"})
    assert drafts.erase_unsent() == 0
    sql("UPDATE tte_portal_sealedfile SET created_at = now() - interval '61 minutes'")
    assert drafts.erase_unsent() == 4
    assert not SealedFile.objects.exists()
    told = send(PATH, typed(tangsel), page=page, files={})
    assert "Pilih lagi berkasnya" in told.content.decode()
    assert not Registration.objects.exists()
    assert send(PATH, typed(tangsel), page=told).status_code == 302


def test_files_that_were_sent_are_not_swept(tangsel: Institution) -> None:
    send(PATH, typed(tangsel))
    sql("UPDATE tte_portal_sealedfile SET created_at = now() - interval '61 minutes'")
    assert drafts.erase_unsent() == 0


def test_sent_twice_it_is_one_registration(tangsel: Institution) -> None:
    page = Client().get(PATH)
    receipts = {send(PATH, typed(tangsel), page=page, follow=True).content.split(b"receipt code")[1][:30] for _ in "12"}
    assert len(receipts) == 1
    registration = Registration.objects.get()
    tasks.take_registration(str(registration.pk))
    send(PATH, typed(tangsel), page=page)
    tasks.sweep_registrations()
    sql("UPDATE enrollment_registration SET created_at = now() - interval '21 seconds'")
    tasks.sweep_registrations()
    assert Application.objects.count() == 1
    assert Paper.objects.count() == 3
    assert not Registration.objects.exists()


def test_two_tabs_send_two_registrations_that_do_not_mix(tangsel: Institution) -> None:
    client = Client()
    first, second = client.get(PATH), client.get(PATH)
    send(PATH, {**typed(tangsel), "name": "Satu Contoh"}, client=client, page=first)
    send(PATH, {**typed(tangsel), "name": "Dua Contoh"}, client=client, page=second)
    assert {each.answers["name"] for each in Registration.objects.all()} == {"Satu Contoh", "Dua Contoh"}


def locked() -> bytes:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(hostile_pdf.letter())) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    return buffer.getvalue()


def scripted() -> bytes:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(hostile_pdf.letter())) as pdf:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('hai')"))
        pdf.Root.OpenAction = action
        pdf.save(buffer)
    return buffer.getvalue()


def test_a_letter_with_a_script_is_taken_and_its_copy_has_none(tangsel: Institution) -> None:
    chosen = {"recommendation-letter": SimpleUploadedFile("surat.pdf", scripted(), "application/pdf")}
    assert send(PATH, typed(tangsel), files=chosen).status_code == 302
    tasks.take_registration(str(Registration.objects.get().pk))
    paper = Paper.objects.get(kind="recommendation-letter")
    assert "scripts" in paper.findings
    assert b"JavaScript" not in files.read(paper.copy)
    assert b"app.alert" in files.read(paper.original)


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("ktp", hostile_pdf.letter(), "bukan foto"),
        ("recommendation-letter", b"halo", "bukan PDF"),
        ("recommendation-letter", hostile_pdf.letter(200), "terlalu tebal"),
        ("recommendation-letter", b"", "kosong"),
        ("recommendation-letter", locked(), "kata sandi"),
        ("recommendation-letter", b"%PDF-1.7" + b" " * (11 * 2**20), "terlalu besar"),
        ("signature-specimen", b"\xff\xd8\xff" + b"x" * 400, "bukan foto"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_in_words(
    tangsel: Institution, kind: str, content: bytes, told: str
) -> None:
    page = send(PATH, typed(tangsel), files={kind: SimpleUploadedFile("ktp.jpg", content, "image/jpeg")})
    assert page.status_code == 200
    assert told in page.content.decode()
    assert page.content.decode().count("sudah kami terima") == 2
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "mailbox", ["orang@gmail.example", "a@evil-tangerangselatankota.example", "x@sultengprov.example"]
)
def test_a_mailbox_outside_the_institution_s_domains_is_refused(tangsel: Institution, mailbox: str) -> None:
    page = send(PATH, {**typed(tangsel), "mailbox": mailbox})
    assert "Surel pribadi tidak dapat dipakai" in page.content.decode()
    assert not Registration.objects.exists()


def test_numbers_may_have_blanks_and_hyphens_in_them(tangsel: Institution) -> None:
    answers = typed(tangsel)
    spaced = " ".join(re.findall("....", answers["nik"]))
    assert send(PATH, {**answers, "nik": spaced, "phone": "0812-3456 7890"}).status_code == 302
    assert Registration.objects.get().answers["nik"] == answers["nik"]
    assert Registration.objects.get().answers["phone"] == "+6281234567890"


def test_more_files_than_any_form_asks_are_not_read(tangsel: Institution) -> None:
    many = {f"file-{number}": SimpleUploadedFile("x.jpg", b"x", "image/jpeg") for number in range(7)}
    assert Client().post(PATH, many).status_code == 400


# --- What it costs -------------------------------------------------------------------------------------------------
def test_without_proof_the_question_is_asked_and_its_answer_counts(tangsel: Institution) -> None:
    page = Client().get(PATH)
    assert "ditambah" in page.content.decode()
    refused = send(PATH, typed(tangsel), page=page, proof="tidak dihitung")
    assert effort.UNANSWERED in refused.content.decode()
    assert not SealedFile.objects.exists()
    assert effort.WRONG in send(PATH, {**typed(tangsel), "answer": "1"}, page=page, proof="").content.decode()
    first, second = re.search(r"Berapa (\w+) ditambah (\w+)", page.content.decode()).groups()  # type: ignore[union-attr]
    total = effort.WORDS.index(first) + effort.WORDS.index(second)
    assert send(PATH, {**typed(tangsel), "answer": f" {total} "}, page=page, proof="").status_code == 302


def test_a_proof_counts_for_its_own_form_alone(tangsel: Institution, monkeypatch: Any) -> None:
    # As dear as for people: a cheap proof fits another form once in a while.
    monkeypatch.setattr(effort, "BITS", 16)
    first, second = Client().get(PATH), Client().get(PATH)
    page = send(PATH, typed(tangsel), page=second, proof=proof_of(first))
    assert page.status_code == 200
    assert not Registration.objects.exists()


def test_the_question_lets_only_so_many_through(tangsel: Institution, monkeypatch: Any) -> None:
    monkeypatch.setattr(effort, "BY_QUESTION", type(effort.BY_QUESTION)("registrations-by-question", 0, 3600))
    page = Client().get(PATH)
    first, second = re.search(r"Berapa (\w+) ditambah (\w+)", page.content.decode()).groups()  # type: ignore[union-attr]
    total = effort.WORDS.index(first) + effort.WORDS.index(second)
    answer = send(PATH, {**typed(tangsel), "answer": str(total)}, page=page, proof="")
    assert effort.CROWDED in answer.content.decode()


def test_a_form_sent_at_once_is_asked_to_wait(tangsel: Institution, monkeypatch: Any) -> None:
    monkeypatch.setattr(effort, "LEAST_SECONDS", 3)
    page = send(PATH, typed(tangsel))
    assert effort.TOO_FAST in page.content.decode()
    assert not Registration.objects.exists()


def test_the_trap_looks_like_success_and_writes_nothing(tangsel: Institution) -> None:
    answer = send(PATH, {**typed(tangsel), "situs": "https://murah.example"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PATH}terkirim/"
    assert not Registration.objects.exists()
    assert not SealedFile.objects.exists()


def test_a_draft_of_another_institution_or_a_changed_one_is_not_taken(institutions: dict[str, Institution]) -> None:
    sql("UPDATE enrollment_institution SET procedure_slug = 'tangsel' WHERE slug = 'natuna'")
    page = Client().get("/natuna/registrasi/")
    assert send(PATH, typed(institutions["tangsel"]), page=page).status_code == 200
    assert not Registration.objects.exists()


def test_one_address_may_try_so_often(tangsel: Institution, monkeypatch: Any) -> None:
    from enrollment.ways_in import pages

    monkeypatch.setattr(pages, "TRIES", type(pages.TRIES)("registration-tries", 2, 3600))
    assert [Client().post(PATH, {}).status_code for _ in range(4)] == [200, 200, 429, 429]


def test_an_institution_that_is_flooded_says_so_and_loses_nothing(tangsel: Institution, monkeypatch: Any) -> None:
    from enrollment.ways_in import hand_in

    monkeypatch.setattr(
        hand_in, "BY_INSTITUTION", type(hand_in.BY_INSTITUTION)("registrations-at-institution", 0, 3600)
    )
    page = send(PATH, typed(tangsel))
    assert hand_in.CROWDED in page.content.decode()
    assert page.content.decode().count("sudah kami terima") == 3


# --- The procedure decides -----------------------------------------------------------------------------------------
def test_the_papers_asked_are_the_procedure_s(tangsel: Institution) -> None:
    Institution.objects.filter(pk=tangsel.pk).update(procedure_changes={"way_in.papers": ["ktp"]})
    page = Client().get(PATH).content.decode()
    assert 'name="ktp"' in page
    assert 'name="signature-specimen"' not in page
    files = {"ktp": drawn("ktp.jpg")}
    assert send(PATH, typed(tangsel), files=files, only=True).status_code == 302


def test_a_missing_paper_is_named(tangsel: Institution) -> None:
    page = send(PATH, typed(tangsel), files={"ktp": drawn("ktp.jpg")}, only=True)
    assert "Spesimen Tanda Tangan belum dipilih" in page.content.decode()


@pytest.mark.parametrize("slug", ["natuna", "sulteng", "kemenkeu", "magelang"])
def test_other_ways_in_lead_elsewhere(institutions: dict[str, Institution], slug: str) -> None:
    expected = {"natuna": "/natuna/aktivasi/", "sulteng": "/sulteng/pengajuan-tte/"}.get(
        slug, f"/akun/?instansi={slug}"
    )
    assert Client().get(f"/{slug}/registrasi/").headers["Location"] == expected
    assert expected in Client().get(f"/{slug}/").content.decode()


def test_the_way_of_invitations_leads_to_the_form_here(tangsel: Institution) -> None:
    assert Client().get("/tangsel/aktivasi/").headers["Location"] == PATH


def test_a_closed_institution_takes_nothing(tangsel: Institution) -> None:
    Institution.objects.filter(pk=tangsel.pk).update(procedure_slug="")
    assert Client().get(PATH).headers["Location"] == "/tangsel/"


def test_the_picture_is_kept_without_its_metadata(tangsel: Institution) -> None:
    buffer = BytesIO()
    picture = Image.new("RGB", (900, 560), "#cde")
    ImageDraw.Draw(picture).text((20, 20), "KTP", fill="black")
    exif = Image.Exif()
    exif[0x010E] = "rahasia-di-exif"
    picture.save(buffer, "JPEG", exif=exif)
    send(PATH, typed(tangsel), files={"ktp": SimpleUploadedFile("k.jpg", buffer.getvalue(), "image/jpeg")})
    kept = SealedFile.objects.get(kind="ktp")
    assert b"rahasia-di-exif" not in files.read(kept)
