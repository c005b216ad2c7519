"""The cells of an XLSX as the texts that people see, quickly and within bounds.

openpyxl makes an object of every cell: over a second for 10,000 people. Here the workbook's parts are read as they
stand. A number that Excel cannot have kept whole is given as Excel shows it (4.11E+17), a date as a date.
"""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from itertools import islice
from zipfile import BadZipFile, ZipFile

from enrollment.roster.columns import find_heading

# Of all parts that are read, unpacked: 10,000 people take 7 MB. What a bomb says of its size is held to by zipfile.
MAX_UNPACKED = 80 * 2**20
# The last row that a sheet can have.
LAST_ROW = 2**20
# A sheet may be wider, people's data is not.
MAX_COLUMNS = 300
# Excel counts days from here; 15 digits of a number are kept.
_FIRST_DAY = date(1899, 12, 30)
_KEPT_DIGITS = 15
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])


class Unusable(Exception):
    """The workbook as a whole cannot be read; the text is for the person who chose it."""


class Workbook:
    """The one sheet of a workbook that holds people; ``notes`` say what was left out."""

    def __init__(self, content: bytes) -> None:
        self.notes: list[str] = []
        try:
            self._open(content)
        except Unusable:
            raise
        except Exception as error:  # archive and XML readers raise anything on a broken file
            raise Unusable("Berkas XLSX rusak dan tidak dapat dibaca.") from error

    def _open(self, content: bytes) -> None:
        try:
            self.archive = ZipFile(BytesIO(content))
        except BadZipFile as error:
            raise Unusable("Berkas XLSX rusak dan tidak dapat dibaca.") from error
        self.parts = {part.filename.lower(): part for part in self.archive.infolist()}
        if "xl/workbook.xml" not in self.parts:
            raise Unusable("Berkas harus berjenis CSV atau XLSX.")
        read = [part for name, part in self.parts.items() if name.startswith("xl/") and name.endswith(".xml")]
        if sum(part.file_size for part in read) > MAX_UNPACKED:
            raise Unusable(
                "Isi berkas terlalu besar. Salin kolom yang diperlukan saja ke lembar kerja baru, lalu unggah lagi."
            )
        self.strings = self._shared_strings()
        self.dates = self._date_styles()
        self.sheet = self._choose()
        if b"<mergeCell " in self.archive.read(self.sheet):
            self.notes.append("Berkas memakai sel gabungan; isinya hanya terbaca di sel pertama.")

    def lines(self) -> Iterator[list[str]]:
        """Each row as texts; rows that the file leaves out come as empty ones, so that row numbers are the sheet's."""
        yield from self._lines(self.sheet)

    def _part(self, name: str) -> ET.Element | None:
        part = self.parts.get(name.lower())
        # Whoever sends a list may have made the file: expat opens nothing outside and bounds what entities become.
        return ET.fromstring(self.archive.read(part)) if part else None  # noqa: S314

    def _choose(self) -> str:
        """The first sheet in sight that has a heading, else the first in sight."""
        sheets = self._sheets()
        seen = [(name, path) for name, path, hidden in sheets if not hidden]
        if not seen:
            raise Unusable("Semua lembar kerja dalam berkas ini tersembunyi.")
        if len(seen) < len(sheets):
            self.notes.append("Lembar kerja yang tersembunyi tidak dibaca.")
        chosen = next((pair for pair in seen if find_heading(list(islice(self._lines(pair[1]), 25)))), seen[0])
        if len(seen) > 1:
            self.notes.append(f"Hanya lembar kerja “{chosen[0][:31]}” yang dibaca.")
        return chosen[1]

    def _sheets(self) -> list[tuple[str, str, bool]]:
        relations = self._part("xl/_rels/workbook.xml.rels")
        targets = {each.get("Id"): each.get("Target", "") for each in relations} if relations is not None else {}
        book = self._part("xl/workbook.xml")
        found = []
        for sheet in book.iter() if book is not None else ():
            if not sheet.tag.endswith("}sheet"):
                continue
            link = next((value for key, value in sheet.items() if key.startswith("{") and key.endswith("}id")), "")
            target = targets.get(link, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if part := self.parts.get(path.lower()):
                found.append((sheet.get("name", ""), part.filename, sheet.get("state", "visible") != "visible"))
        if not found:
            raise Unusable("Berkas XLSX ini tidak berisi lembar kerja.")
        return found

    def _shared_strings(self) -> list[str]:
        root = self._part("xl/sharedStrings.xml")
        return [_words(item) for item in root] if root is not None else []

    def _date_styles(self) -> frozenset[str]:
        """The numbers of the cell styles that show a number as a date."""
        root = self._part("xl/styles.xml")
        if root is None:
            return frozenset()
        own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter() if _is(each, "numFmt")}
        styles = next((list(each) for each in root.iter() if _is(each, "cellXfs")), [])
        return frozenset(
            str(number)
            for number, style in enumerate(styles)
            if _is_date_format(style.get("numFmtId", "0"), own.get(style.get("numFmtId"), ""))
        )

    def _lines(self, path: str) -> Iterator[list[str]]:
        expected = 1
        with self.archive.open(path) as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314 (as in _part)
                if not element.tag.endswith("}row"):
                    continue
                number = element.get("r") or ""
                told = int(number) if number.isdigit() and len(number) < 8 else expected
                # Rows that are not there; numbers that a sheet cannot have are not believed.
                while expected < told <= LAST_ROW:
                    yield []
                    expected += 1
                yield self._cells(element)
                expected += 1
                element.clear()

    def _cells(self, row: Iterable[ET.Element]) -> list[str]:
        texts: list[str] = []
        strings, dates = self.strings, self.dates
        for cell in row:
            place = cell.get("r")
            if place is not None:
                column = _column(place.rstrip("0123456789"))
                if column >= MAX_COLUMNS:
                    break
                while len(texts) < column:
                    texts.append("")
            kind = cell.get("t")
            if kind == "inlineStr":
                texts.append(_words(cell))
                continue
            value = next((part.text for part in cell if part.tag.endswith("}v")), None)
            if value is None:
                texts.append("")
            elif kind == "s":
                texts.append(strings[int(value)])
            elif kind is None or kind == "n":
                texts.append(_date(value) if cell.get("s") in dates else _number(value))
            else:
                texts.append(value)
        return texts


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is(element: ET.Element, name: str) -> bool:
    return element.tag.endswith(f"}}{name}")


def _words(item: ET.Element) -> str:
    """The text of a cell, put together from its runs; how it is read aloud (rPh) is no part of it."""
    if len(item) == 1 and item[0].tag.endswith("}t"):
        return item[0].text or ""
    pieces = []
    for part in item:
        if part.tag.endswith("}t"):
            pieces.append(part.text or "")
        elif not part.tag.endswith("}rPh"):
            pieces += [each.text or "" for each in part.iter() if each.tag.endswith("}t")]
    return "".join(pieces)


def _is_date_format(number: str, code: str) -> bool:
    if number.isdigit() and int(number) in _BUILT_IN_DATES:
        return True
    shown = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code.partition(";")[0]).lower()
    return bool(re.search(r"[dmyhs]", shown)) and "general" not in shown


def _date(value: str) -> str:
    try:
        return (_FIRST_DAY + timedelta(days=int(float(value)))).isoformat()
    except (ValueError, OverflowError):
        return value


def _number(value: str) -> str:
    if value.isdigit() and len(value) <= _KEPT_DIGITS:
        return value
    number = float(value)
    if abs(number) >= 10**_KEPT_DIGITS:
        return f"{number:.14G}".replace("G", "E")
    return str(int(number)) if number == int(number) else value
