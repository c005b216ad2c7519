"""A holder's account as people make it: from "Belum punya akun?" to the recovery codes, and signing in again."""

from base64 import b32decode

from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.journey import accessible
from tests.portal import Portal

PASSWORD = "ombak tenang pagi cerah"


def code_of(key: str) -> str:
    """What an authenticator shows that was given this key."""
    squeezed = "".join(key.split())
    return f"{totp(b32decode(squeezed + '=' * (-len(squeezed) % 8))):06}"


def open_mail(page: Page, portal: Portal, mailbox: str, template: str) -> None:
    """Find the mail in /kotak-keluar/ and follow its link, as from the inbox."""
    message = portal.wait_for_message(mailbox, template)
    page.goto(f"{portal.url}/kotak-keluar/?q={mailbox}")
    page.locator(f"#surat-{message['id']}").get_by_role("link", name="Buka tautan").first.click()
    accessible(page)
    page.get_by_role("button", name="Lanjutkan").click()


def ask_for_account(page: Page, portal: Portal, mailbox: str) -> None:
    """From the page to sign in to the mail's link."""
    page.goto(f"{portal.url}/akun/")
    accessible(page)
    page.get_by_role("link", name="Minta tautan lewat surel dinas").click()
    accessible(page)
    page.get_by_label("surel dinas").fill(mailbox)
    page.get_by_role("button", name="Kirim tautan").click()
    accessible(page)
    open_mail(page, portal, mailbox, "account")
    accessible(page)


def set_up(page: Page) -> tuple[str, list[str]]:
    """Choose a password, install the authenticator; returns its key and the recovery codes."""
    page.get_by_label("Kata sandi baru", exact=True).fill(PASSWORD)
    page.get_by_label("Ulangi kata sandi baru").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    accessible(page)
    key = page.locator("code.key").inner_text()
    page.get_by_label("Kode dari aplikasi").fill(code_of(key))
    page.get_by_role("button", name="Pasang dan masuk").click()
    expect(page.get_by_role("heading", name="Kode pemulihan Anda")).to_be_visible()
    accessible(page)
    codes = page.locator(".recovery code").all_inner_texts()
    page.get_by_role("link", name="Sudah saya simpan").click()
    return key, codes


def make_account(page: Page, portal: Portal, mailbox: str) -> list[str]:
    """From "Belum punya akun?" to the recovery codes."""
    ask_for_account(page, portal, mailbox)
    return set_up(page)[1]


def sign_in(page: Page, portal: Portal, login: str, code: str, password: str = PASSWORD) -> None:
    """Login name, password, and what the authenticator (or the list of recovery codes) says."""
    page.goto(f"{portal.url}/akun/")
    page.get_by_label("Nama masuk").fill(login)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_label("Kode autentikator").fill(code)
    page.get_by_role("button", name="Masuk", exact=True).click()
