"""Kemenkeu's guide, sentence by sentence, on real processes: a profile, HR's agreement, two officers, a certificate."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import accounts
from tests.browser.journey import accessible, open_papers
from tests.holders import letter
from tests.portal import Portal, wait_for

INSTITUTION = "kemenkeu"
PASSPHRASE = "Laut-Biru 27 Kapal"
AGREEMENT = "Perjanjian Pemilik Sertifikat Elektronik"
STATUS = "Status Digital Signature Anda"
IN_PROGRESS = "user telah terdaftar dan masih dalam proses penerbitan sertifikat elektronik"
Desk = Callable[[str, str], Page]


@dataclass
class Employee:
    """Somebody of the ministry with a phone, a folder of scans and a dinas mailbox."""

    page: Page
    portal: Portal
    person: dict[str, str]
    scans: Path

    def scan(self, name: str, content: bytes) -> Path:
        (self.scans / name).write_bytes(content)
        return self.scans / name

    def mails(self, template: str) -> list[dict[str, str]]:
        return [each for each in self.portal.messages(self.person["mailbox"]) if each["template"] == template]

    def opens_the_account(self) -> None:
        self.page.goto(f"{self.portal.url}/akun/")
        expect(self.page.get_by_role("heading", name=STATUS)).to_be_visible()
        accessible(self.page)


def test_from_user_belum_terdaftar_to_the_certificate_that_can_be_downloaded(
    phone: Page, old_phone: Page, portal: Portal, desk: Desk, tmp_path: Path
) -> None:
    me = Employee(phone, portal, portal.person(9, INSTITUTION), tmp_path)
    step_1_a_logged_in_employee_profile_shows_status_digital_signature_anda(me)
    step_2_status_validitas_data_lists_five_each_valid_or_not(me)
    step_2_lengkapi_sekarang_mends_them(me)
    step_2_each_change_must_first_be_approved_by_the_units_hr(me, desk)
    receipt = step_2_when_all_five_are_valid_registrasi_ds_works(me)
    link = step_3_a_ds_officer_verifies_only_then_two_mails(me, desk, receipt)
    step_4_the_agreement_on_its_own_page_read_saya_setuju(me)
    the_same_without_javascript(old_phone, link)
    step_3_the_passphrase_page_shows_a_strength_score(me)
    step_4_kirim(me)
    step_5_a_second_check_by_the_ds_officer_then_certificate_issued(me, desk, receipt)
    step_5_the_certificate_can_be_downloaded(me)


def step_1_a_logged_in_employee_profile_shows_status_digital_signature_anda(me: Employee) -> None:
    """NIP, Nama, Jabatan, Unit Terakhir, Gol/Pangkat; at first "user belum terdaftar"."""
    me.page.goto(f"{me.portal.url}/{INSTITUTION}/")
    accessible(me.page)
    me.page.get_by_role("main").get_by_role("link", name="Registrasi DS").first.click()
    assert len(accounts.make_account(me.page, me.portal, me.person["mailbox"])) == 10
    for label in ("NIP", "Nama", "Jabatan", "Unit Terakhir", "Gol/Pangkat"):
        expect(me.page.get_by_role("term").filter(has_text=re.compile(f"^{label}$"))).to_be_visible()
    expect(me.page.get_by_role("definition").filter(has_text=me.person["nip"])).to_be_visible()
    expect(me.page.get_by_role("heading", name=STATUS)).to_be_visible()
    expect(me.page.get_by_text("user belum terdaftar")).to_be_visible()
    accessible(me.page)


def step_2_status_validitas_data_lists_five_each_valid_or_not(me: Employee) -> None:
    expect(me.page.get_by_role("heading", name="Status Validitas Data")).to_be_visible()
    items = me.page.locator("section[aria-labelledby=validitas] li")
    expect(items.locator("b")).to_have_text(["NIK", "Email", "File Scan KTP", "File Scan Rekomendasi", "File Scan TTD"])
    expect(items.filter(has_text="Belum valid")).to_have_count(4)
    expect(me.page.get_by_role("button", name="Registrasi DS")).to_be_disabled()


def step_2_lengkapi_sekarang_mends_them(me: Employee) -> None:
    ktp = me.scan("ktp.jpg", cast.portrait())
    me.page.get_by_role("link", name="Lengkapi Sekarang NIK").click()
    accessible(me.page)
    me.page.get_by_label("NIK", exact=True).fill(me.person["nik"])
    me.page.get_by_label("File Scan KTP").set_input_files(ktp)
    # Without consent nothing is uploaded: the page says so, and the scan is chosen again.
    me.page.get_by_role("button", name="Kirim").click()
    accessible(me.page)
    me.page.get_by_role("checkbox").check()
    me.page.get_by_label("File Scan KTP").set_input_files(ktp)
    me.page.get_by_role("button", name="Kirim").click()
    expect(me.page.get_by_text("menunggu persetujuan bagian kepegawaian").first).to_be_visible()
    uploads = {
        "File Scan Rekomendasi": me.scan("surat.pdf", letter()),
        "File Scan TTD": me.scan("ttd.jpg", cast.portrait()),
    }
    for label, path in uploads.items():
        me.page.get_by_role("link", name=f"Lengkapi Sekarang {label}").click()
        accessible(me.page)
        me.page.get_by_label(label).set_input_files(path)
        me.page.get_by_role("button", name="Kirim").click()
        expect(me.page.get_by_text(f"{label} sudah dikirim")).to_be_visible()
    accessible(me.page)


def step_2_each_change_must_first_be_approved_by_the_units_hr(me: Employee, desk: Desk) -> None:
    expect(me.page.get_by_text("✓ Valid")).to_have_count(1)
    expect(me.page.get_by_role("button", name="Registrasi DS")).to_be_disabled()
    hr, name = desk("hr", INSTITUTION), me.person["name"]
    for _ in range(4):
        hr.goto(f"{me.portal.url}/admin/perubahan-profil/")
        accessible(hr)
        hr.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
        expect(hr.get_by_role("button", name="Setujui")).to_be_visible()
        accessible(hr)
        hr.get_by_role("button", name="Setujui").click()
        expect(hr.get_by_text(f"{name} disetujui")).to_be_visible()


def step_2_when_all_five_are_valid_registrasi_ds_works(me: Employee) -> str:
    """Then "user telah terdaftar dan masih dalam proses penerbitan sertifikat elektronik"; returns the receipt."""
    me.opens_the_account()
    expect(me.page.get_by_text("✓ Valid")).to_have_count(5)
    me.page.get_by_role("button", name="Registrasi DS").click()
    expect(me.page.get_by_role("heading", name="Pendaftaran diterima")).to_be_visible()
    accessible(me.page)
    receipt = me.page.locator(".receipt").inner_text()
    me.page.get_by_role("link", name="Ke akun saya").click()
    expect(me.page.get_by_text(IN_PROGRESS)).to_be_visible()
    accessible(me.page)
    return receipt


def step_3_a_ds_officer_verifies_only_then_two_mails(me: Employee, desk: Desk, receipt: str) -> str:
    """ "[BSrE] Login Information", and "[eSign] Pendaftaran Sertifikat Digital" with the passphrase link: the link."""
    assert me.mails("set_passphrase") == []
    known = len(me.mails("account"))
    officer = desk("verifier", INSTITUTION)
    officer.goto(f"{me.portal.url}/admin/pemeriksaan-pendaftaran/")
    accessible(officer)
    officer.get_by_role("link", name=receipt).click()
    expect(officer.get_by_text(me.person["nik"]).first).to_be_visible()
    accessible(officer)
    open_papers(officer)
    officer.get_by_role("button", name="Terima pendaftaran").click()
    expect(officer.get_by_text(f"{receipt} diterima")).to_be_visible()
    wait_for(lambda: len(me.mails("account")) > known, "the mail about the account")
    assert me.portal.wait_for_message(me.person["mailbox"], "account")["subject"] == "[BSrE] Login Information"
    sent = me.portal.wait_for_message(me.person["mailbox"], "set_passphrase")
    assert sent["subject"] == "[eSign] Pendaftaran Sertifikat Digital"
    # The path that such links have had keeps working.
    link = re.search(r"http\S+/email/set/passphrase/\S+", sent["text"])
    assert link is not None
    me.page.goto(link[0].replace("/email/set/passphrase/", "/email/user/enroll/"))
    accessible(me.page)
    me.page.get_by_role("button", name="Lanjutkan").click()
    return link[0]


def step_4_the_agreement_on_its_own_page_read_saya_setuju(me: Employee) -> None:
    expect(me.page.get_by_role("heading", name=AGREEMENT)).to_be_visible()
    expect(me.page.get_by_text("Passphrase hanya milik Anda")).to_be_visible()
    accessible(me.page)
    me.page.get_by_role("button", name="Saya Setuju").click()


def the_same_without_javascript(old_phone: Page, link: str) -> None:
    old_phone.goto(link)
    old_phone.get_by_role("button", name="Lanjutkan").click()
    expect(old_phone.get_by_role("heading", name="Buat Passphrase")).to_be_visible()
    old_phone.get_by_role("link", name="Kembali").first.click()
    expect(old_phone.get_by_role("heading", name=AGREEMENT)).to_be_visible()
    old_phone.get_by_role("button", name="Saya Setuju").click()
    expect(old_phone.get_by_role("heading", name="Buat Passphrase")).to_be_visible()


def step_3_the_passphrase_page_shows_a_strength_score(me: Employee) -> None:
    """0–4, told in the page itself: nothing leaves it while somebody types."""
    sent: list[str] = []
    expect(me.page.get_by_role("heading", name="Buat Passphrase")).to_be_visible()
    me.page.on("request", lambda request: sent.append(request.url))
    me.page.get_by_label("Passphrase", exact=True).fill("Password1!")
    expect(me.page.get_by_text(re.compile(r"[01] dari 4"))).to_be_visible()
    me.page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    me.page.get_by_label("Konfirmasi Passphrase").fill(PASSPHRASE)
    expect(me.page.get_by_text(re.compile(r"[34] dari 4"))).to_be_visible()
    assert sent == []
    accessible(me.page)


def step_4_kirim(me: Employee) -> None:
    me.page.get_by_role("button", name="Kirim").click()
    expect(me.page.get_by_role("heading", name="Passphrase berhasil dibuat")).to_be_visible()
    expect(me.page.get_by_text("menunggu persetujuan penerbit")).to_be_visible()
    accessible(me.page)


def step_5_a_second_check_by_the_ds_officer_then_certificate_issued(me: Employee, desk: Desk, receipt: str) -> None:
    issuer = desk("issuer", INSTITUTION)
    issuer.goto(f"{me.portal.url}/admin/")
    expect(issuer.get_by_role("heading", name="Sertifikat yang menunggu persetujuan penerbit")).to_be_visible()
    issuer.get_by_role("link", name="Buka daftar", exact=True).click()
    accessible(issuer)
    issuer.get_by_role("link", name=receipt).click()
    accessible(issuer)
    issuer.get_by_role("button", name="Setujui penerbitan").click()
    expect(issuer.get_by_text("disetujui untuk diterbitkan")).to_be_visible()
    sent = me.portal.wait_for_message(me.person["mailbox"], "issued")
    assert sent["subject"] == "[BSrE] Certificate Issued"
    assert me.person["name"] in sent["text"]
    me.portal.wait_for_message(me.person["mailbox"], "active")


def step_5_the_certificate_can_be_downloaded(me: Employee) -> None:
    me.opens_the_account()
    expect(me.page.get_by_text("user telah terdaftar dan memiliki sertifikat elektronik")).to_be_visible()
    me.page.get_by_role("link", name="Buka sertifikat saya").click()
    expect(me.page.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    accessible(me.page)
    me.page.get_by_text("Berkas dan keterangan").click()
    with me.page.expect_download() as download:
        me.page.get_by_role("link", name="Unduh sertifikat (PEM)").click()
    path = me.scans / "sertifikat.pem"
    download.value.save_as(path)
    mine = x509.load_pem_x509_certificates(path.read_bytes())[0]
    assert me.person["name"] in mine.subject.rfc4514_string()
    me.page.get_by_role("link", name="Perjalanan pengajuan").click()
    expect(me.page.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    accessible(me.page)
