"""What the pages of a list show of it: counts, kinds of fault, a page of faulty rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from enrollment.roster.columns import COLUMNS
from enrollment.roster.faults import KINDS
from verification.people.models import FaultyRow, PersonnelList

PAGE = 50
_PLACES = {column.name: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Shown:
    """One faulty row on the page: who it is as far as it says, and each fault with what stands there."""

    row: int
    name: str
    faults: list[dict[str, str]]


@dataclass(frozen=True)
class FaultyPage:
    """A page of faulty rows; ``after`` is the row behind which the next page begins."""

    rows: Sequence[Shown]
    after: int


def kinds_of(made: PersonnelList) -> list[tuple[str, str, int]]:
    """(kind, words, rows) of every kind of fault in the list, most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*) FROM people_faultyrow, jsonb_array_elements_text(kinds) AS kind "
            "WHERE personnel_list_id = %s GROUP BY kind ORDER BY 2 DESC, 1",
            [made.pk],
        )
        return [(kind, KINDS.get(kind, kind), count) for kind, count in cursor.fetchall()]


def faulty_page(made: PersonnelList, kind: str, after: str) -> FaultyPage:
    """Fifty faulty rows, those of one kind when it is named."""
    rows = made.faulty.filter(kinds__contains=[kind]) if kind in KINDS else made.faulty.all()
    if after.isdigit() and len(after) < 9:
        rows = rows.filter(row__gt=int(after))
    found = list(rows.order_by("row")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return FaultyPage([shown(each) for each in found], found[-1].row if more else 0)


def shown(faulty: FaultyRow) -> Shown:
    cells: list[str] = faulty.content["cells"]
    return Shown(
        faulty.row,
        " ".join(cells[_PLACES["Nama"]].split())[:60],
        [
            {"column": column or "Seluruh baris", "written": cells[_PLACES[column]] if column else "", "told": text}
            for column, _, text in faulty.content["faults"]
        ],
    )


def reason_of(content: dict[str, Any]) -> str:
    """All faults of a row in one cell of the returned file."""
    return " ".join(f"{column or 'Baris'}: {text}" for column, _, text in content["faults"])
