"""The steps of Natuna's guide as a person's hands do them."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.portal import Portal, code_of, wait_for

PASSPHRASE = "Laut-Biru 27 Kapal"


def accessible(page: Page) -> None:
    assert axe.violations(page) == [], page.url


def open_mail(page: Page, portal: Portal, to: str, template: str) -> None:
    """Find the mail in /kotak-keluar/ and follow its link, as the person would from the inbox."""
    message = portal.wait_for_message(to, template)
    page.goto(f"{portal.url}/kotak-keluar/?q={to}")
    page.locator(f"#surat-{message['id']}").get_by_role("link", name="Buka tautan").first.click()
    accessible(page)
    page.get_by_role("button", name="Lanjutkan").click()


def fill_in_data_diri(page: Page, person: dict[str, str]) -> None:
    expect(page.get_by_role("heading", name="Data Diri")).to_be_visible()
    page.get_by_label("Nama Lengkap").fill(person["name"])
    page.get_by_label("NIK").fill(person["nik"])
    page.get_by_label("Gelar Depan").fill("-")
    page.get_by_label("Gelar Belakang").fill("-")
    page.get_by_label("Nomor Telepon").fill(person["phone"])
    page.get_by_role("button", name="Next").click()


def fill_in_data_kedinasan(page: Page, person: dict[str, str]) -> None:
    expect(page.get_by_role("heading", name="Data Kedinasan")).to_be_visible()
    page.get_by_label("ASN dan Penyidik POLRI", exact=True).check()
    page.get_by_label("NIP / NRP").fill(person["nip"])
    page.get_by_role("button", name="Cek NIP / NRP").click()
    expect(page.get_by_text("Data pegawai ditemukan")).to_be_visible()
    expect(page.get_by_label("Provinsi")).to_have_value("Kepulauan Riau")
    accessible(page)
    page.get_by_role("button", name="Next").click()


def photograph_with_camera(page: Page) -> None:
    expect(page.get_by_role("heading", name="Foto Diri")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Ambil foto", exact=True).click()
    page.get_by_role("button", name="Aktifkan kamera").click()
    # Not wait_for_function: that evaluates a string in the page, which the policy forbids.
    wait_for(lambda: page.evaluate("() => document.querySelector('video').videoWidth > 0"), "the camera's picture")
    page.get_by_role("button", name="Ambil Foto", exact=True).click()
    page.get_by_role("button", name="Pakai foto ini").click()


def photograph_from_file(page: Page, file: Path) -> None:
    expect(page.get_by_role("heading", name="Foto Diri")).to_be_visible()
    page.get_by_label("Pilih dari galeri atau berkas").set_input_files(file)


def agree_and_go_on(page: Page) -> None:
    page.get_by_label("Saya telah membaca dan menyetujui kebijakan privasi").check()
    page.get_by_role("button", name="Next").click()
    arrived = page.get_by_role("heading", name=re.compile("Periksa jawaban|Foto Anda sudah tersimpan"))
    expect(arrived.first).to_be_visible(timeout=20_000)
    # With hints about the photo the page stays for a look at them; Next goes on.
    if page.url.endswith("/foto-diri/"):
        page.get_by_role("button", name="Next").click()


def check_answers_and_submit(page: Page, person: dict[str, str]) -> str:
    """Returns the receipt number."""
    expect(page.get_by_text(person["nik"])).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Submit").click()
    accessible(page)
    receipt = page.get_by_text("TTE-").first.inner_text()
    return receipt[receipt.index("TTE-") :][:13]


def sign_in(page: Page, portal: Portal, role: str, institution: str = "natuna") -> None:
    account = portal.account(role, institution)
    page.goto(f"{portal.url}/admin/")
    accessible(page)
    page.get_by_label("Nama masuk").fill(account["login"])
    page.get_by_label("Kata sandi").fill(account["password"])
    page.get_by_label("Kode autentikator").fill(code_of(account))
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Selamat bekerja")).to_be_visible()


def make_passphrase(page: Page, passphrase: str = PASSPHRASE) -> None:
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_label("Konfirmasi Passphrase", exact=True).fill(passphrase)
    page.get_by_label("Saya menyetujui sertifikat saya diterbitkan").check()
    accessible(page)
    page.get_by_role("button", name="Buat Passphrase").click()
    accessible(page)
