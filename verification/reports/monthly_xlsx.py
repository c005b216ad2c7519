"""The month as a workbook: a summary, then a sheet for each table, with nothing but its heading and its rows."""

import re
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from verification.guarding import guarded
from verification.reports import monthly
from verification.reports.files import NUMBER_FORMATS, SECONDS_A_DAY, WIDTH
from verification.reports.monthly import Month
from verification.reports.scope import Scope
from verification.reports.tables import Kind, Table

# What the name of a sheet may not hold.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


def workbook(scope: Scope, month: Month, made: list[Table], at: str) -> bytes:
    book = Workbook(write_only=True)
    summary = _sheet(book, "Ringkasan", 2)
    facts = [("Laporan bulanan TTE", str(month)), ("Instansi", scope.place), ("Periode", scope.period), ("Dibuat", at)]
    told = [(table.title, " ".join((table.told, *table.notes))) for table in made]
    for row in [*facts, ("", ""), *monthly.key_numbers(made), ("", ""), *told]:
        summary.append([_cell(summary, cell, "number" if isinstance(cell, int) else "text") for cell in row])
    for table in made:
        sheet = _sheet(book, table.title, len(table.columns))
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, column.heading, "text", bold=True) for column in table.columns])
        for row in table.rows:
            sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Any, title: str, columns: int) -> Any:
    sheet = book.create_sheet(_FORBIDDEN.sub(" ", title)[:LONGEST_NAME])
    for number in range(columns):
        sheet.column_dimensions[chr(ord("A") + number)].width = WIDTH
    return sheet


def _cell(sheet: Any, value: Any, kind: Kind, *, bold: bool = False) -> Any:
    if value is None:
        return None
    if kind == "text":
        cell = WriteOnlyCell(sheet, guarded(str(value)))
        # openpyxl takes a leading "=" for a formula; a string is a string.
        cell.data_type = "s"
        cell.font = Font(bold=bold)
        return cell
    cell = WriteOnlyCell(sheet, value / SECONDS_A_DAY if kind == "duration" else value)
    cell.number_format = NUMBER_FORMATS[kind]
    return cell
