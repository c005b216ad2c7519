"""A list of people as CSV or XLSX, in whatever order of columns it comes: read into lines, judged by nobody here."""

from itertools import islice

from enrollment.form_fields import one_line
from enrollment.roster import tables

# What the columns are called, in small letters without blanks and dots.
HEADINGS = {
    "name": ("nama", "namalengkap", "namapegawai"),
    "nip": ("nip", "nipnippppk", "nipnrp"),
    "position": ("jabatan", "namajabatan", "jabatanterakhir"),
    "phone": ("nomorkontak", "nokontak", "kontak", "nomorhp", "nohp", "hp", "telepon", "notelepon", "nomortelepon",
              "notelp", "telp", "nomorwa", "nowa", "whatsapp"),
}  # fmt: skip
COLUMNS = {"name": "Nama", "nip": "NIP", "position": "Jabatan", "phone": "Nomor Kontak"}
# Enough for titles and letterheads above the table.
HEADING_WITHIN = 10
# More than any request may have: what lies beyond is refused by its number, not read.
MAX_LINES = 2000


class Unreadable(Exception):
    """The file as a whole cannot be read; the text is for the person who chose it."""


def read(content: bytes) -> list[dict[str, str]]:
    """Field → text of each line that is not empty; raises :class:`Unreadable`."""
    try:
        lines = [[one_line(cell) for cell in line] for line in islice(tables.open_table(content).lines, MAX_LINES)]
    except tables.Unreadable as error:
        raise Unreadable(str(error)) from error
    for number, line in enumerate(lines[:HEADING_WITHIN]):
        places = _places(line)
        if len(places) == len(COLUMNS):
            return _people(lines[number + 1 :], places)
    seen = max((_places(line) for line in lines[:HEADING_WITHIN]), key=len, default={})
    missing = ", ".join(heading for field, heading in COLUMNS.items() if field not in seen)
    raise Unreadable(f"Baris judul tidak lengkap. Kolom ini tidak ditemukan: {missing}.")


def _places(line: list[str]) -> dict[str, int]:
    squeezed = ["".join(sign for sign in cell.lower() if sign.isalnum()) for cell in line]
    return {
        field: squeezed.index(found)
        for field, known in HEADINGS.items()
        if (found := next((cell for cell in squeezed if cell in known), None))
    }


def _people(lines: list[list[str]], places: dict[str, int]) -> list[dict[str, str]]:
    people = []
    for line in lines:
        person = {field: line[place] if place < len(line) else "" for field, place in places.items()}
        if any(person.values()):
            people.append({**person, "phone": _with_nought(person["phone"])})
    if not people:
        raise Unreadable("Tidak ada orang di bawah baris judul.")
    return people


def _with_nought(phone: str) -> str:
    """Excel takes the nought from the beginning of a number that it thinks is one to count with."""
    return f"0{phone}" if phone.isdigit() and phone.startswith("8") else phone


def template(delimiter: str) -> str:
    """An empty list with the right heading, as CSV."""
    return delimiter.join(COLUMNS.values()) + "\r\n"
