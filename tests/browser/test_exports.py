"""A list of people asked for, made by the worker, fetched once; the monthly report opened. On a desktop and a phone."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, Watch
from tests.browser.journey import accessible
from tests.portal import Portal


@pytest.fixture(scope="module")
def office(browser: Browser, portal: Portal) -> Iterator[Page]:
    """The administrator, signed in once. Two people apply there; one of them did so long ago."""
    portal.query(
        "UPDATE enrollment_application SET created_at = '2026-01-05' WHERE id IN (SELECT a.id "
        "FROM enrollment_application a JOIN enrollment_institution i ON i.id = a.institution_id "
        "WHERE i.slug = 'natuna' ORDER BY a.created_at LIMIT 1) RETURNING 1"
    )
    context = browser.new_context(viewport=DESKTOP, locale="id-ID", accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watch(page)
    journey.sign_in(page, portal, "administrator", "natuna")
    yield page
    context.close()
    assert watch.faults == []


def fits(page: Page) -> None:
    accessible(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def ask(page: Page, portal: Portal, form: str) -> None:
    page.goto(f"{portal.url}/admin/ekspor/")
    page.get_by_label(form).check()
    page.get_by_role("button", name="Buat daftar").click()


def fetch(page: Page) -> bytes:
    expect(page.get_by_role("heading", name="Siap diunduh")).to_be_visible()
    fits(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Unduh").click()
    return Path(waiting.value.path()).read_bytes()


def test_a_list_is_asked_for_seen_to_grow_and_fetched_once(office: Page, portal: Portal) -> None:
    office.goto(f"{portal.url}/admin/ekspor/")
    fits(office)
    ask(office, portal, "CSV")
    people = int(portal.query(
        "SELECT count(*) FROM enrollment_application a JOIN enrollment_institution i ON i.id = a.institution_id "
        "WHERE i.slug = 'natuna'"
    )[0][0])  # fmt: skip

    rows = list(csv.reader(StringIO(fetch(office).decode("utf-8-sig")), delimiter=";"))

    assert rows[0][:2] == ["Instansi", "Nomor tanda terima"]
    assert len(rows) == people + 1
    # The page is opened anew by itself.
    expect(office.get_by_role("heading", name="Daftar ini sudah diunduh")).to_be_visible()
    fits(office)
    office.get_by_role("link", name="Buat daftar lain").click()
    expect(office.get_by_role("cell", name="sudah diunduh").first).to_be_visible()


def test_numbers_need_a_reason_and_open_in_excel_as_text(office: Page, portal: Portal) -> None:
    office.goto(f"{portal.url}/admin/ekspor/")
    office.get_by_label("Sertakan NIK, NIP, dan nomor telepon").check()
    office.get_by_role("button", name="Buat daftar").click()
    expect(office.get_by_role("link", name="Tulis alasannya")).to_be_visible()
    fits(office)
    office.get_by_label("Untuk apa nomor itu diperlukan?").fill("Pencocokan dengan data kepegawaian")
    office.get_by_role("button", name="Buat daftar").click()

    sheet = openpyxl.load_workbook(BytesIO(fetch(office))).active

    assert sheet is not None
    assert [cell.value for cell in sheet[1]][-3:] == ["NIK", "NIP / NRP", "Nomor telepon"]
    facts = portal.query("SELECT facts->>'with_numbers' FROM tte_portal_auditrow WHERE event = 'make_export'")
    assert ("true",) in facts


def test_the_months_report_opens(office: Page, portal: Portal) -> None:
    office.goto(f"{portal.url}/laporan/bulanan/")
    fits(office)
    with office.expect_download() as waiting:
        office.get_by_role("link", name="Unduh PDF").first.click()

    pages = pypdfium2.PdfDocument(Path(waiting.value.path()).read_bytes())
    text = pages[0].get_textpage().get_text_range()
    assert "Kabupaten Natuna" in text
    assert "Halaman 1 dari" in text
