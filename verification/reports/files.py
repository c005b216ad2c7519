"""A report as a file: CSV for programs and spreadsheets, XLSX with real numbers. No cell ever begins a formula."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from verification.guarding import DELIMITER, guarded
from verification.reports import words
from verification.reports.scope import Scope
from verification.reports.tables import Kind, Table

NUMBER_FORMATS: dict[Kind, str] = {"number": "#,##0", "percent": "0.0%", "duration": "[h]:mm:ss", "date": "yyyy-mm-dd"}
WIDTH = 26
SECONDS_A_DAY = 86400


def lines(table: Table, scope: Scope) -> Iterator[tuple[str, ...]]:
    """What stands above the table: what it is, of whom, from when to when."""
    yield (table.title,)
    yield (table.told,)
    yield (scope.place, scope.period)
    yield from ((note,) for note in table.notes)


def as_csv(table: Table, scope: Scope) -> bytes:
    """With semicolons and a byte order mark, as spreadsheets in Indonesian open it; numbers plain, durations in
    seconds."""
    text = StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    for line in lines(table, scope):
        writer.writerow([guarded(each) for each in line])
    writer.writerow([])
    writer.writerow([_heading(column.heading, column.kind) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _heading(heading: str, kind: Kind) -> str:
    return f"{heading} (detik)" if kind == "duration" else heading


def _plain(value: Any, kind: Kind) -> str:
    match value:
        case None:
            return ""
        case float() if kind == "percent":
            return words.shown(value, kind).removesuffix(" %") + "%"
        case int() | float():
            # A number of ours may be negative; only words may try to be a formula.
            return str(round(value))
    return guarded(str(value))


def as_xlsx(table: Table, scope: Scope) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    for number in range(len(table.columns)):
        sheet.column_dimensions[chr(ord("A") + number)].width = WIDTH
    for line in lines(table, scope):
        sheet.append([_text(sheet, each) for each in line])
    sheet.append([])
    sheet.append([_text(sheet, column.heading, bold=True) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, guarded(text))
    # openpyxl takes a leading "=" for a formula; a string is a string.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind == "text":
        return _text(sheet, value)
    cell = WriteOnlyCell(sheet, value / SECONDS_A_DAY if kind == "duration" else value)
    cell.number_format = NUMBER_FORMATS[kind]
    return cell
