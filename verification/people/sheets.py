"""Files that go out: faulty rows with their reasons, results, an empty list. Every cell is text and no formula."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.http import HttpResponse
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from enrollment.models import Application, PersonnelRecord, Status
from enrollment.roster.columns import COLUMNS, REASON, ROW
from verification.guarding import DELIMITER, guarded
from verification.people.models import ListPart, PersonnelList
from verification.people.shown import reason_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_HEADING = [column.name for column in COLUMNS]
# Digits that Excel would count with, were they not told to be text.
_LONG = 6
_DONE = {"new": "Dicatat baru", "changed": "Diperbarui", "same": "Sudah tercatat"}
_INVITED = {"invited": "Undangan dikirim", "running": "Pengajuannya sudah berjalan"}


def _as_text(text: str) -> str:
    """Text that no sheet takes for a formula; a lone dash, which stands for "none", stays as people type it."""
    clean = text.translate(_CONTROLS)
    return clean if clean == "-" else guarded(clean)


def answer(kind: str, name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A download of rows, the first of which is the heading."""
    content, content_type = (_xlsx(rows), XLSX) if kind == "xlsx" else (_csv(rows), "text/csv; charset=utf-8")
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """With a mark and semicolons, as Excel opens a list here; long numbers behind an apostrophe, so that they stay."""
    text = StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{each}" if each.isdigit() and len(each) > _LONG else _as_text(each) for each in row])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Daftar")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if not number:
            for place, title in enumerate(row, 1):
                sheet.column_dimensions[get_column_letter(place)].width = 60 if title == REASON else 22
        sheet.append([_cell(sheet, _as_text(text), heading=not number) for text in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, text: str, *, heading: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    # A string by kind and by format: neither counted nor run.
    cell.data_type, cell.number_format = "s", "@"
    if heading:
        cell.font = Font(bold=True)
    return cell


def template(kind: str) -> HttpResponse:
    return answer(kind, "contoh-daftar-pegawai", [_HEADING])


def faulty(made: PersonnelList, kind: str) -> HttpResponse:
    """Every faulty row as it was written, with its number and its reasons, to be put right and sent back."""
    rows = made.faulty.order_by("row").iterator(chunk_size=500)
    body = ([str(each.row), *each.content["cells"], reason_of(each.content)] for each in rows)
    return answer(kind, "perlu-diperbaiki", _chained([ROW, *_HEADING, REASON], body))


def results(made: PersonnelList, kind: str) -> HttpResponse:
    """Everybody who was registered: what was done, and the receipt of the application."""
    heading = ["Nama", "Surel Dinas", "Data pegawai", "Undangan", "Nomor tanda terima", "Status"]
    return answer(kind, "hasil-pendaftaran", _chained(heading, _results(made)))


def _results(made: PersonnelList) -> Iterable[list[str]]:
    for part in made.parts.filter(stage=ListPart.Stage.DONE).order_by("number"):
        done = part.content["done"]
        ids = [record for record, _, _ in done]
        records = PersonnelRecord.objects.filter(pk__in=ids, institution=made.institution_id).only("name", "mailbox")
        known = {str(each.pk): each for each in records}
        begun = Application.objects.filter(record_id__in=ids, institution=made.institution_id).order_by("created_at")
        latest = {str(each.record_id): each for each in begun.only("record_id", "receipt", "status")}
        for record, what, invited in done:
            person, application = known.get(record), latest.get(record)
            if person is None:
                continue
            status = str(Status(application.status).label) if application else ""
            receipt = application.receipt if application else ""
            yield [person.name, person.mailbox, _DONE[what], _INVITED.get(invited, ""), receipt, status]


def _chained(heading: list[str], rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    yield heading
    yield from rows
