"""An OPD's collective request, from draft to invitation: the operator on a phone, the administrator at a desk."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, Watch
from tests.browser.journey import accessible
from tests.portal import Portal

PLACE, OLD = "sulteng", "hadi@dinas-lama.example"
LIST = (
    "No;Nama Lengkap;NIP;Jabatan;No. HP\n1;Lukman Peragaan;199102032024211902;Apoteker;80010007002\n"
    "2;Hadi Tiruan;{nip};Perancang;0800 1000 7004\n"
)
SignedIn = Callable[[str, dict[str, int]], Page]


def sheet() -> dict[str, object]:
    buffer = BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(buffer, "JPEG")
    return {"name": "surat.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture
def signed_in(browser: Browser, portal: Portal) -> Iterator[SignedIn]:
    """The officer's browser."""
    opened: list[tuple[Page, Watch]] = []

    def at(role: str, size: dict[str, int]) -> Page:
        page = browser.new_context(viewport=size, locale="id-ID").new_page()  # type: ignore[arg-type]
        opened.append((page, Watch(page)))
        journey.sign_in(page, portal, role, PLACE)
        return page

    yield at
    assert [fault for _, watch in opened for fault in watch.faults] == []
    for page, _ in opened:
        page.context.close()


def looks(page: Page) -> None:
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def fill_in(page: Page, name: str, nip: str, position: str, phone: str) -> None:
    page.get_by_label("Nama", exact=True).fill(name)
    page.get_by_label("NIP", exact=True).fill(nip)
    page.get_by_label("Jabatan").fill(position)
    page.get_by_label("Nomor Kontak").fill(phone)


def test_from_the_draft_to_the_invitation(portal: Portal, signed_in: SignedIn, phone: Page) -> None:
    nip = portal.person(7, PLACE)["nip"]
    portal.query(
        "UPDATE enrollment_personnelrecord SET mailbox = %s WHERE mailbox = %s RETURNING 1",
        OLD, portal.person(7, PLACE)["mailbox"],
    )  # fmt: skip
    operator = signed_in("opd-operator", PHONE)
    receipt = the_operator_writes_the_draft_and_sends_it(operator, portal, nip)
    administrator = signed_in("administrator", DESKTOP)
    the_administrator_decides(administrator, portal, receipt)
    the_mailboxes_are_made_from_a_list_that_opens_once(administrator)
    one_password_goes_by_a_page_that_opens_once(operator, phone, portal)
    the_others_stand_on_a_sheet_and_are_invited(operator, portal)


def the_operator_writes_the_draft_and_sends_it(page: Page, portal: Portal, nip: str) -> str:
    page.get_by_role("link", name="Permohonan surel dinas").first.click()
    looks(page)
    page.get_by_role("button", name="Buat permohonan baru").click()
    expect(page.get_by_role("heading", name=re.compile("Draf OPD-"))).to_be_visible()
    looks(page)
    home = page.url

    page.get_by_role("link", name="Daftar orang").click()
    fill_in(page, "dr. Kartini Rekaan, S.Kep.", "1985 0421 2010", "Perawat", "0800 1000 7001")
    looks(page)
    page.get_by_role("button", name="Simpan dan tambah lagi").click()
    expect(page.get_by_role("link", name=re.compile("NIP terdiri atas 18 angka"))).to_be_visible()
    looks(page)
    # Nothing typed is lost, on any device.
    page.goto(f"{portal.url}/opd/")
    looks(page)
    page.goto(home)
    page.get_by_role("link", name="Daftar orang").click()
    page.get_by_role("link", name=re.compile("Perbaiki dr. Kartini")).click()
    expect(page.get_by_label("Jabatan")).to_have_value("Perawat")
    page.get_by_label("NIP", exact=True).fill("198504212010032901")
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.get_by_label("Berkas CSV atau XLSX").set_input_files(
        {"name": "daftar.csv", "mimeType": "text/csv", "buffer": LIST.format(nip=nip).encode()}
    )
    page.get_by_role("button", name="Unggah daftar").click()
    expect(page.get_by_text("2 orang ditambahkan")).to_be_visible()
    looks(page)
    page.get_by_role("button", name="Simpan dan lanjut ke surat permohonan").click()
    expect(page.get_by_role("heading", name="Surat permohonan", level=1)).to_be_visible()
    looks(page)
    page.get_by_role("link", name="Semua langkah").click()

    page.get_by_role("link", name="Periksa dan kirim").click()
    expect(page.get_by_role("link", name="Surat permohonan belum diunggah.")).to_be_visible()
    looks(page)
    page.get_by_role("link", name="Surat permohonan belum diunggah.").click()
    filled_in = page.get_by_role("link", name=re.compile("Unduh surat terisi")).get_attribute("href")
    letter = pypdfium2.PdfDocument(page.request.get(f"{portal.url}{filled_in}").body())
    assert "Lukman Peragaan" in letter[0].get_textpage().get_text_range()
    page.get_by_label("Surat permohonan").set_input_files(sheet())  # type: ignore[arg-type]
    page.get_by_role("button", name="lanjut ke langkah berikutnya").click()
    expect(page.get_by_text("Surat permohonan tersimpan")).to_be_visible()
    looks(page)
    page.get_by_label("Satu berkas untuk semua orang").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    page.get_by_label("SK Pangkat dan Jabatan Terakhir").set_input_files(sheet())  # type: ignore[arg-type]
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_text("Tersimpan").first).to_be_visible()
    looks(page)
    page.goto(f"{home}kirim/")
    looks(page)
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.get_by_text("Nomor tanda terima:")).to_be_visible()
    looks(page)
    found = re.search(r"OPD-\w{4}-\w{4}", page.get_by_role("heading", level=1).inner_text())
    assert found is not None
    return found[0]


def the_administrator_decides(page: Page, portal: Portal, receipt: str) -> None:
    page.get_by_role("link", name="Permohonan OPD").first.click()
    looks(page)
    page.get_by_role("link", name=receipt).click()
    looks(page)
    paper = page.get_by_role("link", name=re.compile("Surat permohonan")).get_attribute("href")
    assert page.request.get(f"{portal.url}{paper}").headers["content-type"] == "image/jpeg"
    page.get_by_role("link", name=re.compile("Kartini")).click()
    expect(page.get_by_label("Alamat surel dinas")).to_have_value(re.compile(r"^kartini\.rekaan@"))
    looks(page)
    page.get_by_label("Alamat surel dinas").fill("kartini@elsewhere.example")
    page.get_by_role("button", name="Terima").click()
    expect(page.get_by_role("link", name=re.compile("Bagian sesudah @ harus"))).to_be_visible()
    looks(page)
    page.get_by_label("Alamat surel dinas").fill("kartini.r@sultengprov.example")
    page.get_by_role("button", name="Terima").click()
    # The next person opens by itself.
    expect(page.get_by_role("heading", name="Lukman Peragaan", level=1)).to_be_visible()
    page.get_by_role("link", name="Kembali ke permohonan").click()
    page.get_by_role("button", name="Terima 2 orang sisanya").click()
    expect(page.get_by_text("lukman.peragaan@sultengprov.example")).to_be_visible()
    looks(page)
    page.get_by_role("button", name="Simpan keputusan").click()
    expect(page.get_by_text("Keputusan disimpan")).to_be_visible()


def the_mailboxes_are_made_from_a_list_that_opens_once(page: Page) -> None:
    page.get_by_role("button", name="Siapkan berkas").click()
    looks(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh berkas (satu kali)").click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert [row.partition(";")[0].partition("@")[0] for row in rows[1:]] == [
        "kartini.r", "lukman.peragaan", "hadi.tiruan",
    ]  # fmt: skip
    # The page is opened anew by itself.
    expect(page.get_by_role("button", name="Unduh berkas (satu kali)")).to_have_count(0)
    looks(page)
    page.get_by_role("button", name="Semua sudah dibuat").click()
    expect(page.get_by_text("3 dari 3 selesai")).to_be_visible()
    looks(page)


def one_password_goes_by_a_page_that_opens_once(operator: Page, phone: Page, portal: Portal) -> None:
    operator.reload()
    looks(operator)
    operator.get_by_role("button", name="Kirim tautan untuk Hadi Tiruan").click()
    message = portal.wait_for_message(OLD, "mailbox_password")
    phone.goto(f"{portal.url}/kotak-keluar/?q={OLD}")
    phone.locator(f"#surat-{message['id']}").get_by_role("link", name="Buka tautan").first.click()
    looks(phone)
    address = phone.url
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.locator("code.key")).to_have_text(re.compile(r"^[A-Z]\w{3}(-\w{4}){3}$"))
    looks(phone)
    phone.goto(address)
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.get_by_role("heading", name="Kata sandi sudah pernah ditampilkan")).to_be_visible()
    looks(phone)


def the_others_stand_on_a_sheet_and_are_invited(page: Page, portal: Portal) -> None:
    page.reload()
    page.get_by_role("link", name="Cetak lembar kata sandi").click()
    looks(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh untuk dicetak").click()
    said = pypdfium2.PdfDocument(download.value.path())[0].get_textpage().get_text_range()
    assert "kartini.r@sultengprov.example" in said
    assert "hadi.tiruan" not in said
    # The page leads back by itself, and says what was handed out.
    expect(page.get_by_text(re.compile("Lembar LBR-.* sudah diunduh oleh"))).to_be_visible()
    expect(page.get_by_text("undangan TTE ada di surel barunya").first).to_be_visible()
    page.get_by_text("Lembar hilang atau kata sandi tidak sampai?").click()
    looks(page)
    mail = portal.wait_for_message("lukman.peragaan@sultengprov.example", "collective_invitation")
    assert mail["subject"] == "[BSrE] Pengajuan TTE"
