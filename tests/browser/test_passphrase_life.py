"""A passphrase's later life on a phone: tried, with a document to keep; changed; locked; forgotten and made anew."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.journey import Applicant
from tests.browser.test_renewal_and_revocation import OWN, fits, holder_of
from tests.portal import Portal, wait_for
from verification.demo_stages import PASSPHRASE

CHANGED, RESET = "Gunung-Hijau 81 Perahu", "Lembah-Ungu 33 Rakit"
STATES = "SELECT status FROM enrollment_application WHERE mailbox = %s ORDER BY created_at"
REASONS = (
    "SELECT c.revocation_reason FROM passphrase_certificate c JOIN enrollment_application a ON a.id = c.application_id "
    "WHERE a.mailbox = %s ORDER BY c.id"
)
ALMOST_LOCKED = (
    "UPDATE passphrase_signingkey SET guesses = 9 WHERE destroyed_at IS NULL AND application_id IN "
    "(SELECT id FROM enrollment_application WHERE mailbox = %s) RETURNING 1"
)


def test_tried_changed_locked_forgotten_and_made_anew(phone: Page, portal: Portal, tmp_path: Path) -> None:
    me = holder_of(8, phone, portal)
    document = tries_it(me, tmp_path)
    anybody_verifies(me, document)
    changes_it(me)
    is_locked_and_opens_the_lock_by_mail(me)
    forgets_it_and_makes_a_new_one(me)


def goes_to(me: Applicant, act: str) -> None:
    me.page.goto(f"{me.portal.url}{OWN}")
    me.page.get_by_role("main").get_by_role("link", name=act).first.click()


def types(me: Applicant, passphrase: str) -> None:
    me.page.get_by_label("Passphrase", exact=True).fill(passphrase)
    me.page.get_by_role("button", name="Coba passphrase").click()


def tries_it(me: Applicant, folder: Path) -> Path:
    goes_to(me, "Coba passphrase")
    fits(me.page)
    types(me, "Bukan-Yang 27 Benar")
    expect(me.page.get_by_text("Sisa percobaan: 9").first).to_be_visible()
    fits(me.page)
    types(me, PASSPHRASE)
    expect(me.page.get_by_role("heading", name="Passphrase benar")).to_be_visible()
    fits(me.page)
    with me.page.expect_download() as download:
        me.page.get_by_role("link", name="Unduh dokumen contoh").click()
    path = folder / "percobaan.pdf"
    download.value.save_as(path)
    return path


def anybody_verifies(me: Applicant, document: Path) -> None:
    me.page.goto(f"{me.portal.url}/verifikasi/")
    me.page.get_by_label("Dokumen PDF").set_input_files(document)
    me.page.get_by_role("button", name="Periksa dokumen").click()
    expect(me.page.get_by_text("Tanda tangan sah dan dokumen utuh").first).to_be_visible()
    expect(me.page.get_by_text(me.person["name"]).first).to_be_visible()


def changes_it(me: Applicant) -> None:
    goes_to(me, "Ganti passphrase")
    fits(me.page)
    me.page.get_by_label("Passphrase sekarang").fill(PASSPHRASE)
    me.page.get_by_label("Passphrase baru", exact=True).fill(CHANGED)
    me.page.get_by_label("Konfirmasi passphrase baru").fill(CHANGED)
    me.page.get_by_role("button", name="Ganti passphrase").click()
    expect(me.page.get_by_role("heading", name="Passphrase sudah diganti")).to_be_visible()
    fits(me.page)
    assert "diganti pada" in me.portal.wait_for_message(me.mailbox, "passphrase_changed")["text"]
    me.page.get_by_role("link", name="Coba passphrase baru").click()
    types(me, CHANGED)
    expect(me.page.get_by_role("heading", name="Passphrase benar")).to_be_visible()


def is_locked_and_opens_the_lock_by_mail(me: Applicant) -> None:
    me.portal.query(ALMOST_LOCKED, me.mailbox)
    goes_to(me, "Coba passphrase")
    types(me, PASSPHRASE)
    expect(me.page.get_by_role("heading", name="Passphrase dikunci sementara")).to_be_visible()
    fits(me.page)
    me.portal.wait_for_message(me.mailbox, "passphrase_locked")
    me.page.get_by_role("button", name="Kirim tautan pembuka").click()
    fits(me.page)
    me.open_mail("passphrase_unlock")
    expect(me.page.get_by_role("heading", name="Kunci sudah dibuka")).to_be_visible()
    fits(me.page)


def forgets_it_and_makes_a_new_one(me: Applicant) -> None:
    goes_to(me, "Lupa passphrase")
    fits(me.page)
    me.page.get_by_role("button", name="Kirim tautan passphrase baru").click()
    expect(me.page.get_by_role("heading", name="Periksa surel Anda")).to_be_visible()
    fits(me.page)
    assert me.portal.query(STATES, me.mailbox) == [("ACTIVE",), ("ON_SET_PASSPHRASE",)]

    def newest() -> bool:
        return len([m for m in me.portal.messages(me.mailbox) if m["template"] == "set_passphrase"]) == 2

    wait_for(newest, "the second link")
    me.make_passphrase(RESET)
    ended = [[("REVOKED",), (state,)] for state in ("ISSUE", "ACTIVE")]
    wait_for(lambda: me.portal.query(STATES, me.mailbox) in ended, "the new certificate")
    assert me.portal.query(REASONS, me.mailbox) == [("superseded",), ("",)]
    goes_to(me, "Coba passphrase")
    types(me, RESET)
    expect(me.page.get_by_role("heading", name="Passphrase benar")).to_be_visible()
