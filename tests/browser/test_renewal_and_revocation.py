"""The later life of a certificate in a real browser: renewed in its last month, suspended by an officer, revoked."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import Applicant, accessible
from tests.portal import Portal, wait_for
from verification.demo_stages import PASSPHRASE

Desk = Callable[[str, str], Page]
OWN = "/akun/sertifikat/"

MAKE = """
from enrollment import lifecycle
from enrollment.demo import seed
from enrollment.models import Institution
from tte_portal.models import Account
from verification import demo_stages
from verification.certificates import proposals
place = Institution.objects.get(slug="natuna")
officers = {"verifier": Account.objects.get(login="%s")}
for person in seed.people(place):
    if person["mailbox"] == "%s":
        made = demo_stages.bring(place, person, lifecycle.PASSPHRASE, officers)
        demo_stages.MOVES[lifecycle.PASSPHRASE](demo_stages.Stage(made, lifecycle.PASSPHRASE, person, officers))
        proposals.propose(made, "left", "Pensiun")
"""
ACTIVE = "SELECT 1 FROM enrollment_application WHERE mailbox = %s AND status = 'ACTIVE'"
LATER = (
    "UPDATE passphrase_certificate SET not_after = now() + make_interval(days => %s) WHERE application_id IN "
    "(SELECT id FROM enrollment_application WHERE mailbox = %s) RETURNING 1"
)
NEWEST = (
    "SELECT c.der, c.chain FROM passphrase_certificate c JOIN enrollment_application a ON a.id = c.application_id "
    "WHERE a.mailbox = %s ORDER BY c.id DESC LIMIT 1"
)


def holder_of(number: int, page: Page, portal: Portal) -> Applicant:
    """Somebody of the registry with an active certificate, who came in by the link to their mailbox."""
    me = Applicant(page, portal, portal.person(number))
    portal.manage("shell", "--no-imports", "-c", MAKE % (portal.account("verifier")["login"], me.mailbox))
    wait_for(lambda: portal.query(ACTIVE, me.mailbox), f"the certificate of {me.mailbox}")
    me.ask_for_status()
    return me


def fits(page: Page) -> None:
    """On a phone and on a desk: anybody can use it, and nothing is cut off."""
    before = page.viewport_size
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size(before)  # type: ignore[arg-type]


def status_of(me: Applicant, folder: Path) -> str:
    """What OpenSSL hears of the certificate from the running portal."""
    der, chain = portal_row(me)
    certificate = x509.load_der_x509_certificate(der)
    (folder / "holder.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_text(chain)
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    url = next(str(each.access_location.value) for each in access if each.access_method._name == "OCSP")
    words = ["openssl", "ocsp", "-issuer", "chain.pem", "-cert", "holder.pem", "-CAfile", "chain.pem"]
    done = subprocess.run([*words, "-url", url], cwd=folder, capture_output=True, text=True, timeout=60)
    assert "Response verify OK" in done.stdout + done.stderr
    reason = re.search(r"Reason: (\w+)", done.stdout)
    return reason[1] if reason else done.stdout.partition("holder.pem: ")[2].split()[0]


def portal_row(me: Applicant) -> tuple[bytes, str]:
    (row,) = me.portal.query(NEWEST, me.mailbox)
    return bytes(row[0]), str(row[1])


def test_no_button_on_day_31_and_renewed_on_day_29(phone: Page, portal: Portal) -> None:
    me = holder_of(4, phone, portal)
    portal.query(LATER, 31, me.mailbox)
    phone.goto(f"{portal.url}{OWN}")
    expect(phone.get_by_role("link", name="Perpanjang sertifikat")).to_have_count(0)
    phone.goto(f"{portal.url}{OWN}perpanjang/")
    expect(phone.get_by_text("Dapat diperpanjang mulai")).to_be_visible()
    expect(phone.get_by_role("main").get_by_role("button")).to_have_count(0)
    fits(phone)

    portal.query(LATER, 29, me.mailbox)
    phone.goto(f"{portal.url}{OWN}")
    phone.get_by_role("link", name="Perpanjang sertifikat").first.click()
    expect(phone.get_by_role("row", name=re.compile("Jabatan"))).to_be_visible()
    fits(phone)
    phone.get_by_role("button", name="Ya, data saya benar: perpanjang").click()
    expect(phone.get_by_role("heading", name="Perpanjangan Anda sedang berjalan")).to_be_visible()
    fits(phone)
    # The one of the first time was used up long ago: the newest mail is the right one.
    me.make_passphrase("Gunung-Hijau 81 Perahu")

    both = "SELECT status FROM enrollment_application WHERE mailbox = %s ORDER BY created_at"
    wait_for(lambda: portal.query(both, me.mailbox) == [("REVOKED",), ("ACTIVE",)], "the renewed certificate")
    reason = "SELECT c.revocation_reason FROM passphrase_certificate c JOIN enrollment_application a "
    reason += "ON a.id = c.application_id WHERE a.mailbox = %s ORDER BY c.id"
    assert portal.query(reason, me.mailbox) == [("superseded",), ("",)]


def test_an_officer_suspends_and_resumes_and_the_holder_revokes(
    phone: Page, desk: Desk, portal: Portal, tmp_path: Path
) -> None:
    me = holder_of(5, phone, portal)
    assert status_of(me, tmp_path) == "good"
    officer = desk("verifier", "natuna")
    the_officer_suspends(officer, me)
    assert status_of(me, tmp_path) == "certificateHold"
    the_officer_resumes(officer, me)
    the_officer_looks_around(officer, me)
    assert status_of(me, tmp_path) == "good"
    the_holder_revokes(me)
    assert status_of(me, tmp_path) == "keyCompromise"
    a_second_request_changes_nothing(me)


def the_officer_suspends(officer: Page, me: Applicant) -> None:
    officer.goto(f"{me.portal.url}/admin/")
    officer.get_by_role("main").get_by_role("link", name="Sertifikat", exact=True).click()
    fits(officer)
    officer.get_by_label("Cari sertifikat").fill(me.person["nik"])
    officer.get_by_role("button", name="Cari").click()
    expect(officer.get_by_text(me.mailbox)).to_be_visible()
    fits(officer)
    officer.get_by_role("link", name="Tangguhkan").click()
    officer.get_by_role("button", name="Tangguhkan").click()
    expect(officer.get_by_role("alert")).to_be_visible()
    fits(officer)
    officer.get_by_label("Ponsel atau komputer Anda hilang").check()
    officer.get_by_label("Catatan untuk sesama petugas").fill("Ponsel hilang, tiket 7")
    officer.get_by_role("button", name="Tangguhkan").click()
    expect(officer.get_by_text("Sertifikat ditangguhkan.")).to_be_visible()


def the_officer_resumes(officer: Page, me: Applicant) -> None:
    me.page.goto(f"{me.portal.url}{OWN}aktifkan-lagi/")
    expect(me.page.get_by_role("heading", name="Sertifikat ini ditangguhkan petugas")).to_be_visible()
    expect(me.page.get_by_text("Ponsel atau komputer Anda hilang")).to_be_visible()
    fits(me.page)
    officer.get_by_role("link", name="Aktifkan lagi").click()
    officer.get_by_label("Catatan untuk sesama petugas").fill("Sudah ditemukan")
    officer.get_by_role("button", name="Aktifkan lagi").click()
    expect(officer.get_by_text("Sertifikat aktif lagi.")).to_be_visible()


def the_officer_looks_around(officer: Page, me: Applicant) -> None:
    me.portal.query(LATER, 20, me.mailbox)
    name = re.compile(re.escape(me.person["name"]))
    officer.goto(f"{me.portal.url}/admin/sertifikat/akan-berakhir/")
    expect(officer.get_by_role("row", name=name)).to_contain_text("20 hari")
    fits(officer)
    officer.goto(f"{me.portal.url}/admin/sertifikat/usulan/")
    fits(officer)
    officer.get_by_role("link", name=name).click()
    expect(officer.get_by_text("Pensiun", exact=True)).to_be_visible()
    fits(officer)
    officer.get_by_label("Catatan").fill("Masih bekerja, SK 12/2026")
    officer.get_by_role("button", name="Pertahankan").click()
    expect(officer.get_by_text("dipertahankan")).to_be_visible()
    officer.get_by_role("link", name="Bandingkan dengan daftar pegawai lengkap").click()
    fits(officer)


def the_holder_revokes(me: Applicant) -> None:
    page = me.page
    page.goto(f"{me.portal.url}{OWN}tangguhkan/")
    fits(page)
    page.goto(f"{me.portal.url}{OWN}cabut/")
    fits(page)
    page.get_by_label("Passphrase diketahui orang lain").check()
    page.get_by_label("Passphrase Anda").fill("Bukan-Ini 1 !")
    page.get_by_role("button", name="Cabut sertifikat saya").click()
    expect(page.get_by_role("alert")).to_contain_text("Passphrase belum cocok")
    fits(page)
    expect(page.get_by_label("Passphrase diketahui orang lain")).to_be_checked()
    page.get_by_label("Passphrase Anda").fill(PASSPHRASE)
    page.get_by_role("button", name="Cabut sertifikat saya").click()
    expect(page.get_by_role("heading", name="Sertifikat Anda sudah dicabut")).to_be_visible()
    fits(page)


def a_second_request_changes_nothing(me: Applicant) -> None:
    me.page.goto(f"{me.portal.url}{OWN}cabut/")
    expect(me.page.get_by_text("Tidak ada yang berubah")).to_be_visible()
