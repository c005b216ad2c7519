"""A sixth region of one TOML file that mixes the other five, from its public form to ACTIVE, without a line of code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import sixth
from tests.browser import accounts, journey
from tests.browser.conftest import DESKTOP, Watch
from tests.portal import Portal, running, wait_for
from tests.ways_in import drawn, letter

PLACE = [
    "--slug", sixth.SLUG, "--name", "Pemerintah Kabupaten Karang Biru", "--short-name", "Karang Biru",
    "--province", "Maluku", "--domain", "karangbiru.example", "--helpdesk", "bantuan@karangbiru.example",
    "--procedure", sixth.SLUG,
]  # fmt: skip
SARI = {
    "name": "Sari Umpama", "nik": "9901015705900001", "nip": "199005172026032001", "phone": "0812 3456 7890",
    "mailbox": "sari.umpama@karangbiru.example",
}  # fmt: skip
PASSPHRASE = "Karang-Biru-27-Kapal"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that has been given the file and, by its own commands, the institution."""
    folder = tmp_path_factory.mktemp("procedures")
    sixth.write(folder)
    with running(tmp_path_factory.mktemp("sixth"), TTE_PROCEDURES=str(folder)) as found:
        found.manage("institution", "add", *PLACE)
        yield found


@pytest.fixture
def desks(browser: Browser, portal: Portal) -> Iterator[dict[str, Page]]:
    """An officer of each role, made by the operator's command, at a computer of their own."""
    found: dict[str, Page] = {}
    watches = []
    for role in ("hr", "verifier", "issuer"):
        page = browser.new_context(viewport=DESKTOP, locale="id-ID").new_page()  # type: ignore[arg-type]
        watches.append(Watch(page))
        found[role] = page
        said = portal.manage(
            "officer", "add", "--login", f"petugas.{role}", "--name", f"Petugas {role}", "--mailbox",
            f"{role}@karangbiru.example", "--institution", sixth.SLUG, "--role", role,
        )  # fmt: skip
        page.goto(said.split()[-1])
        page.get_by_role("button", name="Lanjutkan").click()
        key = page.locator("code.key").inner_text()
        page.get_by_label("Kata sandi baru", exact=True).fill(accounts.PASSWORD)
        page.get_by_label("Ulangi kata sandi baru").fill(accounts.PASSWORD)
        page.get_by_label("Kode dari aplikasi autentikator").fill(accounts.code_of(key))
        page.get_by_role("button", name="Simpan dan masuk").click()
        expect(page.get_by_role("heading", name="Selamat bekerja")).to_be_visible()
        journey.accessible(page)
        journey.agree(page, portal)
    yield found
    assert [fault for watch in watches for fault in watch.faults] == []
    for page in found.values():
        page.context.close()


def decide(portal: Portal, desk: Page, path: str, receipt: str, button: str) -> None:
    """From the start page's list to the decision about that case."""
    desk.goto(f"{portal.url}/admin/{path}/")
    journey.accessible(desk)
    desk.get_by_role("link", name=receipt).click()
    journey.accessible(desk)
    journey.open_papers(desk)
    desk.get_by_role("button", name=button).click()
    expect(desk.get_by_text(f"{receipt} ").first).to_be_visible()


def state_of(portal: Portal, receipt: str) -> str:
    rows = portal.query("SELECT status, waiting_for FROM enrollment_application WHERE receipt = %s", receipt)
    return "/".join(rows[0]) if rows else ""


def wait_until(portal: Portal, receipt: str, state: str) -> None:
    wait_for(lambda: state_of(portal, receipt) == state, f"{receipt} at {state}")


def from_whatsapp(portal: Portal, template: str, pattern: str) -> str:
    """What the newest message to her number says, as /kotak-keluar/ shows it."""
    message = portal.wait_for_message("+6281234567890", template)
    found = re.search(pattern, message["text"])
    assert found, message["text"]
    return found[0]


def register(page: Page, portal: Portal, folder: Path) -> str:
    """The public form with its two papers; returns the receipt."""
    page.goto(f"{portal.url}/{sixth.SLUG}/")
    journey.accessible(page)
    page.get_by_role("link", name="Registrasi TTE").first.click()
    expect(page.get_by_label("Spesimen Tanda Tangan")).to_have_count(0)
    for label, text in {
        "NIP / NRP": SARI["nip"], "Nama": SARI["name"], "Jabatan": "Analis", "Unit Kerja": "Dinas Contoh",
        "NIK": SARI["nik"], "Kab/Kota": "Karang Biru", "Email": SARI["mailbox"], "Telp.": SARI["phone"],
    }.items():  # fmt: skip
        page.get_by_label(label, exact=label in ("Nama", "NIK")).fill(text)
    for label, file in {"KTP": drawn("ktp.jpg"), "Surat Rekomendasi": letter()}.items():
        path = folder / str(file.name)
        path.write_bytes(file.read())
        page.get_by_label(label, exact=label == "KTP").set_input_files(path)
    for box in page.get_by_role("checkbox").all():
        box.check()
    journey.accessible(page)
    page.get_by_role("button", name="Kirim Registrasi").click()
    expect(page.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
    journey.accessible(page)
    return page.locator(".receipt").inner_text()


def fill_in(page: Page, portal: Portal) -> None:
    """The wizard: the number proven by six digits, data nobody's registry has, a selfie, check, submit."""
    accounts.open_mail(page, portal, SARI["mailbox"], "activation")
    journey.accessible(page)
    page.get_by_role("link", name="Data Diri").first.click()
    page.get_by_label("Gelar Depan").fill("-")
    page.get_by_label("Gelar Belakang").fill("-")
    page.get_by_role("button", name="Kirim Kode OTP").click()
    expect(page.get_by_label("Kode OTP")).to_be_visible()
    journey.accessible(page)
    page.get_by_label("Kode OTP").fill(from_whatsapp(portal, "phone_code", r"\b\d{6}\b"))
    page.get_by_role("button", name="Verifikasi OTP").click()
    expect(page.get_by_text("Nomor terverifikasi").first).to_be_visible()
    journey.accessible(page)
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", name="Data Kedinasan")).to_be_visible()
    page.get_by_label("ASN dan Penyidik POLRI", exact=True).check()
    journey.accessible(page)
    page.get_by_role("button", name="Next").click()

    applicant = journey.Applicant(page, portal, SARI)
    applicant.photograph_with_camera()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Next").click()
    arrived = page.get_by_role("heading", name=re.compile("Periksa jawaban|Foto Anda sudah tersimpan"))
    expect(arrived.first).to_be_visible()
    if page.url.endswith("/foto-diri/"):
        page.get_by_role("button", name="Next").click()
    applicant.check_answers_and_submit()


def make_passphrase(page: Page, portal: Portal) -> None:
    """The link by WhatsApp, one's data, a second selfie, the agreement for 15 seconds, the passphrase."""
    page.goto(from_whatsapp(portal, "set_passphrase_whatsapp", r"http\S+/email/set/passphrase/\S+"))
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_role("heading", name="Lihat Profil Data Diri")).to_be_visible()
    journey.accessible(page)
    page.get_by_role("button", name="Lanjutkan").click()

    expect(page.get_by_role("heading", name="Foto diri sekali lagi")).to_be_visible()
    journey.accessible(page)
    page.get_by_role("button", name="Ambil foto", exact=True).click()
    page.get_by_role("button", name="Aktifkan kamera").click()
    seen = "() => document.querySelector('video').videoWidth > 0"
    wait_for(lambda: page.evaluate(seen), "the camera's picture")
    page.get_by_role("button", name="Ambil Foto", exact=True).click()
    page.get_by_role("button", name="Pakai foto ini").click()
    page.get_by_role("button", name="Lanjutkan").click()
    expect(
        page.get_by_role("heading", name=re.compile("Buat Passphrase|Foto Anda sudah tersimpan")).first
    ).to_be_visible()
    if "foto" in page.url:
        page.get_by_role("button", name="Lanjutkan").click()

    submit = page.get_by_role("button", name="Buat Passphrase")
    page.get_by_role("link", name="Buka Perjanjian").click()
    expect(page.get_by_role("timer")).to_contain_text("Sisa waktu baca")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Konfirmasi Passphrase").fill(PASSPHRASE)
    expect(submit).to_be_disabled()
    journey.accessible(page)
    box = page.get_by_label("Saya menyetujui sertifikat saya diterbitkan")
    expect(box).to_be_enabled()
    box.check()
    submit.click()
    expect(page.get_by_text("menunggu persetujuan penerbit")).to_be_visible()
    journey.accessible(page)


def test_from_the_public_form_to_active(phone: Page, portal: Portal, desks: dict[str, Page], tmp_path: Path) -> None:
    receipt = register(phone, portal, tmp_path)
    wait_until(portal, receipt, "NEW/hr")
    assert portal.messages(SARI["mailbox"]) == [], "no link goes to a stranger"
    decide(portal, desks["hr"], "pemeriksaan-kepegawaian", receipt, "Data benar")
    assert portal.messages(SARI["mailbox"]) == [], "nor before a verifier has looked"
    decide(portal, desks["verifier"], "pemeriksaan-pendaftaran", receipt, "Terima pendaftaran")

    fill_in(phone, portal)
    journey.take_case(desks["verifier"], portal, receipt)
    journey.open_papers(desks["verifier"])
    desks["verifier"].get_by_role("button", name="Setujui").first.click()
    wait_until(portal, receipt, "ON_SET_PASSPHRASE/applicant")

    make_passphrase(phone, portal)
    assert state_of(portal, receipt) == "ENROLL/issuer"
    decide(portal, desks["issuer"], "penerbitan", receipt, "Setujui penerbitan")
    issued = portal.wait_for_message(SARI["mailbox"], "issued")
    assert issued["subject"].endswith("Sertifikat Elektronik Terbit")
    wait_until(portal, receipt, "ACTIVE/nobody")

    journey.Applicant(phone, portal, SARI).ask_for_status()
    expect(phone.get_by_text("ACTIVE").first).to_be_visible()
    journey.accessible(phone)
