"""The columns of a personnel list, under all the names that officers give them, and the line that names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.models import Employment


@dataclass(frozen=True)
class Column:
    """One column: its heading, the field it fills, whether it must be filled, the longest text, other headings."""

    name: str
    field: str
    needed: bool
    longest: int
    hint: str = ""
    others: tuple[str, ...] = ()
    # Of files alone, where a page says what a list holds.
    in_sheet: str = ""


COLUMNS: tuple[Column, ...] = (
    Column(
        "NIP", "employee_number", True, 40,
        "NIP 18 angka, atau NRP 8 angka untuk POLRI.",
        (
            "NIP Baru", "NRP", "NIP/NRP", "NIP atau NRP", "NIP PNS", "NIP PPPK", "NI PPPK", "NIP/NI PPPK",
            "NIP Pegawai", "Nomor Induk Pegawai", "No Induk Pegawai", "No NIP", "Nomor NIP",
        ),
        "Di Excel, format kolom ini sebagai Teks.",
    ),
    Column(
        "Nama", "name", True, 200, "Tanpa gelar; gelar yang ikut tertulis dipindahkan ke kolom gelar.",
        (
            "Nama Lengkap", "Nama Pegawai", "Nama ASN", "Nama PNS", "Nama Tanpa Gelar", "Nama Lengkap Tanpa Gelar",
            "Nama Sesuai KTP",
        ),
    ),
    Column("Gelar Depan", "front_title", False, 60, "", ("Glr Depan", "Gelar Dpn", "Gelar di Depan")),
    Column("Gelar Belakang", "back_title", False, 60, "", ("Glr Belakang", "Gelar Blk", "Gelar di Belakang")),
    Column(
        "Unit Organisasi", "unit", True, 200, "",
        (
            "Unit Kerja", "Unit", "Unor", "Unor Nama", "Nama Unor", "Nama Unit Organisasi", "Nama Unit Kerja",
            "Satuan Kerja", "Unit Terakhir", "Bidang",
        ),
    ),
    Column("Jabatan", "position", True, 200, "", ("Nama Jabatan", "Jabatan Nama", "Jabatan Terakhir")),
    Column(
        "Gol/Pangkat", "rank", False, 60, "Misalnya III/c, Penata. Boleh kosong.",
        (
            "Golongan", "Pangkat", "Gol", "Golongan/Pangkat", "Pangkat/Golongan", "Pangkat/Gol", "Golongan Ruang",
            "Gol Ruang", "Pangkat/Gol Ruang", "Pangkat Golongan Ruang", "Gol Ruang Akhir",
        ),
    ),
    Column(
        "Provinsi", "province", False, 100, "Nama resmi, misalnya Jawa Tengah. Kosong: provinsi instansi.",
        ("Propinsi", "Prov", "Nama Provinsi"),
    ),
    Column(
        "Surel Dinas", "mailbox", True, 254, "Dengan domain surel dinas instansi; satu surel untuk satu orang.",
        (
            "Surel", "Email", "Email Dinas", "Email Gov", "Alamat Email", "Alamat Surel", "Surat Elektronik",
            "Email Instansi", "Email Kantor", "Email BSrE", "Email Resmi", "Mail",
        ),
    ),
    Column(
        "Jenis Pegawai", "employment", True, 10, f"Salah satu dari {', '.join(Employment.values)}.",
        ("Status Pegawai", "Status Kepegawaian", "Jenis ASN", "Jenis Kepegawaian", "Status ASN", "PNS/PPPK", "Status"),
    ),
    Column(
        "Kode OPD", "opd", False, 20, "Kode atau nama yang tercatat di menu OPD.",
        ("OPD", "Nama OPD", "SKPD", "Kode SKPD", "Nama SKPD", "Perangkat Daerah", "Nama Perangkat Daerah"),
    ),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
# In a returned file: the row of the first list that a row puts right, and why it did not pass.
ROW, REASON = "Baris", "Alasan"
_IGNORED = ("No", "Nomor", "No Urut", REASON)
# Lines from the top among which the heading is looked for: titles stand above it.
_TOP = 25


def _plain(text: str) -> str:
    """Letters and digits alone, small: "E-Mail (Dinas)*" and "email dinas" are one heading."""
    return "".join(re.findall(r"[a-z0-9]+", text.lower()))


_KNOWN = {_plain(text): column.name for column in COLUMNS for text in (column.name, *column.others)}
_KNOWN[_plain(ROW)] = ROW


def named(text: str) -> str:
    """The column that a heading means; empty for one that is none."""
    return _KNOWN.get(_plain(text), "") if text else ""


@dataclass(frozen=True)
class Heading:
    """Where each column stands, and behind which line (counted from 0) the people begin."""

    places: dict[str, int]
    last_line: int
    unknown: tuple[str, ...]


def find_heading(lines: Sequence[Sequence[str]], *, least: int = 2) -> Heading | None:
    """The line among the first that names most columns, or two that do so together ("Gelar" over "Depan"). One that
    names fewer than ``least`` is text that happens to hold such a word."""
    best: Heading | None = None
    for number, line in enumerate(lines[:_TOP]):
        for found in (_heading(line, number), _double(lines, number)):
            if found and (best is None or len(found.places) > len(best.places)):
                best = found
    return best if best and len(best.places) >= least else None


def _heading(line: Sequence[str], number: int) -> Heading:
    places: dict[str, int] = {}
    unknown: list[str] = []
    ignored = {_plain(text) for text in _IGNORED}
    for place, text in enumerate(line):
        column = named(text)
        if column and column not in places:
            places[column] = place
        elif text.strip() and _plain(text) not in ignored:
            unknown.append(text.strip()[:40])
    return Heading(places, number, tuple(unknown))


def _double(lines: Sequence[Sequence[str]], number: int) -> Heading | None:
    """Two lines read as one: the upper heading, alone where it says enough, else with the lower one behind it."""
    if number + 1 >= min(len(lines), _TOP) or not _continues(lines, number):
        return None
    joined, above = [], ""
    width = max(len(lines[number]), len(lines[number + 1]))
    for place in range(width):
        upper = lines[number][place].strip() if place < len(lines[number]) else ""
        lower = lines[number + 1][place].strip() if place < len(lines[number + 1]) else ""
        # A merged cell's words stand in its first column alone.
        above = upper or above
        joined.append(upper if named(upper) or not lower else lower if named(lower) else f"{above} {lower}")
    return _heading(joined, number + 1)


def _continues(lines: Sequence[Sequence[str]], number: int) -> bool:
    """Whether the second line continues the first, as "Depan | Belakang" does below "Gelar"."""
    if any(map(named, lines[number + 1])):
        return True
    above = ""
    for place, lower in enumerate(lines[number + 1]):
        upper = lines[number][place].strip() if place < len(lines[number]) else ""
        above = upper or above
        if lower and named(f"{above} {lower}"):
            return True
    return False


def repeats(heading: Heading, line: Sequence[str]) -> bool:
    """A heading once more among the people, as where two lists were put together."""
    number = heading.places.get(COLUMNS[0].name, len(line))
    # Ten thousand rows are asked: nearly all have a number where a heading would say what it is.
    if number < len(line) and line[number][:1].isdigit():
        return False
    same = sum(1 for name, place in heading.places.items() if place < len(line) and named(line[place]) == name)
    return same >= 2 and same * 2 > len(heading.places)


_SUM = re.compile(r"(grand |sub ?)?(total|jumlah|jml)( \w+){0,3} *[:=]?( *[\d.,]+)?( *(orang|pegawai|asn|org))?", re.I)


def sums_up(heading: Heading, line: Sequence[str]) -> bool:
    """The line "Jumlah: 37 orang" below the people: nobody's name, for it has neither number nor mailbox."""
    for name in ("NIP", "Surel Dinas"):
        place = heading.places.get(name, len(line))
        text = line[place] if place < len(line) else ""
        if "@" in text or sum(sign.isdigit() for sign in text) >= 7:
            return False
    first = next((text.strip() for text in line if text.strip()), "")
    return bool(_SUM.fullmatch(first))


def numbers_columns(line: Sequence[str]) -> bool:
    """The line "(1) (2) (3) …" that official tables have below their heading."""
    found = [text.strip(" ().") for text in line if text.strip()]
    return (
        len(found) >= 3
        and all(text.isdigit() and len(text) <= 3 for text in found)
        and found == [str(int(found[0]) + step) for step in range(len(found))]
    )
