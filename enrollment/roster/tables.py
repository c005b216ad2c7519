"""A file as lines of texts: what kind it is by its content, never by its name."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from enrollment.roster import xlsx
from enrollment.roster.columns import find_heading

DELIMITERS = ";,\t|"
# Lines by which the delimiter is found.
_SAMPLE = 30


class Unreadable(Exception):
    """The file as a whole cannot be read; the text is for the person who chose it."""


@dataclass
class Table:
    """Lines of a file, and what is to be told of how it was read."""

    lines: Iterator[list[str]]
    notes: list[str] = field(default_factory=list)


_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream in which Office keeps a locked document, as it stands in the container's directory.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8")
SAVE_AS = "Buka di Excel, pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx), lalu unggah lagi."


def open_table(content: bytes) -> Table:
    """The lines of a CSV or XLSX. Raises :class:`Unreadable` with a sentence for the person who sent it."""
    if not content.strip():
        raise Unreadable("Berkas kosong.")
    if content.startswith(_ZIP):
        return _workbook(content)
    if content.startswith(_OLE) and _LOCKED in content:
        raise Unreadable("Berkas XLSX ini terkunci kata sandi. Buka kuncinya di Excel, simpan, lalu unggah lagi.")
    if content.startswith(_OLE):
        raise Unreadable(f"Ini berkas Excel lama (.xls). {SAVE_AS}")
    is_text = content.startswith(_UTF_16) or content[:200].count(b"\x00") < 10
    if content.startswith(_PICTURES) or not is_text:
        raise Unreadable("Berkas harus berjenis CSV atau XLSX.")
    return text_table(_decoded(content))


def _workbook(content: bytes) -> Table:
    try:
        book = xlsx.Workbook(content)
    except xlsx.Unusable as error:
        raise Unreadable(str(error)) from error
    return Table(_guarded(book.lines()), book.notes)


def _guarded(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except Exception as error:  # archive, XML and cell readers raise anything on a broken file
        raise Unreadable("Berkas XLSX rusak dan tidak dapat dibaca.") from error


def text_table(text: str) -> Table:
    """The lines of a CSV, or of what was pasted from a sheet."""
    text = text.removeprefix("\ufeff")
    # Excel's own first line in some lists: "sep=;".
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        return Table(_csv(rest, first.strip()[4:] or ";"))
    return Table(_csv(text, _delimiter(text)))


def _csv(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Unreadable("Berkas CSV rusak dan tidak dapat dibaca.") from error


def _delimiter(text: str) -> str:
    """The one with which a heading names most columns; without a heading the most frequent."""

    def rank(delimiter: str) -> tuple[int, int]:
        lines = []
        try:
            for line in csv.reader(StringIO(text[:20_000], newline=""), delimiter=delimiter):
                lines.append(line)
                if len(lines) == _SAMPLE:
                    break
        except csv.Error:
            return 0, 0
        heading = find_heading(lines)
        return len(heading.places) if heading else 0, text[:5000].count(delimiter)

    return max(DELIMITERS, key=rank)


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes as "Unicode Text" and as plain "CSV" on a Windows of this country."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
