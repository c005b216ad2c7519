"""Profiles as people use them: the account from its mail, the data that HR agrees to, the mailbox that is proven."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.browser import journey
from tests.browser.accounts import PASSWORD, code_of, make_account
from tests.browser.conftest import DESKTOP, Watch
from tests.browser.journey import accessible
from tests.enrollment.holders import letter
from tests.portal import Portal

pytestmark = pytest.mark.browser


def scan(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_five_valid_data_and_then_registrasi_ds(phone: Page, portal: Portal, browser: Browser, tmp_path: Path) -> None:
    person = portal.person(9, "kemenkeu")
    codes = make_account(phone, portal, person["mailbox"])
    assert len(codes) == 10
    expect(phone.get_by_text("user belum terdaftar")).to_be_visible()
    expect(phone.get_by_role("button", name="Registrasi DS")).to_be_disabled()
    accessible(phone)

    ktp = scan(tmp_path, "ktp.jpg", cast.portrait())
    phone.get_by_role("link", name=re.compile("^Lengkapi Sekarang NIK")).click()
    accessible(phone)
    phone.get_by_label("NIK", exact=True).fill(person["nik"])
    phone.get_by_label("File Scan KTP").set_input_files(ktp)
    phone.get_by_role("button", name="Kirim").click()
    accessible(phone)
    phone.get_by_role("checkbox").check()
    phone.get_by_label("File Scan KTP").set_input_files(ktp)
    phone.get_by_role("button", name="Kirim").click()
    expect(phone.get_by_text("menunggu persetujuan bagian kepegawaian").first).to_be_visible()
    uploads = {
        "File Scan Rekomendasi": scan(tmp_path, "surat.pdf", letter()),
        "File Scan TTD": scan(tmp_path, "ttd.jpg", cast.portrait()),
    }
    for label, path in uploads.items():
        phone.get_by_role("link", name=f"Lengkapi Sekarang {label}").click()
        accessible(phone)
        phone.get_by_label(label).set_input_files(path)
        phone.get_by_role("button", name="Kirim").click()
        expect(phone.get_by_text(f"{label} sudah dikirim")).to_be_visible()

    hr_agrees(browser, portal, person["name"], 4)

    phone.reload()
    expect(phone.get_by_text("✓ Valid")).to_have_count(5)
    accessible(phone)
    phone.get_by_role("button", name="Registrasi DS").click()
    expect(phone.get_by_role("heading", name="Pendaftaran diterima")).to_be_visible()
    accessible(phone)
    phone.get_by_role("link", name="Ke akun saya").click()
    expect(phone.get_by_text("masih dalam proses penerbitan sertifikat elektronik")).to_be_visible()
    phone.get_by_role("link", name="Lihat perjalanan pengajuan").click()
    accessible(phone)


def hr_agrees(browser: Browser, portal: Portal, name: str, changes: int) -> None:
    """The HR officer looks at each change and agrees."""
    context = browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watch(page)
    journey.sign_in(page, portal, "hr", "kemenkeu")
    accessible(page)
    for _ in range(changes):
        page.goto(f"{portal.url}/admin/perubahan-profil/")
        accessible(page)
        page.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
        expect(page.get_by_role("button", name="Setujui")).to_be_visible()
        accessible(page)
        page.get_by_role("button", name="Setujui").click()
        expect(page.get_by_text(f"{name} disetujui")).to_be_visible()
    assert watch.faults == []
    context.close()


def test_password_codes_and_phone_are_changed_without_javascript(old_phone: Page, portal: Portal) -> None:
    person = portal.person(8, "magelang")
    page = old_phone
    page.goto(f"{portal.url}/akun/minta/")
    page.get_by_label("surel dinas").fill(person["mailbox"])
    page.get_by_role("button", name="Kirim tautan").click()
    message = portal.wait_for_message(person["mailbox"], "account")
    page.goto(f"{portal.url}/kotak-keluar/?q={person['mailbox']}")
    page.locator(f"#surat-{message['id']}").get_by_role("link", name="Buka tautan").first.click()
    page.get_by_role("button", name="Lanjutkan").click()
    page.get_by_label("Kata sandi baru", exact=True).fill(PASSWORD)
    page.get_by_label("Ulangi kata sandi baru").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    page.get_by_label("Kode dari aplikasi").fill(code_of(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Pasang dan masuk").click()
    code = page.locator(".recovery code").first.inner_text()
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_label("Nama masuk").fill(person["mailbox"])
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_label("Kode autentikator").fill(code)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("heading", name="Sertifikat Elektronik BSrE")).to_be_visible()
