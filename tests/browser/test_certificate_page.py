"""The holder's page without an account: in by a mailed link, files as OpenSSL reads them, the key once."""

import re
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import accessible
from tests.portal import Portal

PASSWORD = "kerbau jingga tujuh bukit"
# Brings two of the demo's people with certificates to a portal that began without anybody. Its worker hears nothing of
# them: told at once, it would issue with today's date what is to be older.
FILL = """
from tte_portal import workers
workers.tell = lambda *words: None
from enrollment.demo import cast
from enrollment.models import Institution, Role
from verification import demo_certificates
cast.CERTIFIED, demo_certificates.LIVES = cast.CERTIFIED[:2], demo_certificates.LIVES[:2]
place = Institution.objects.get(slug="natuna")
roles = Role.objects.filter(institution=place).select_related("account")
demo_certificates.fill(place, {role.kind: role.account for role in roles})
print(demo_certificates.people(place)[0]["mailbox"], demo_certificates.people(place)[1]["mailbox"])
"""


def openssl(*words: str) -> str:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def come_in(page: Page, portal: Portal, mailbox: str) -> str:
    """From the footer of the front page to the certificate; returns the mailed address."""
    page.goto(portal.url)
    page.get_by_role("contentinfo").get_by_role("link", name="Sertifikat saya").click()
    accessible(page)
    page.get_by_label("Surel dinas").fill(mailbox)
    page.get_by_role("button", name="Kirim tautan masuk").click()
    expect(page.get_by_role("heading", name="Periksa surel dinas Anda")).to_be_visible()
    accessible(page)
    address: str = portal.wait_for_message(mailbox, "status_link")["links"][0]
    page.goto(address)
    accessible(page)
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page).to_have_url(re.compile("/akun/sertifikat/$"))
    return address


def bottom_of(page: Page, text: str) -> float:
    box = page.get_by_role("main").get_by_text(text).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def unfold(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).click()


def saved(page: Page, name: str, folder: Path, kind: str = "link") -> Path:
    with page.expect_download() as download:
        page.get_by_role(kind, name=name).click()  # type: ignore[arg-type]
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_holder_without_account_comes_in_and_takes_the_files_and_the_key_once(
    portal: Portal, phone: Page, browser: Any, tmp_path: Path
) -> None:
    active, ending = portal.manage("shell", "-c", FILL).split()[-2:]

    address = come_in(phone, portal, active)
    expect(phone.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    expect(phone.get_by_role("img", name=re.compile("persen masa berlaku sudah lewat"))).to_be_visible()
    # Whether it works and until when stands on the first screen; the whole is short until something is unfolded.
    for told in ("Siap dipakai menandatangani", "Berlaku sampai", "Sisa"):
        assert bottom_of(phone, told) <= PHONE["height"], told
    assert phone.evaluate("document.documentElement.scrollHeight") <= 4 * PHONE["height"]
    accessible(phone)
    for folded in ("Berkas dan keterangan", "Riwayat sertifikat", "Kabar yang kami kirim", "Hanya untuk uji coba"):
        unfold(phone, folded)
    expect(phone.get_by_text("Nomor 71 Tahun 2019")).to_be_visible()
    accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360

    pem = saved(phone, "Unduh sertifikat (PEM)", tmp_path)
    der = saved(phone, "Unduh sertifikat (DER)", tmp_path)
    check_with_openssl(pem, der, tmp_path)
    take_the_key(phone, portal, pem, tmp_path)

    # The same link in another browser: refused, and a new one is offered.
    stranger = browser.new_context(viewport=DESKTOP).new_page()
    stranger.goto(address)
    stranger.get_by_role("button", name="Lanjutkan").click()
    expect(stranger.get_by_role("heading", name="Tautan ini sudah dibuka di peramban lain")).to_be_visible()
    accessible(stranger)
    # In this one it goes on.
    phone.goto(address)
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()

    come_in(stranger, portal, ending)
    expect(stranger.get_by_text("! Segera berakhir")).to_be_visible()
    expect(stranger.get_by_text("Sisa 12 hari")).to_be_visible()
    accessible(stranger)
    stranger.get_by_role("button", name="Keluar").click()
    stranger.goto(f"{portal.url}/akun/sertifikat/")
    expect(stranger).to_have_url(re.compile("/akun/sertifikat/masuk/"))
    stranger.context.close()


def check_with_openssl(pem: Path, der: Path, folder: Path) -> None:
    holder, *above = re.findall(r"-----BEGIN.*?-----END CERTIFICATE-----\n", pem.read_text(), re.DOTALL)
    (folder / "holder.pem").write_text(holder)
    (folder / "issuing.pem").write_text("".join(above[:-1]))
    (folder / "root.pem").write_text(above[-1])
    names = ["-CAfile", "root.pem", "-untrusted", "issuing.pem", "holder.pem"]
    words = [str(folder / each) if each.endswith(".pem") else each for each in names]
    assert "holder.pem: OK" in openssl("verify", *words)
    assert openssl("x509", "-inform", "DER", "-in", str(der), "-outform", "PEM") == holder


def take_the_key(phone: Page, portal: Portal, pem: Path, folder: Path) -> None:
    passphrase: str = portal.demo()["passphrase"]
    phone.get_by_role("link", name="Unduh beserta kuncinya").click()
    accessible(phone)
    phone.get_by_label("Passphrase Anda sekarang").fill(passphrase)
    phone.get_by_label("Kata sandi baru untuk berkas ini").fill("pendek")
    phone.get_by_label("Ulangi kata sandi berkas").fill("pendek")
    phone.get_by_role("button", name="Unduh berkas PKCS#12").click()
    expect(phone.get_by_role("alert").or_(phone.locator(".error-summary")).first).to_contain_text("minimal 14 karakter")
    accessible(phone)
    phone.get_by_label("Passphrase Anda sekarang").fill(passphrase)
    phone.get_by_label("Kata sandi baru untuk berkas ini").fill(PASSWORD)
    phone.get_by_label("Ulangi kata sandi berkas").fill(PASSWORD)
    file = saved(phone, "Unduh berkas PKCS#12", folder, "button")
    # What was typed does not stay on the screen.
    expect(phone.get_by_text("Berkas sedang disimpan")).to_be_visible()
    expect(phone.get_by_label("Passphrase Anda sekarang")).to_have_value("")

    told = openssl("pkcs12", "-info", "-noout", "-in", str(file), "-passin", f"pass:{PASSWORD}")
    assert "PBES2, PBKDF2, AES-256-CBC" in told
    key = openssl("pkcs12", "-nocerts", "-noenc", "-in", str(file), "-passin", f"pass:{PASSWORD}")
    (folder / "key.pem").write_text(key)
    assert openssl("pkey", "-in", str(folder / "key.pem"), "-pubout") == openssl(
        "x509", "-in", str(pem), "-noout", "-pubkey"
    )

    phone.goto(f"{portal.url}/akun/sertifikat/kunci/")
    expect(phone.get_by_text("hanya diberikan satu kali")).to_be_visible()
    accessible(phone)
    phone.goto(f"{portal.url}/akun/sertifikat/")
    unfold(phone, "Riwayat sertifikat")
    done = phone.get_by_role("listitem").filter(has_text="Sertifikat diunduh beserta kuncinya (PKCS#12)")
    expect(done).to_be_visible()
    unfold(phone, "Berkas dan keterangan")
    expect(phone.get_by_text("sudah diunduh")).to_be_visible()
    expect(phone.get_by_role("link", name="Unduh beserta kuncinya")).to_have_count(0)
