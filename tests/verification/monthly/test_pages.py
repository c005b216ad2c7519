"""The list of months and its files: for readers of the institution, with every table, without any person."""

from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pypdfium2
import pytest
from django.urls import reverse

from enrollment.models import Application, Institution, Opd, Role
from tests import cast
from tte_portal.models import Account
from verification.reports import monthly
from verification.reports.scope import Scope
from verification.reports.tables import REPORTS

HOSTILE = "=1+1 <b>Dinas</b> & <script>alert(1)</script>"
LIST = "reports-monthly"


@pytest.fixture
def reader(natuna: Institution) -> Account:
    return cast.make_officer("rina", (natuna, Role.Kind.REPORT_READER))


@pytest.fixture
def case(natuna: Institution) -> Application:
    case = cast.submitted(natuna)
    Application.objects.filter(pk=case.pk).update(created_at=datetime(2026, 1, 20, tzinfo=ZoneInfo("UTC")))
    return case


def file(account: Account, form: str, institution: str = "natuna", month: str = "2026-02") -> bytes:
    answer = cast.sign_in(account).get(reverse(f"{LIST}-{form}", args=[institution, month]))
    assert answer.status_code == 200, answer.status_code
    return answer.content


def words(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_the_pdf_has_a_title_page_every_table_and_numbered_pages(
    case: Application, natuna: Institution, reader: Account
) -> None:
    pages = words(file(reader, "pdf"))

    assert natuna.name in pages[0]
    assert "Februari 2026" in pages[0]
    text = " ".join(" ".join(pages).split())
    tables = [make(_scope(natuna)) for slug, make in REPORTS.items() if slug != "instansi"]
    assert [table.title for table in tables if table.title not in text] == []
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page


def _scope(institution: Institution) -> Scope:
    month = monthly.find(institution, "2026-02")
    assert month is not None
    return monthly.scope_of(institution, month)


def test_names_are_text_in_both_files_and_no_person_is_in_them(
    case: Application, natuna: Institution, reader: Account
) -> None:
    Opd.objects.filter(applications=case).update(name=HOSTILE)
    Institution.objects.filter(pk=natuna.pk).update(name=f"Kabupaten {HOSTILE}")

    pdf, xlsx = file(reader, "pdf"), file(reader, "xlsx")

    assert f"Kabupaten {HOSTILE}" in " ".join(" ".join(words(pdf)).split())
    book = openpyxl.load_workbook(BytesIO(xlsx))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or str(cell.value or "").startswith("=")] == []
    case.refresh_from_db()
    told = " ".join([*words(pdf), *(str(cell.value) for cell in cells)])
    for person in (case.name, case.receipt, case.mailbox, case.nik, case.phone):
        assert person not in told


def test_the_workbook_has_a_sheet_for_each_table_with_its_heading_first(
    case: Application, natuna: Institution, reader: Account
) -> None:
    book = openpyxl.load_workbook(BytesIO(file(reader, "xlsx")))

    tables = [make(_scope(natuna)) for slug, make in REPORTS.items() if slug != "instansi"]
    assert book.sheetnames == ["Ringkasan", *(table.title[:31] for table in tables)]
    for table in tables:
        heading = [cell.value for cell in book[table.title[:31]][1]]
        assert heading == [column.heading for column in table.columns]


def test_months_that_are_over_are_listed_newest_first(case: Application, reader: Account) -> None:
    body = cast.sign_in(reader).get(reverse(LIST)).content.decode()

    assert body.index("Februari 2026") < body.index("Januari 2026")
    assert "Desember 2025" not in body


@pytest.mark.parametrize("month", ["2025-12", "2999-01", "bulan", "2026-13", "2026-1"])
def test_other_months_are_nowhere(case: Application, reader: Account, month: str) -> None:
    answer = cast.sign_in(reader).get(reverse(f"{LIST}-pdf", args=["natuna", month]))

    assert answer.status_code == 404


def test_another_institutions_month_is_nowhere(case: Application, outsider: Account) -> None:
    client = cast.sign_in(outsider)

    assert client.get(reverse(f"{LIST}-pdf", args=["natuna", "2026-02"])).status_code == 404
    assert client.get(reverse(LIST), {"instansi": "natuna"}).status_code == 404
    assert "Natuna" not in client.get(reverse(LIST)).content.decode()
