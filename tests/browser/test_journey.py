"""Natuna's guide, sentence by sentence, on real processes: with JavaScript and a camera, and without either."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import journey
from tests.browser.journey import Applicant
from tests.portal import Portal


def test_from_the_activation_mail_to_active_with_a_camera(portal: Portal, phone: Page, verifier: Page) -> None:
    ayu = Applicant(phone, portal, portal.person(0))
    ayu.begin()
    ayu.fill_in_data_diri()
    ayu.fill_in_data_kedinasan()
    ayu.photograph_with_camera()
    ayu.agree_and_go_on()
    receipt = ayu.check_answers_and_submit()
    journey.take_case(verifier, portal, receipt)
    verifier.get_by_role("button", name="Setujui").first.click()
    journey.wait_until_decided(portal, receipt)
    ayu.make_passphrase()
    see_active(ayu)


def test_the_same_way_without_javascript(portal: Portal, old_phone: Page, verifier: Page, tmp_path: Path) -> None:
    budi = Applicant(old_phone, portal, portal.person(1), scripted=False)
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(cast.portrait())
    budi.begin()
    budi.fill_in_data_diri()
    budi.fill_in_data_kedinasan()
    budi.photograph_from_file(photo)
    budi.agree_and_go_on()
    receipt = budi.check_answers_and_submit()
    journey.take_case(verifier, portal, receipt)
    verifier.get_by_role("button", name="Setujui").first.click()
    journey.wait_until_decided(portal, receipt)
    budi.make_passphrase()
    see_active(budi)


def see_active(applicant: Applicant) -> None:
    """The certificate's mail with its subject, the mail after the pause, and ACTIVE on the status page."""
    issued = applicant.portal.wait_for_message(applicant.mailbox, "issued")
    assert issued["subject"] == "[BSrE] Sertifikat Elektronik Terbit"
    applicant.portal.wait_for_message(applicant.mailbox, "active")
    applicant.ask_for_status()
    expect(applicant.page.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    applicant.looks()


def test_asked_for_corrections_the_applicant_lands_on_the_field(portal: Portal, phone: Page, verifier: Page) -> None:
    """Citra asks for her link herself, is asked to correct her phone, corrects it, and is then rejected."""
    citra = Applicant(phone, portal, portal.person(2))
    phone.goto(f"{portal.url}/natuna/aktivasi/")
    citra.looks()
    phone.get_by_label("Surel dinas").fill(citra.mailbox)
    phone.get_by_role("main").get_by_role("button").last.click()
    citra.looks()
    citra.begin()
    citra.fill_in_data_diri()
    citra.fill_in_data_kedinasan()
    citra.photograph_with_camera()
    citra.agree_and_go_on()
    receipt = citra.check_answers_and_submit()
    ask_correction(verifier, portal, receipt, "Nomor Telepon", "Nomor ini tidak aktif. Isi nomor lain.")
    citra.open_mail("correction")
    expect(phone).to_have_url(f"{portal.url}/pengajuan/data-diri/#id_phone")
    expect(phone.get_by_text("Nomor ini tidak aktif. Isi nomor lain.").first).to_be_visible()
    citra.looks()
    phone.get_by_label("Nomor Telepon").fill("0800 1000 9999")
    phone.get_by_role("button", name="Next").click()
    phone.goto(f"{portal.url}/pengajuan/periksa/")
    citra.check_answers_and_submit()
    reject(verifier, portal, receipt, "Anda terdaftar di instansi lain.")
    refused = portal.wait_for_message(citra.mailbox, "rejected")
    assert "Anda terdaftar di instansi lain." in refused["text"]


def ask_correction(verifier: Page, portal: Portal, receipt: str, label: str, words: str) -> None:
    journey.take_case(verifier, portal, receipt)
    verifier.get_by_text("Perlu perbaikan", exact=True).click()
    verifier.locator("#correct .reason summary", has_text=label).first.click()
    field = verifier.get_by_label(f"Kata-kata sendiri untuk {label}")
    field.fill(words)
    journey.accessible(verifier)
    verifier.get_by_role("button", name="Lihat yang akan dibaca pemohon").first.click()
    confirm(verifier, words)
    journey.wait_until_decided(portal, receipt)


def reject(verifier: Page, portal: Portal, receipt: str, words: str) -> None:
    journey.take_case(verifier, portal, receipt)
    verifier.get_by_text("Tolak", exact=True).click()
    verifier.locator("#reject").get_by_label("Kata-kata sendiri").fill(words)
    verifier.locator("#reject").get_by_role("button", name="Lihat yang akan dibaca pemohon").click()
    confirm(verifier, words)
    journey.wait_until_decided(portal, receipt)


def confirm(verifier: Page, words: str) -> None:
    """The preview shows what the applicant will read; its main button sends it."""
    expect(verifier.get_by_text(words).first).to_be_visible()
    journey.accessible(verifier)
    verifier.get_by_role("main").locator("form button").first.click()
