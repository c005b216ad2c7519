"""The steps of the guide as a person's hands do them, on a phone."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.portal import Portal, wait_for

PASSPHRASE = "Laut-Biru 27 Kapal"


def accessible(page: Page) -> None:
    found = axe.violations(page)
    assert found == [], f"{page.url}: {found}"


@dataclass
class Applicant:
    """Somebody with a browser and a dinas mailbox. Without scripts axe cannot run; the pages are the same."""

    page: Page
    portal: Portal
    person: dict[str, str]
    scripted: bool = True
    province: str = "Kepulauan Riau"

    @property
    def mailbox(self) -> str:
        return self.person["mailbox"]

    def looks(self) -> None:
        """Whatever page this is: anybody can use it."""
        if self.scripted:
            accessible(self.page)

    def open_mail(self, template: str) -> None:
        """Find the mail in /kotak-keluar/ and follow its link, as from the inbox."""
        message = self.portal.wait_for_message(self.mailbox, template)
        self.page.goto(f"{self.portal.url}/kotak-keluar/?q={self.mailbox}")
        self.page.locator(f"#surat-{message['id']}").get_by_role("link", name="Buka tautan").first.click()
        self.looks()
        self.page.get_by_role("button", name="Lanjutkan").click()

    def begin(self) -> None:
        self.open_mail("activation")
        self.looks()
        self.page.get_by_role("link", name="Data Diri").first.click()
        self.looks()

    def fill_in_data_diri(self) -> None:
        expect(self.page.get_by_role("heading", name="Data Diri")).to_be_visible()
        self.page.get_by_label("Nama Lengkap").fill(self.person["name"])
        self.page.get_by_label("NIK").fill(self.person["nik"])
        self.page.get_by_label("Gelar Depan").fill("-")
        self.page.get_by_label("Gelar Belakang").fill("-")
        self.page.get_by_label("Nomor Telepon").fill(self.person["phone"])
        self.page.get_by_role("button", name="Next").click()

    def fill_in_data_kedinasan(self) -> None:
        expect(self.page.get_by_role("heading", name="Data Kedinasan")).to_be_visible()
        self.page.get_by_label("ASN dan Penyidik POLRI", exact=True).check()
        self.page.get_by_label("NIP / NRP").fill(self.person["nip"])
        self.page.get_by_role("button", name="Cek NIP / NRP").click()
        expect(self.page.get_by_text("Data pegawai ditemukan")).to_be_visible()
        expect(self.page.get_by_label("Provinsi")).to_have_value(self.province)
        self.looks()
        self.page.get_by_role("button", name="Next").click()

    def photograph_with_camera(self) -> None:
        expect(self.page.get_by_role("heading", name="Foto Diri")).to_be_visible()
        self.looks()
        self.page.get_by_role("button", name="Ambil foto", exact=True).click()
        self.page.get_by_role("button", name="Aktifkan kamera").click()
        # Not wait_for_function: that evaluates a string in the page, which the policy forbids.
        seen = "() => document.querySelector('video').videoWidth > 0"
        wait_for(lambda: self.page.evaluate(seen), "the camera's picture")
        self.page.get_by_role("button", name="Ambil Foto", exact=True).click()
        self.page.get_by_role("button", name="Pakai foto ini").click()

    def photograph_from_file(self, file: Path) -> None:
        expect(self.page.get_by_role("heading", name="Foto Diri")).to_be_visible()
        self.page.get_by_label("Pilih dari galeri atau berkas").set_input_files(file)

    def agree_and_go_on(self) -> None:
        self.page.get_by_label("Saya telah membaca dan menyetujui kebijakan privasi").check()
        self.go_on_past_the_hints()

    def go_on_past_the_hints(self) -> None:
        self.page.get_by_role("button", name="Next").click()
        arrived = self.page.get_by_role("heading", name=re.compile("Periksa jawaban|Foto Anda sudah tersimpan"))
        expect(arrived.first).to_be_visible()
        # With hints about the photo the page stays for a look at them; Next goes on.
        if self.page.url.endswith("/foto-diri/"):
            self.page.get_by_role("button", name="Next").click()

    def check_answers_and_submit(self) -> str:
        """Returns the receipt number."""
        expect(self.page.get_by_text(self.person["nik"])).to_be_visible()
        self.looks()
        self.page.get_by_role("button", name="Submit").click()
        receipt = self.page.get_by_text(re.compile(r"TTE-\w{4}-\w{4}")).first
        expect(receipt).to_be_visible()
        self.looks()
        found = re.search(r"TTE-\w{4}-\w{4}", receipt.inner_text())
        assert found is not None
        return found[0]

    def make_passphrase(self, passphrase: str = PASSPHRASE) -> None:
        self.open_mail("set_passphrase")
        self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        self.page.get_by_label("Konfirmasi Passphrase", exact=True).fill(passphrase)
        self.page.get_by_label("Saya menyetujui sertifikat saya diterbitkan").check()
        self.looks()
        self.page.get_by_role("button", name="Buat Passphrase").click()
        expect(self.page).to_have_url(re.compile("/passphrase/selesai/"))
        self.looks()

    def ask_for_status(self) -> None:
        self.page.goto(f"{self.portal.url}/status/")
        self.looks()
        self.page.get_by_label("Surel dinas").fill(self.mailbox)
        self.page.get_by_role("main").get_by_role("button").last.click()
        self.looks()
        self.open_mail("status_link")


def sign_in(page: Page, portal: Portal, role: str, institution: str = "natuna") -> None:
    """Password and second factor."""
    account = portal.account(role, institution)
    page.goto(f"{portal.url}/admin/")
    accessible(page)
    page.get_by_label("Nama masuk").fill(account["login"])
    page.get_by_label("Kata sandi").fill(account["password"])
    page.get_by_label("Kode autentikator").fill(portal.fresh_code(account))
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Selamat bekerja")).to_be_visible()
    accessible(page)


def agree(page: Page, portal: Portal) -> None:
    """A new officer accepts the verifiers' agreement, which is asked for before the first case."""
    page.goto(f"{portal.url}/admin/tugas-saya/perjanjian/")
    page.get_by_label("Saya sudah membaca dan menyetujui").check()
    page.get_by_role("button", name="Setuju dan lanjutkan").click()
    expect(page.get_by_role("heading", name="Tugas saya", level=1)).to_be_visible()


def take_case(desk: Page, portal: Portal, receipt: str) -> None:
    """The verifier opens the next case, and passes over what other tests have left until it is the one expected."""
    desk.goto(f"{portal.url}/admin/")
    desk.get_by_role("button", name="Ambil berikutnya").first.click()
    for _ in range(10):
        expect(desk.get_by_role("heading", level=1)).to_be_visible()
        if desk.get_by_text(receipt).count():
            break
        desk.get_by_role("button", name="Lewati, buka yang berikutnya").click()
    expect(desk.get_by_text(receipt).first).to_be_visible()
    accessible(desk)


def open_papers(desk: Page) -> None:
    """Each letter of the case, as its link does in a tab of its own: whoever agrees has looked."""
    for link in desk.locator(".papers li > a").all():
        answer = desk.request.get(urljoin(desk.url, link.get_attribute("href") or ""))
        assert answer.ok, answer.url


def wait_until_decided(portal: Portal, receipt: str) -> None:
    decided = "SELECT 1 FROM enrollment_application WHERE receipt = %s AND (status, waiting_for) <> ('NEW', 'verifier')"
    wait_for(lambda: portal.query(decided, receipt), f"the decision about {receipt}")
