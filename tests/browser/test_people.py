"""A list of ten thousand people with 137 faults, from the upload to the registry, by a real browser and worker."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from playwright.sync_api import Page, expect

from tests import rosters
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import accessible
from tests.portal import Portal
from tests.rosters import HEADING, person

PEOPLE, FAULTY = 10_000, 137
# One kind of fault each, in turn.
WRONG: list[dict[str, str]] = [
    {"Jabatan": ""}, {"NIP": "4.11E+17"}, {"NIP": "198001012010011000"}, {"Kode OPD": "1"}, {"NIP": "1980-01-01"},
    {"NIP": "19800101201001l001"}, {"NIP": "198001012010"}, {"NIP": "198013012010011001"},
    {"Jabatan": "=cmd|' /C calc'!A0"}, {"Nama": "Lina <b>Contoh</b>"}, {"Provinsi": "Atlantis"},
    {"Jenis Pegawai": "Honorer"}, {"Kode OPD": "Dinas Khayalan"}, {"Surel Dinas": "x@gmail.example"},
]  # fmt: skip


def ten_thousand() -> bytes:
    rows = rosters.lines(*(
        person(number, **(WRONG[number // 70 % len(WRONG)] if number % 70 == 0 and number < 70 * FAULTY else {}))
        for number in range(PEOPLE)
    ))  # fmt: skip
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Pegawai")
    for row in rows:
        # Text that begins like a formula stays text, as in a list that came out of another system.
        sheet.append([_as_text(sheet, text) if text.startswith("=") else text for text in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _as_text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def fits(page: Page) -> None:
    accessible(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), page.url
    accessible(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_ten_thousand_people_with_137_faults(desk: Callable[[str, str], Page], portal: Portal) -> None:
    page = desk("administrator", "natuna")
    page.goto(f"{portal.url}/admin/")
    page.get_by_role("navigation", name="Menu petugas").get_by_role("link", name="Daftarkan pegawai").click()
    fits(page)
    page.get_by_role("link", name="Daftar dari berkas").click()
    fits(page)
    page.get_by_label("Berkas XLSX atau CSV").set_input_files(
        {"name": "pegawai.xlsx", "mimeType": "application/octet-stream", "buffer": ten_thousand()}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()

    expect(page.get_by_role("heading", name="137 baris perlu diperbaiki")).to_be_visible(timeout=180_000)
    kinds = page.get_by_role("navigation", name="Jenis kesalahan").get_by_role("link")
    assert kinds.count() >= 13
    fits(page)
    kinds.filter(has_text="Provinsi tidak dikenal").click()
    expect(page.get_by_text("Atlantis bukan nama provinsi").first).to_be_visible()

    page.get_by_role("button", name="Daftarkan 9863 pegawai").click()
    expect(page.get_by_role("heading", name="9863 pegawai terdaftar")).to_be_visible(timeout=180_000)
    expect(page.get_by_text("9863 undangan dikirim")).to_be_visible()
    fits(page)
    # Four digits and fewer: those whom the other test types have five.
    registered = "SELECT count(*) FROM enrollment_application WHERE mailbox ~ '^pegawai[.][0-9]{1,4}@natunakab'"
    assert portal.query(registered) == [(PEOPLE - FAULTY,)]

    with page.expect_download() as download:
        page.locator(".back").get_by_role("link", name="Excel (XLSX)").click()
    file = BytesIO(download.value.path().read_bytes())
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Baris", *HEADING, "Alasan")
    assert len(rows) == 1 + FAULTY
    assert all(row[-1] for row in rows[1:])
    assert not [cell for row in rows for cell in row if str(cell).startswith(("=", "+", "@"))]

    put_one_right(page)
    send_the_others_back(page, rows)


def put_one_right(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Perbaiki baris")).first.click()
    fits(page)
    page.get_by_label("Jabatan").fill("Analis Contoh")
    page.get_by_role("button", name="Simpan perbaikan").click()
    expect(page.get_by_text("Baris 2 sudah benar.")).to_be_visible()
    # The next one opened by itself: a wrong answer stays typed, with its fault.
    page.get_by_label("NIP", exact=True).fill("12345")
    page.get_by_role("button", name="Simpan perbaikan").click()
    expect(page.get_by_label("NIP", exact=True)).to_have_value("12345")
    expect(page.get_by_role("link", name=re.compile("di sini ada 5 angka"))).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Kembali ke daftar").click()
    expect(page.get_by_role("heading", name="136 baris perlu diperbaiki")).to_be_visible()


def send_the_others_back(page: Page, rows: Sequence[Sequence[object]]) -> None:
    """All but the row put right on the page, corrected in the returned file."""
    back: list[list[str]] = [[str(cell or "") for cell in rows[0]]]
    for row in rows[2:]:
        good = person(int(str(row[0])) - 2)
        back.append([str(row[0]), *(good.get(column, "") for column in HEADING), str(row[-1])])
    page.get_by_label("Berkas yang sudah diperbaiki").set_input_files(
        {"name": "perbaikan.csv", "mimeType": "text/csv", "buffer": rosters.as_csv(back)}
    )
    page.get_by_role("button", name="Unggah perbaikan").click()
    page.get_by_role("button", name="Daftarkan 137 pegawai").click(timeout=120_000)
    expect(page.get_by_role("heading", name="10000 pegawai terdaftar")).to_be_visible(timeout=120_000)


def test_one_and_several_people_are_typed(desk: Callable[[str, str], Page], portal: Portal) -> None:
    page = desk("administrator", "natuna")
    page.goto(f"{portal.url}/admin/pegawai/daftar/satu/")
    fits(page)
    one = person(20_001)
    page.get_by_label("NIP", exact=True).fill("12")
    page.get_by_label("Nama", exact=True).fill(one["Nama"])
    page.get_by_role("button", name="Daftarkan", exact=True).click()
    expect(page.get_by_role("link", name="Belum diisi.").first).to_be_visible()
    fits(page)
    page.get_by_label("NIP", exact=True).fill(one["NIP"])
    page.get_by_label("Unit Organisasi").fill("Bidang Contoh")
    page.get_by_label("Jabatan").fill("Analis")
    page.get_by_label("Surel Dinas").fill(one["Surel Dinas"])
    page.get_by_label("Jenis Pegawai").select_option("PNS")
    page.get_by_role("button", name="Daftarkan", exact=True).click()
    expect(page.get_by_role("heading", name="1 pegawai terdaftar")).to_be_visible()
    # Told to a worker by itself, so not behind the thousands of the list.
    portal.wait_for_message(one["Surel Dinas"], "activation", 120)

    page.goto(f"{portal.url}/admin/pegawai/daftar/beberapa/")
    fits(page)
    page.get_by_label("Unit Organisasi").fill("Bidang Contoh")
    for row in (1, 2):
        each = person(20_001 + row)
        for name in ("NIP", "Nama", "Surel Dinas", "Jabatan"):
            page.get_by_label(f"{name}, baris {row}", exact=True).fill(each[name])
    page.get_by_role("button", name="Periksa").click()
    page.get_by_role("button", name="Daftarkan 2 pegawai").click()
    expect(page.get_by_role("heading", name="2 pegawai terdaftar")).to_be_visible(timeout=120_000)
