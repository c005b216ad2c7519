"""The ways in for people whom nobody has invited, on a phone: the guides' sentences, with and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enrollment.ways_in.effort import WORDS
from tests.browser.axe import violations
from tests.portal import Portal
from tests.ways_in import drawn, letter


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("papers")
    found = {"signature-specimen": drawn("ttd.jpg"), "recommendation-letter": letter(), "ktp": drawn("ktp.jpg")}
    for file in found.values():
        (folder / str(file.name)).write_bytes(file.read())
    return {kind: folder / str(file.name) for kind, file in found.items()}


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
    page.get_by_role("checkbox", name="kebijakan privasi").check()


def receipt_of(page: Page) -> str:
    return page.locator(".receipt").inner_text()


def waits(portal: Portal, receipt: str) -> str:
    found = portal.query("SELECT waiting_for FROM enrollment_application WHERE receipt = %s", receipt)
    return str(found[0][0]) if found else ""


def test_public_registration_form_headed_by_what_to_have_ready(
    portal: Portal, phone: Page, papers: dict[str, Path]
) -> None:
    person = portal.person(8, "tangsel")
    phone.goto(f"{portal.url}/tangsel/")
    phone.get_by_role("link", name="Registrasi TTE").first.click()
    expect(phone.get_by_role("heading", name="MOHON SIAPKAN")).to_be_visible()
    expect(phone.get_by_text("ditambah")).to_be_hidden()
    fill(phone, {**person, "nik": "123"}, papers)
    phone.get_by_role("button", name="Kirim Registrasi").click()
    expect(phone.locator(".error-summary")).to_be_focused()
    expect(phone.get_by_text("sudah kami terima")).to_have_count(3)
    assert violations(phone) == []
    phone.get_by_label("NIK", exact=True).fill(person["nik"])
    phone.get_by_role("button", name="Kirim Registrasi").click()
    expect(phone.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
    assert violations(phone) == []
    receipt = receipt_of(phone)
    for _ in range(100):
        if waits(portal, receipt):
            break
        phone.wait_for_timeout(200)
    # "A verifier checks it before any link goes out."
    assert waits(portal, receipt) == "pre-check"
    assert portal.messages(person["mailbox"]) == []


def test_without_javascript_the_question_stands_in_for_the_proof(
    portal: Portal, old_phone: Page, papers: dict[str, Path]
) -> None:
    old_phone.goto(f"{portal.url}/tangsel/registrasi/")
    fill(old_phone, portal.person(9, "tangsel"), papers)
    question = old_phone.get_by_text("ditambah")
    first, second = re.search(r"Berapa (\w+) ditambah (\w+)", question.inner_text()).groups()  # type: ignore[union-attr]
    old_phone.get_by_label("ditambah").fill(str(WORDS.index(first) + WORDS.index(second)))
    old_phone.wait_for_timeout(3000)
    old_phone.get_by_role("button", name="Kirim Registrasi").click()
    expect(old_phone.get_by_role("heading", name="Pengajuan Anda kami terima")).to_be_visible()
