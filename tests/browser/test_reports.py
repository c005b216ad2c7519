"""Every report in a real browser: its chart, its files read back, filters, the people behind a number."""

import csv
import os
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import accessible
from tests.portal import Portal
from verification.reports import figures

Desk = Callable[[str, str], Page]
# No mail is made up for the past, and this institution's own are few.
MAY_BE_EMPTY = {"saluran"}


@pytest.fixture(scope="module")
def past(portal: Portal) -> None:
    """A year of people whose applications are over, as the demonstration has it."""
    portal.manage(
        "shell", "-c",
        "from enrollment.models import Institution; from verification.reports import demo; "
        "demo.fill(list(Institution.objects.all()))",
    )  # fmt: skip


def looked_at(page: Page, name: str) -> None:
    """Accessible and nothing cut off, wide and narrow; kept as a picture where TTE_PICTURES names a folder."""
    for size, words in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
        if folder := os.environ.get("TTE_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{words}.png", full_page=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def downloaded(page: Page, link: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    return waiting.value.path()


def test_every_report_has_its_chart_and_its_files(desk: Desk, portal: Portal, past: None) -> None:
    page = desk("administrator", "natuna")
    page.goto(f"{portal.url}/admin/")
    page.get_by_role("navigation", name="Menu petugas").get_by_role("link", name="Laporan", exact=True).click()
    expect(page.get_by_role("heading", name="Laporan", level=1)).to_be_visible()
    expect(page.get_by_role("img", name="Pertumbuhan per bulan")).to_be_visible()
    looked_at(page, "ringkasan")

    for slug, title in figures.TITLES.items():
        page.get_by_role("navigation", name="Semua laporan").get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        looked_at(page, slug)
        shown = page.locator(".report tbody tr").count()
        if slug in MAY_BE_EMPTY and not shown:
            continue
        assert page.locator(".report svg.bar").count() == shown > 0, slug
        texts = page.locator(".report tbody th").all_inner_texts()

        rows = list(csv.reader(StringIO(downloaded(page, "Unduh CSV").read_text("utf-8-sig")), delimiter=";"))
        assert rows[0] == [title]
        assert [row[0] for row in rows[-shown:]] == texts
        sheet = openpyxl.load_workbook(BytesIO(downloaded(page, "Unduh XLSX").read_bytes())).worksheets[0]
        assert [row[0].value for row in list(sheet)[-shown:]] == texts


def test_filters_lead_to_numbers_and_to_people(desk: Desk, portal: Portal, past: None) -> None:
    page = desk("administrator", "natuna")
    page.goto(f"{portal.url}/laporan/tahapan/")
    page.get_by_role("link", name="Bulan lalu").click()
    expect(page.get_by_role("link", name="Bulan lalu")).to_have_attribute("aria-current", "true")
    page.get_by_label("Dari tanggal").fill("2026-03-31")
    page.get_by_label("Sampai tanggal").fill("2026-03-01")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_role("link", name="Tanggal akhir mendahului tanggal awal.")).to_be_visible()
    looked_at(page, "salah")

    page.get_by_role("link", name="Tahun ini").click()
    page.get_by_label("OPD").select_option(index=1)
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_role("link", name="Lihat semua pengajuan: Sertifikat aktif").click()
    expect(page.get_by_role("heading", name="Pengajuan di balik angka")).to_be_visible()
    expect(page.get_by_role("cell", name="Contoh").first).to_be_visible()
    looked_at(page, "orang")


def test_a_reader_gets_numbers_and_no_way_to_people(desk: Desk, portal: Portal, past: None) -> None:
    page = desk("report-reader", "natuna")
    page.goto(f"{portal.url}/laporan/petugas/")
    expect(page.get_by_text("Petugas 1")).to_be_visible()
    page.goto(f"{portal.url}/laporan/")
    expect(page.get_by_text("Lihat semua")).to_have_count(0)
    looked_at(page, "pembaca")
    answer = page.goto(f"{portal.url}/laporan/orang/")
    assert answer is not None
    assert answer.status == 404


def test_the_interfaces_are_described_for_people(phone: Page, portal: Portal) -> None:
    phone.goto(f"{portal.url}/api/")
    expect(phone.get_by_role("heading", name="Pengajuan per tahap")).to_be_visible()
    looked_at(phone, "api")
