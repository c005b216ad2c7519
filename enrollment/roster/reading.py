"""A whole list as rows of texts in one order of columns: heading found, titles and repeated headings left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from enrollment import numbers
from enrollment.roster.columns import COLUMNS, ROW, Heading, find_heading, numbers_columns, repeats, sums_up
from enrollment.roster.tables import Table, Unreadable, open_table, text_table

MAX_ROWS = 10_000
_TOP = 30
NEEDED = tuple(column.name for column in COLUMNS if column.needed)


class MissingColumns(Unreadable):
    """The heading does not name every column that is needed."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)
        super().__init__(
            f"Kolom ini tidak ditemukan: {', '.join(columns)}. Tulis judul kolom seperti pada contoh berkas."
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One person as written: the row in the file, the texts in the order of COLUMNS, and the row of an earlier list
    that this one puts right (0: none)."""

    row: int
    cells: list[str]
    instead_of: int = 0


@dataclass
class Roster:
    """The people of a list as written, the fields that its heading names, and what is to be told of the reading."""

    lines: list[Line]
    given: list[str]
    notes: list[str] = field(default_factory=list)


def read(content: bytes, *, limit: int = MAX_ROWS, needed: Sequence[str] = NEEDED) -> Roster:
    """The people of a CSV or XLSX, whose heading names at least the ``needed`` columns. Raises :class:`Unreadable`."""
    return _people(open_table(content), limit, needed)


def read_text(text: str, *, limit: int = MAX_ROWS) -> Roster:
    """The people of lines pasted from a sheet; without a heading the columns stand as in the template."""
    return _people(text_table(text), limit, NEEDED, may_lack_heading=True)


def _people(table: Table, limit: int, needed: Sequence[str], *, may_lack_heading: bool = False) -> Roster:
    top = list(islice(table.lines, _TOP))
    heading = find_heading(top, least=min(len(needed), 2))
    if heading is None and may_lack_heading and _begins_with_number(top):
        heading = Heading({column.name: place for place, column in enumerate(COLUMNS)}, -1, ())
    if heading is None:
        # All at once: whoever adds only some would be told of the others next.
        names = ", ".join(needed)
        raise Unreadable(f"Baris judul tidak ditemukan. Di atas data perlu ada satu baris dengan nama kolom: {names}.")
    if missing := [name for name in needed if name not in heading.places]:
        raise MissingColumns(missing)
    lines: list[Line] = []
    repeated = sums = 0
    for row, line in enumerate(chain(top, table.lines), 1):
        if row <= heading.last_line + 1 or not any(map(str.strip, line)):
            continue
        if repeats(heading, line) or (not lines and numbers_columns(line)):
            repeated += 1
            continue
        if sums_up(heading, line):
            sums += 1
            continue
        if len(lines) == limit:
            raise Unreadable(f"Paling banyak {_count(limit)} baris dalam satu daftar. Bagi menjadi beberapa berkas.")
        lines.append(_line(heading, row, line))
    if not lines:
        raise Unreadable("Tidak ada baris data di bawah judul.")
    notes = list(table.notes)
    if heading.unknown:
        more = f" dan {len(heading.unknown) - 5} lainnya" if len(heading.unknown) > 5 else ""
        notes.append(f"Kolom yang tidak dipakai: {', '.join(heading.unknown[:5])}{more}.")
    if repeated:
        notes.append("Baris judul yang berulang dan baris nomor kolom tidak dibaca.")
    if sums:
        notes.append(f"{sums} baris jumlah (seperti Total atau Jumlah) tidak dibaca.")
    return Roster(lines, [column.field for column in COLUMNS if column.name in heading.places], notes)


def _line(heading: Heading, row: int, line: Sequence[str]) -> Line:
    width, places = len(line), heading.places
    cells = [line[place] if (place := places.get(column.name, width)) < width else "" for column in COLUMNS]
    told = line[places[ROW]].strip() if places.get(ROW, width) < width else ""
    return Line(row, cells, int(told) if told.isdigit() and len(told) < 8 else 0)


def _begins_with_number(lines: Sequence[Sequence[str]]) -> bool:
    first = next((line for line in lines if any(map(str.strip, line))), [])
    digits = numbers.squeeze(first[0]) if first else ""
    return digits.isdigit() and len(first) >= 4


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def parts(lines: Sequence[Line], size: int) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]
