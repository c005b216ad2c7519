"""What people with a profile do about their account, without JavaScript; the regions' journeys have the rest."""

from playwright.sync_api import Page, expect

from tests.browser.accounts import PASSWORD, code_of
from tests.portal import Portal


def test_password_codes_and_phone_are_changed_without_javascript(old_phone: Page, portal: Portal) -> None:
    person = portal.person(7, "magelang")
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
