"""Kota Tangerang Selatan's guide, sentence by sentence, on a phone: from the public form to the issuer's approval."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enrollment.ways_in.effort import WORDS
from tests.browser import accounts, journey
from tests.browser.journey import Applicant, accessible
from tests.portal import Portal, wait_for
from tests.ways_in import drawn, letter

PLACE = "tangsel"
SECONDS = 15
Desk = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("papers")
    found = {"signature-specimen": drawn("ttd.jpg"), "recommendation-letter": letter(), "ktp": drawn("ktp.jpg")}
    for file in found.values():
        (folder / str(file.name)).write_bytes(file.read())
    return {kind: folder / str(file.name) for kind, file in found.items()}


def test_from_kirim_registrasi_to_the_issuers_approval(
    phone: Page, portal: Portal, desk: Desk, papers: dict[str, Path]
) -> None:
    indah = Applicant(phone, portal, portal.person(8, PLACE))
    the_front_door_tells_of_one_minute(indah)
    with_a_minute_cut_short(portal)
    public_form_headed_by_what_to_have_ready(indah, papers)
    receipt = kirim_registrasi(indah)
    a_verifier_checks_it_before_any_link_goes_out(indah, desk, receipt)
    the_link_opens_a_form_with_name_mailbox_and_organisation_filled_in(indah)
    two_photos_from_the_camera_the_ktp_and_a_selfie(indah)
    submit_shows_the_privacy_policy_to_be_read_before_saya_setuju_works(indah)
    then_submit_then_an_information_page_wait_for_the_verifier(indah)
    journey.take_case(desk("verifier", PLACE), portal, receipt)
    journey.open_papers(desk("verifier", PLACE))
    desk("verifier", PLACE).get_by_role("button", name="Setujui").first.click()
    journey.wait_until_decided(portal, receipt)
    after_verification_two_mails_login_name_and_set_passphrase_link(indah)
    the_holder_types_the_passphrase_in_person(indah)
    then_the_issuers_own_approval_is_awaited(indah, desk, receipt)
    a_mail_says_the_certificate_is_issued(indah)


def the_front_door_tells_of_one_minute(me: Applicant) -> None:
    me.page.goto(f"{me.portal.url}/{PLACE}/")
    expect(me.page.get_by_text("Kebijakan privasi dibaca paling sedikit 1 menit.")).to_be_visible()
    expect(me.page.get_by_text("Verifikator memeriksa pendaftaran")).to_be_visible()
    expect(me.page.get_by_text("Penerbit menyetujui")).to_be_visible()
    me.looks()


def with_a_minute_cut_short(portal: Portal) -> None:
    """A value that the institution may change, as its administrator would; who has begun keeps the minute."""
    portal.query(
        "UPDATE enrollment_institution SET procedure_changes = %s::jsonb WHERE slug = %s RETURNING 1",
        f'{{"wizard.reading_seconds": {SECONDS}}}', PLACE,
    )  # fmt: skip


def public_form_headed_by_what_to_have_ready(me: Applicant, papers: dict[str, Path]) -> None:
    """1. "MOHON SIAPKAN": colour scan of the KTP, specimen on white paper, recommendation; then the fields."""
    me.page.get_by_role("link", name="Registrasi TTE").first.click()
    ready = me.page.get_by_role("region", name="MOHON SIAPKAN")
    for words in ("KTP berwarna", "Spesimen tanda tangan", "kertas putih polos", "Surat rekomendasi"):
        expect(ready.get_by_text(words).first).to_be_visible()
    expect(me.page.get_by_text("ditambah")).to_be_hidden()
    me.looks()
    fill(me.page, {**me.person, "nik": "123"}, papers)


def fill(page: Page, person: dict[str, str], papers: dict[str, Path]) -> None:
    page.get_by_label("NIP / NRP").fill(person["nip"])
    page.get_by_label("Nama", exact=True).fill(person["name"])
    page.get_by_label("Jabatan").fill("Analis")
    page.get_by_label("Unit Kerja").fill("Dinas Contoh")
    page.get_by_label("Spesimen Tanda Tangan").set_input_files(papers["signature-specimen"])
    page.get_by_label("Surat Rekomendasi").set_input_files(papers["recommendation-letter"])
    page.get_by_label("KTP", exact=True).set_input_files(papers["ktp"])
    page.get_by_label("NIK", exact=True).fill(person["nik"])
    page.get_by_label("Kab/Kota").fill("Kota Contoh")
    page.get_by_label("Email").fill(person["mailbox"])
    page.get_by_label("Telp.").fill(person["phone"])
    page.get_by_role("checkbox", name="Saya menyetujui data pribadi").check()


def kirim_registrasi(me: Applicant) -> str:
    """ "Kirim Registrasi": a slip of the pen costs no second upload. Returns the receipt's number."""
    me.page.get_by_role("button", name="Kirim Registrasi").click()
    expect(me.page.locator(".error-summary")).to_be_focused()
    expect(me.page.get_by_text("sudah kami terima")).to_have_count(3)
    me.looks()
    me.page.get_by_label("NIK", exact=True).fill(me.person["nik"])
    me.page.get_by_role("button", name="Kirim Registrasi").click()
    expect(me.page.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
    me.looks()
    return me.page.locator(".receipt").inner_text()


def a_verifier_checks_it_before_any_link_goes_out(me: Applicant, desk: Desk, receipt: str) -> None:
    """2. On approval: activation link, 1 × 24 hours."""
    arrived = "SELECT 1 FROM enrollment_application WHERE receipt = %s AND waiting_for = 'pre-check'"
    wait_for(lambda: me.portal.query(arrived, receipt), "the registration at the verifier's")
    assert me.portal.messages(me.mailbox) == []
    verifier = desk("verifier", PLACE)
    verifier.goto(f"{me.portal.url}/admin/")
    expect(verifier.get_by_role("heading", name="Pemeriksaan pendaftaran")).to_be_visible()
    verifier.goto(f"{me.portal.url}/admin/pemeriksaan-pendaftaran/")
    accessible(verifier)
    verifier.get_by_role("link", name=receipt).click()
    for words in (me.person["nik"], "Spesimen Tanda Tangan", "Surat Rekomendasi", "KTP"):
        expect(verifier.get_by_text(words).first).to_be_visible()
    accessible(verifier)
    journey.open_papers(verifier)
    verifier.get_by_role("button", name="Terima pendaftaran").click()
    expect(verifier.get_by_text(f"{receipt} diterima, tautan dikirim")).to_be_visible()
    mail = me.portal.wait_for_message(me.mailbox, "activation")
    assert mail["subject"] == "[BSrE] Aktivasi Akun"
    assert "1 × 24 jam" in mail["text"]


def the_link_opens_a_form_with_name_mailbox_and_organisation_filled_in(me: Applicant) -> None:
    """3. Nama, E-Mail, Organisasi filled in; NIK, NIP, Jabatan, Unit Organisasi, Kota, Provinsi, Nomor Handphone."""
    me.open_mail("activation")
    me.looks()
    me.page.get_by_role("link", name="Data Pendaftaran").first.click()
    fixed = {"Nama": me.person["name"], "E-Mail": me.mailbox, "Organisasi": "Pemerintah Kota Tangerang Selatan"}
    for label, value in fixed.items():
        expect(me.page.get_by_text(label, exact=True).locator("+ p")).to_have_text(value)
    expect(me.page.get_by_label("Provinsi")).to_have_value("Banten")
    me.looks()
    # "Batalkan": this page's changes are dropped, and one comes back.
    me.page.get_by_label("Kota", exact=True).fill("Kota Lain")
    me.page.get_by_role("button", name="Batalkan").click()
    expect(me.page.get_by_role("heading", name="Pengajuan belum dikirim")).to_be_visible()
    me.looks()
    me.page.get_by_role("link", name="Lanjutkan pengisian").click()
    me.page.get_by_role("link", name="Data Pendaftaran").first.click()
    expect(me.page.get_by_label("Kota", exact=True)).not_to_have_value("Kota Lain")
    me.page.get_by_label("Kota", exact=True).fill("Tangerang Selatan")
    for label, value in (("NIK", me.person["nik"]), ("NIP", me.person["nip"]), ("Jabatan", "Auditor"),
                         ("Unit Organisasi", "Inspektorat"), ("Nomor Handphone", me.person["phone"])):  # fmt: skip
        me.page.get_by_label(re.compile(rf"^{label}\b")).fill(value)
    me.page.get_by_role("button", name="Next").click()


def two_photos_from_the_camera_the_ktp_and_a_selfie(me: Applicant) -> None:
    """ "Active Camera" → "Capture" → "Simpan"; "Batalkan", "Submit"."""
    expect(me.page.get_by_role("heading", name="Foto KTP", exact=True)).to_be_visible()
    me.looks()
    active_camera_capture_simpan(me)
    next_past_the_hints(me, "Foto Diri")
    me.looks()
    active_camera_capture_simpan(me)
    next_past_the_hints(me, "Periksa jawaban Anda")
    expect(me.page.get_by_role("link", name="Batalkan")).to_be_visible()
    expect(me.page.get_by_role("img")).not_to_have_count(0)
    me.looks()


def active_camera_capture_simpan(me: Applicant) -> None:
    me.page.get_by_role("button", name="Active Camera").click()
    seen = "() => document.querySelector('video').videoWidth > 0"
    wait_for(lambda: me.page.evaluate(seen), "the camera's picture")
    me.page.get_by_role("button", name="Capture").click()
    me.page.get_by_role("button", name="Simpan").click()


def next_past_the_hints(me: Applicant, heading: str) -> None:
    """With hints about the photo the page stays for a look at them; they never block."""
    me.page.get_by_role("button", name="Next").click()
    kept = me.page.get_by_role("heading", name="Foto Anda sudah tersimpan")
    expect(me.page.get_by_role("heading", name=heading, exact=True).or_(kept).first).to_be_visible()
    if kept.is_visible():
        me.looks()
        me.page.get_by_role("button", name="Next").click()
    expect(me.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def submit_shows_the_privacy_policy_to_be_read_before_saya_setuju_works(me: Applicant) -> None:
    """4. Counted by the server, from the first time it was open; workable by keyboard."""
    me.page.get_by_role("button", name="Submit").click()
    expect(me.page.get_by_role("heading", name=re.compile("Kebijakan Privasi")).first).to_be_visible()
    agree, timer = me.page.get_by_role("button", name="Saya setuju"), me.page.get_by_role("timer")
    expect(timer).to_contain_text(re.compile(r"Sisa waktu baca: \d+ detik"))
    expect(agree).to_have_attribute("aria-disabled", "true")
    agree.press("Enter")
    expect(timer).to_contain_text("Belum dapat ditekan. Baca dahulu")
    expect(timer).to_contain_text(re.compile(r"Sisa waktu baca: (\d|1[0-2]) detik"))
    me.page.reload()
    left = int(re.findall(r"\d+", timer.inner_text())[-1])
    assert left <= SECONDS - 3, "opening it again begins nothing anew"
    me.looks()
    expect(timer).to_contain_text("Terima kasih sudah membaca")
    agree.press("Enter")


def then_submit_then_an_information_page_wait_for_the_verifier(me: Applicant) -> None:
    expect(me.page.get_by_text("Anda menyetujui kebijakan privasi.")).to_be_visible()
    me.looks()
    me.page.get_by_role("button", name="Submit").click()
    expect(me.page.get_by_role("heading", name="Pengajuan Anda terkirim")).to_be_visible()
    expect(me.page.get_by_text("Verifikator memeriksa pengajuan Anda")).to_be_visible()
    me.looks()


def after_verification_two_mails_login_name_and_set_passphrase_link(me: Applicant) -> None:
    """5. The login name with a one-time link to choose a password (never a password), and the set-passphrase link."""
    mail = me.portal.wait_for_message(me.mailbox, "account")
    assert mail["subject"] == "[BSrE] Informasi Akun"
    assert f"Nama masuk Anda: {me.mailbox}" in mail["text"]
    assert me.portal.wait_for_message(me.mailbox, "set_passphrase")["subject"] == "set-passphrase"
    accounts.open_mail(me.page, me.portal, me.mailbox, "account")
    accounts.set_up(me.page)
    expect(me.page.get_by_text("Status: ON_SET_PASSPHRASE")).to_be_visible()
    expect(me.page.get_by_text("buat passphrase lewat tautan yang dikirim ke surel dinas")).to_be_visible()
    me.looks()


def the_holder_types_the_passphrase_in_person(me: Applicant) -> None:
    """ "no one may do it for them": the page says so."""
    me.open_mail("set_passphrase")
    expect(me.page.get_by_text("Jangan berikan kepada siapa pun, termasuk atasan, ajudan, dan petugas")).to_be_visible()
    me.page.get_by_label("Passphrase", exact=True).fill(journey.PASSPHRASE)
    me.page.get_by_label("Konfirmasi Passphrase", exact=True).fill(journey.PASSPHRASE)
    me.page.get_by_label("Saya menyetujui sertifikat saya diterbitkan").check()
    me.looks()
    me.page.get_by_role("button", name="Buat Passphrase").click()
    expect(me.page.get_by_role("heading", name="Passphrase berhasil dibuat")).to_be_visible()


def then_the_issuers_own_approval_is_awaited(me: Applicant, desk: Desk, receipt: str) -> None:
    """6. By another officer than the one who has checked."""
    expect(me.page.get_by_text("menunggu persetujuan penerbit")).to_be_visible()
    me.looks()
    assert not [each for each in me.portal.messages(me.mailbox) if each["template"] == "issued"]
    issuer = desk("issuer", PLACE)
    issuer.goto(f"{me.portal.url}/admin/penerbitan/")
    accessible(issuer)
    issuer.get_by_role("link", name=receipt).click()
    accessible(issuer)
    issuer.get_by_role("button", name="Setujui penerbitan").click()
    expect(issuer.get_by_text(f"{receipt} disetujui untuk diterbitkan")).to_be_visible()


def a_mail_says_the_certificate_is_issued(me: Applicant) -> None:
    mail = me.portal.wait_for_message(me.mailbox, "issued")
    assert mail["subject"] == "[BSrE] Sertifikat Elektronik Terbit"
    assert "Sertifikat elektronik anda telah terbit" in mail["text"]
    me.portal.wait_for_message(me.mailbox, "active")
    me.page.goto(f"{me.portal.url}/akun/")
    expect(me.page.get_by_text("Status: ACTIVE — Sertifikat Anda aktif")).to_be_visible()
    expect(me.page.get_by_text("Sertifikat berlaku 2 tahun sejak terbit")).to_be_visible()
    me.looks()


def test_without_javascript_the_question_stands_in_for_the_proof(
    portal: Portal, old_phone: Page, papers: dict[str, Path]
) -> None:
    old_phone.goto(f"{portal.url}/{PLACE}/registrasi/")
    fill(old_phone, portal.person(9, PLACE), papers)
    question = old_phone.get_by_text("ditambah")
    first, second = re.search(r"Berapa (\w+) ditambah (\w+)", question.inner_text()).groups()  # type: ignore[union-attr]
    old_phone.get_by_label("ditambah").fill(str(WORDS.index(first) + WORDS.index(second)))
    old_phone.wait_for_timeout(3000)
    old_phone.get_by_role("button", name="Kirim Registrasi").click()
    expect(old_phone.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
