"""Sulteng's guide, sentence by sentence, on real processes: self-service, the wizard, an agreement of 15 seconds."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, expect

from tests.browser import accounts, journey
from tests.browser.journey import Applicant, accessible
from tests.portal import Portal

INSTITUTION = "sulteng"
STATEMENT = "Surat Pernyataan Penggunaan Data Pribadi Untuk Penerbitan Tanda Tangan Elektronik"
Desk = Callable[[str, str], Page]


def test_from_pengajuan_tte_to_a_certificate_that_srikandi_takes(
    phone: Page, portal: Portal, desk: Desk, tmp_path: Path
) -> None:
    me = Applicant(phone, portal, portal.person(8, INSTITUTION), province="Sulawesi Tengah")
    step_7_published_table_of_verifiers_and_of_known_problems_with_the_way_out(me)
    step_3_self_service_layanan_tanda_tangan_elektronik_pengajuan_tte(me)
    step_3_with_the_statement_on_the_attached_form_offered_filled_in_as_pdf(me, tmp_path)
    step_4_aktivasi_akun_then_the_wizard_then_aktivasi_akun_berhasil(me, desk)
    step_5_two_mails_informasi_akun_and_set_passphrase(me)
    step_5_the_agreement_must_stay_open_about_15_seconds_before_it_can_be_accepted(me)
    step_6_sertifikat_elektronik_terbit_and_1_hour_before_signing_in_srikandi(me)
    the_account_of_the_mail_shows_the_certificate(me)


def step_7_published_table_of_verifiers_and_of_known_problems_with_the_way_out(me: Applicant) -> None:
    """Name, role, number; link not received, link expired, NIK, NIP, activation failed, passphrase failed."""
    me.page.goto(f"{me.portal.url}/{INSTITUTION}/")
    me.looks()
    officer = me.page.get_by_role("table", name="Kontak verifikator").get_by_role("row").nth(1)
    expect(officer).to_contain_text("Verifikator Contoh Satu")
    expect(officer).to_contain_text("Verifikator utama")
    expect(officer.get_by_role("link", name="0800 1000 001")).to_be_visible()
    problems = (
        "Tautan aktivasi tidak masuk", "Tautan sudah kedaluwarsa", "NIK tidak dikenal atau sudah terdaftar",
        "NIP tidak ditemukan", "Aktivasi gagal", "Passphrase gagal dibuat atau tautannya kedaluwarsa",
    )  # fmt: skip
    for problem in problems:
        row = me.page.get_by_role("group").filter(has_text=problem)
        row.locator("summary").click()
        expect(row.get_by_role("paragraph").first).to_be_visible()
    me.looks()


def step_3_self_service_layanan_tanda_tangan_elektronik_pengajuan_tte(me: Applicant) -> None:
    me.page.get_by_role("main").get_by_role("link", name="Pengajuan TTE").first.click()
    expect(me.page.get_by_role("navigation", name="Letak halaman")).to_have_text(
        re.compile(r"Layanan\s*›\s*Tanda Tangan Elektronik\s*›\s*Pengajuan TTE")
    )
    me.page.get_by_label("Nama", exact=True).fill(me.person["name"])
    me.page.get_by_label("NIP / NRP").fill(me.person["nip"])
    me.page.get_by_label("Jabatan").fill("Auditor Ahli Pertama")
    me.page.get_by_label("Unit Kerja").fill("Inspektorat Contoh")
    me.page.get_by_label("Email").fill(me.mailbox)
    me.looks()
    me.page.get_by_role("button", name="Lanjutkan").click()


def step_3_with_the_statement_on_the_attached_form_offered_filled_in_as_pdf(me: Applicant, folder: Path) -> None:
    expect(me.page.get_by_text(STATEMENT)).to_be_visible()
    with me.page.expect_download() as download:
        me.page.get_by_role("link", name="Unduh Surat Pernyataan").click()
    statement = folder / "pernyataan.pdf"
    download.value.save_as(statement)
    words = " ".join(pypdfium2.PdfDocument(statement)[0].get_textpage().get_text_range().split())
    assert me.person["name"] in words
    assert me.person["nip"] in words
    assert STATEMENT.lower() in words.lower()
    me.page.get_by_label("Surat Pernyataan").set_input_files(statement)
    me.page.get_by_role("checkbox", name="kebijakan privasi").check()
    me.looks()
    me.page.get_by_role("button", name="Kirim Pengajuan").click()
    expect(me.page.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
    me.looks()


def step_4_aktivasi_akun_then_the_wizard_then_aktivasi_akun_berhasil(me: Applicant, desk: Desk) -> None:
    sent = me.portal.wait_for_message(me.mailbox, "activation")
    assert sent["subject"] == "[BSrE] Aktivasi Akun"
    me.begin()
    me.fill_in_data_diri()
    me.fill_in_data_kedinasan()
    me.photograph_with_camera()
    me.go_on_past_the_hints()
    receipt = me.check_answers_and_submit()
    expect(me.page.get_by_text("Aktivasi Akun berhasil")).to_be_visible()
    # That a verifier checks after the wizard is inferred from the guide.
    verifier = desk("verifier", INSTITUTION)
    journey.take_case(verifier, me.portal, receipt)
    expect(verifier.get_by_text("Surat Pernyataan").first).to_be_visible()
    journey.open_papers(verifier)
    verifier.get_by_role("button", name="Setujui").first.click()
    journey.wait_until_decided(me.portal, receipt)


def step_5_two_mails_informasi_akun_and_set_passphrase(me: Applicant) -> None:
    account = me.portal.wait_for_message(me.mailbox, "account")
    assert account["subject"] == "[BSrE] Informasi Akun"
    assert me.mailbox in account["text"]
    assert me.portal.wait_for_message(me.mailbox, "set_passphrase")["subject"] == "[BSrE] Set Passphrase"


def step_5_the_agreement_must_stay_open_about_15_seconds_before_it_can_be_accepted(me: Applicant) -> None:
    """By keyboard; a reload begins nothing anew, for the server keeps the time."""
    me.open_mail("set_passphrase")
    submit = me.page.get_by_role("button", name="Buat Passphrase")
    box = me.page.get_by_label("Saya menyetujui sertifikat saya diterbitkan")
    expect(submit).to_be_disabled()
    expect(box).to_be_disabled()
    me.looks()
    me.page.get_by_role("link", name="Buka Perjanjian").focus()
    me.page.keyboard.press("Enter")
    expect(me.page.get_by_text("Passphrase hanya milik Anda")).to_be_visible()
    expect(me.page.get_by_role("timer")).to_contain_text("Sisa waktu baca")
    me.looks()
    me.page.wait_for_timeout(3000)
    me.page.reload()
    assert int(re.findall(r"\d+", me.page.get_by_role("timer").inner_text())[0]) <= 13
    me.page.get_by_label("Passphrase", exact=True).fill(journey.PASSPHRASE)
    me.page.get_by_label("Konfirmasi Passphrase", exact=True).fill(journey.PASSPHRASE)
    expect(submit).to_be_disabled()
    expect(box).to_be_enabled()
    box.check()
    submit.click()
    expect(me.page.get_by_role("heading", name="Passphrase berhasil dibuat")).to_be_visible()
    me.looks()


def step_6_sertifikat_elektronik_terbit_and_1_hour_before_signing_in_srikandi(me: Applicant) -> None:
    """Common Name, Organization, Country, Serial Number, Description, valid until; by it one accepts."""
    sent = me.portal.wait_for_message(me.mailbox, "issued")
    assert sent["subject"] == "[BSrE] Sertifikat Elektronik Terbit"
    for label in ("Common Name", "Organization", "Country", "Serial Number", "Description", "Berlaku sampai"):
        assert re.search(rf"^{label}: \S", sent["text"], re.MULTILINE), label
    # The demonstration's three seconds stand for the hour.
    assert "Tunggu 3 detik sebelum menandatangani di SRIKANDI, INAPROC" in sent["text"]
    assert "Dengan pemberitahuan ini Anda dianggap menerima sertifikat" in sent["text"]
    me.portal.wait_for_message(me.mailbox, "active")


def the_account_of_the_mail_shows_the_certificate(me: Applicant) -> None:
    """ "[BSrE] Informasi Akun" holds a link to choose a password, never a password."""
    accounts.open_mail(me.page, me.portal, me.mailbox, "account")
    accounts.set_up(me.page)
    expect(me.page.get_by_role("heading", name="Akun saya")).to_be_visible()
    accessible(me.page)
    me.page.get_by_role("link", name="Lihat perjalanan pengajuan").click()
    expect(me.page.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    me.looks()
