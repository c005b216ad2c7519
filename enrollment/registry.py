"""The personnel registry: a CSV or XLSX list, checked as a whole; one faulty row and nothing is imported."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from enrollment import numbers
from enrollment.form_fields import one_line
from enrollment.models import Employment, Institution, Opd, PersonnelRecord
from enrollment.provinces import PROVINCES
from tte_portal import audit
from tte_portal.audit import Actor
from tte_portal.encryption import blind_index

# Column heading → (field, whether it must be filled, longest text).
COLUMNS = {
    "NIP": ("employee_number", True, 40),
    "Nama": ("name", True, 200),
    "Gelar Depan": ("front_title", False, 60),
    "Gelar Belakang": ("back_title", False, 60),
    "Unit Organisasi": ("unit", True, 200),
    "Jabatan": ("position", True, 200),
    "Gol/Pangkat": ("rank", False, 60),
    "Provinsi": ("province", True, 100),
    "Surel Dinas": ("mailbox", True, 254),
    "Jenis Pegawai": ("employment", True, 10),
    "Kode OPD": ("opd", False, 20),
}
MAX_ROWS = 100_000
LOST_DIGITS = "angka:"
MANGLED = "Excel telah mengubah angka ini. Format kolom NIP sebagai Teks, lalu isi kembali."
# What a column wants, beside its heading.
HINTS = {
    "NIP": "NIP 18 angka, atau NRP 8 angka untuk POLRI. Di Excel, format kolom ini sebagai Teks.",
    "Nama": "Tanpa gelar.",
    "Gol/Pangkat": "Misalnya III/c, Penata. Boleh kosong.",
    "Provinsi": "Nama resmi, misalnya Jawa Tengah.",
    "Surel Dinas": "Dengan domain surel dinas instansi; satu surel untuk satu orang.",
    "Jenis Pegawai": f"Salah satu dari {', '.join(Employment.values)}.",
    "Kode OPD": "Kode yang tercatat di menu OPD.",
}
# What Excel writes into a CSV for a NIP that it took for a number.
_EXPONENT = re.compile(r"\d[.,]?\d*[eE]\+?\d+")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell (``column`` empty: the whole row or file). Row 1 is the heading."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class Row:
    """One person of the list, checked."""

    number: int
    fields: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What a list holds; ``rows`` may be stored only when ``problems`` is empty."""

    rows: list[Row]
    problems: list[Problem]


@dataclass(frozen=True)
class Counts:
    """How many records an import made and how many it changed."""

    new: int
    changed: int


class Unreadable(Exception):
    """The file as a whole cannot be read; the text is for the person who chose it."""


def check(content: bytes, filename: str, institution: Institution) -> Result:
    """Read and check a whole list; every faulty cell is reported with its row and column."""
    try:
        lines = list(_lines(content, filename))
    except Unreadable as error:
        return Result([], [Problem(1, "", str(error))])
    if not lines:
        return Result([], [Problem(1, "", "Berkas kosong.")])
    heading = [cell.strip() for cell in lines[0]]
    missing = [column for column, (_, needed, _) in COLUMNS.items() if needed and column not in heading]
    if missing:
        return Result([], [Problem(1, column, "Kolom ini tidak ada pada baris judul.") for column in missing])
    if len(lines) - 1 > MAX_ROWS:
        return Result([], [Problem(1, "", f"Paling banyak {MAX_ROWS} baris dalam satu berkas.")])
    return _check_rows(heading, lines[1:], institution)


def _check_rows(heading: list[str], lines: list[list[str]], institution: Institution) -> Result:
    opds = set(Opd.objects.filter(institution=institution).values_list("code", flat=True))
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, 2):
        cells = dict(zip(heading, line, strict=False))
        if not any(cell.strip() for cell in line):
            continue
        fields, wrong = _check_row(cells, institution, opds)
        for column, field in (("NIP", "employee_number"), ("Surel Dinas", "mailbox")):
            first = seen.setdefault((field, fields.get(field, "")), number)
            if fields.get(field) and first != number:
                wrong.append((column, f"Sama dengan baris {first}."))
        problems += [Problem(number, column, text) for column, text in wrong]
        rows.append(Row(number, fields))
    problems += _check_against_others(rows, institution)
    if not rows and not problems:
        problems.append(Problem(1, "", "Tidak ada baris data di bawah judul."))
    return Result(rows, sorted(problems, key=lambda each: each.row))


def _check_row(
    cells: dict[str, str], institution: Institution, opds: set[str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    fields: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for column, (field, needed, longest) in COLUMNS.items():
        text = one_line(cells.get(column, ""))
        text = "" if text in {"-", "–"} else text
        if needed and not text:
            wrong.append((column, "Belum diisi."))
        elif len(text) > longest:
            wrong.append((column, f"Terlalu panjang; paling banyak {longest} huruf."))
        elif text:
            try:
                fields[field] = _read_cell(field, text, institution, opds)
            except ValueError as error:
                wrong.append((column, str(error)))
        else:
            fields[field] = ""
    return fields, wrong + list(_check_kind(fields))


def _check_kind(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A NIP belongs to an ASN, an NRP to the POLRI."""
    number, employment = fields.get("employee_number"), fields.get("employment")
    if number and employment and (len(number) == 8) != (employment == Employment.POLRI):
        yield "NIP", f"Angka ini {'NRP' if len(number) == 8 else 'NIP'}, padahal jenis pegawainya {employment}."


def _read_cell(field: str, text: str, institution: Institution, opds: set[str]) -> str:
    """The cell's value in the form that is stored; raises ``ValueError`` with the sentence for the report."""
    match field:
        case "employee_number" if text.startswith(LOST_DIGITS) or _EXPONENT.fullmatch(text):
            raise ValueError(MANGLED)
        case "employee_number":
            number = numbers.employee_number(text)
            # A NIP's serial begins at 001; Excel keeps 15 digits of a number and writes noughts for the rest.
            if len(number) == 18 and number.endswith("000"):
                raise ValueError(f"Tiga angka terakhir hilang: {MANGLED}")
            return number
        case "mailbox":
            return _read_mailbox(text, institution)
        case "employment" if text.upper() not in Employment.values:
            raise ValueError(f"Harus salah satu dari {', '.join(Employment.values)}.")
        case "employment":
            return text.upper()
        case "province":
            found = next((name for name in PROVINCES if name.lower() == text.lower()), None)
            if found is None:
                raise ValueError(f"{text} bukan nama provinsi.")
            return found
        case "opd" if text not in opds:
            raise ValueError(f"Kode OPD {text} tidak dikenal di instansi ini.")
    return text


def _read_mailbox(text: str, institution: Institution) -> str:
    mailbox = text.lower()
    try:
        validate_email(mailbox)
    except ValidationError as error:
        raise ValueError("Alamat surel tidak lengkap.") from error
    if mailbox.rpartition("@")[2] not in institution.mailbox_domains:
        raise ValueError(f"Domain surel harus {' atau '.join(institution.mailbox_domains)}.")
    return mailbox


def _check_against_others(rows: list[Row], institution: Institution) -> Iterator[Problem]:
    """A mailbox stands for one person: one that already belongs to another number is a fault of the list."""
    by_mailbox = {row.fields["mailbox"]: row for row in rows if row.fields.get("mailbox")}
    known = PersonnelRecord.objects.filter(mailbox__in=by_mailbox)
    for mailbox, index, owner in known.values_list("mailbox", "employee_number_index", "institution_id"):
        row = by_mailbox[mailbox]
        number = row.fields.get("employee_number", "")
        if owner != institution.pk or bytes(index) != blind_index("employee-number", number):
            yield Problem(row.number, "Surel Dinas", "Sudah tercatat untuk pegawai lain.")


def store(result: Result, institution: Institution, *, by: Actor) -> Counts:
    """Write a list without problems, all rows or none; who is there already is brought up to date."""
    if result.problems:
        raise ValueError("A list with problems is not stored.")
    opds = dict(Opd.objects.filter(institution=institution).values_list("code", "pk"))
    with transaction.atomic():
        known = {
            bytes(record.employee_number_index): record
            for record in PersonnelRecord.objects.select_for_update().filter(institution=institution)
        }
        fresh, changed = _split(result.rows, known, institution, opds)
        PersonnelRecord.objects.bulk_create(fresh, batch_size=1000)
        names = [field for field, _, _ in COLUMNS.values() if field not in ("employee_number", "opd")]
        PersonnelRecord.objects.bulk_update(changed, [*names, "opd"], batch_size=1000)
        audit.record(
            "import_personnel", by=by, chain=institution.audit_chain,
            facts={"new": len(fresh), "changed": len(changed)},
        )  # fmt: skip
    return Counts(len(fresh), len(changed))


def _split(
    rows: list[Row], known: dict[bytes, PersonnelRecord], institution: Institution, opds: dict[str, int]
) -> tuple[list[PersonnelRecord], list[PersonnelRecord]]:
    fresh, changed = [], []
    for row in rows:
        fields: dict[str, Any] = dict(row.fields)
        opd_id = opds.get(fields.pop("opd", ""))
        number = fields.pop("employee_number")
        index = blind_index("employee-number", number)
        if index in known:
            record = known[index]
            for name, value in fields.items():
                setattr(record, name, value)
            record.opd_id = opd_id
            changed.append(record)
        else:
            record = PersonnelRecord(institution=institution, opd_id=opd_id, employee_number=number, **fields)
            # bulk_create calls no save(): the index is set here.
            record.employee_number_index = index
            fresh.append(record)
    return fresh, changed


def _lines(content: bytes, filename: str) -> Iterator[list[str]]:
    if filename.lower().endswith(".xlsx"):
        yield from _xlsx_lines(content)
    elif filename.lower().endswith(".csv"):
        yield from _csv_lines(content)
    else:
        raise Unreadable("Berkas harus berjenis CSV atau XLSX.")


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    try:
        # Excel writes semicolons where the comma is the decimal sign, as in Indonesia, and tabs as "Unicode Text".
        yield from csv.reader(StringIO(text), delimiter=max(",;\t", key=first.count))
    except csv.Error as error:
        raise Unreadable("Berkas CSV rusak dan tidak dapat dibaca.") from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes as "Unicode Text" and as plain "CSV" on a Windows of this country."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _xlsx_lines(content: bytes) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True, max_row=MAX_ROWS + 2):
            yield [_as_text(cell) for cell in row]
    except Exception as error:  # archive, XML and cell readers raise anything on a broken file
        raise Unreadable("Berkas XLSX rusak atau terkunci sandi.") from error


def _as_text(cell: Any) -> str:
    """A cell as text. A NIP that Excel took for a number has lost its last digits: it is refused, not guessed."""
    if cell is None:
        return ""
    if isinstance(cell, float) or (isinstance(cell, int) and cell >= 10**15):
        return f"{LOST_DIGITS}{cell}"
    return str(cell)


def template() -> str:
    """An empty list with the right heading, as CSV."""
    return ",".join(COLUMNS) + "\r\n"
