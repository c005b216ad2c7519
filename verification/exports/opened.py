"""The same rows as values: for XLSX, and for lists with numbers, which have to be opened one by one."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from enrollment.models import Application, Institution
from tte_portal.encryption import ring
from verification.exports.listing import COLUMNS, NUMBERS, Place, rows_of
from verification.exports.models import Export
from verification.guarding import DELIMITER, guarded

TABLE = Application._meta.db_table


def values(
    export: Export, institution: Institution, after: Place | None, most: int
) -> tuple[list[list[Any]], Place | None]:
    """Rows of texts, of times in the export's zone, and, where asked for, of the people's numbers; the last's place."""
    zone = ZoneInfo(export.zone)
    words = [dict(each.choices.choices) if each.choices else {} for each in COLUMNS]
    sealed = tuple(NUMBERS) if export.with_numbers else ()
    found, place = [], None
    expressions = [F(each.field) for each in COLUMNS] + [F(each) for each in sealed]
    for pk, at, *cells in rows_of(export, institution, after, most, expressions):
        row = [institution.name]
        for column, labels, cell in zip(COLUMNS, words, cells, strict=False):
            if column.kind == "time":
                row.append(cell and cell.astimezone(zone).replace(tzinfo=None, microsecond=0))
            else:
                row.append(str(labels.get(cell, "")) if column.choices else cell or "")
        numbers = zip(sealed, cells[len(COLUMNS) :], strict=True)
        row += [ring().open(bytes(cell), f"{TABLE}.{name}.{pk}").decode() for name, cell in numbers]
        found.append(row)
        place = Place(at, pk)
    return found, place


def lines(rows: Iterable[list[Any]]) -> bytes:
    """Rows as CSV: the same as COPY writes, no text that would begin a formula."""
    text = StringIO()
    # All quoted: Python leaves a lone carriage return bare, and readers end the row there.
    csv.writer(text, delimiter=DELIMITER, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode()
