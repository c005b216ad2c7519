"""What stands in an export: its columns, and the rows of one institution from a place on, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.utils.dateparse import parse_datetime

from enrollment.models import Application, Institution, Status, WaitingFor
from verification.exports.models import Export
from verification.guarding import DELIMITER, Guarded, guarded

Kind = Literal["text", "choice", "time"]


@dataclass(frozen=True)
class Column:
    heading: str
    field: str
    kind: Kind = "text"
    choices: Any = None


COLUMNS = (
    Column("Nomor tanda terima", "receipt"),
    Column("OPD", "opd__name"),
    Column("Gelar depan", "front_title"),
    Column("Nama lengkap", "name"),
    Column("Gelar belakang", "back_title"),
    Column("Surel dinas", "mailbox"),
    Column("Jenis pemohon", "kind", "choice", Application.Kind),
    Column("Unit organisasi", "unit"),
    Column("Jabatan", "position"),
    Column("Kabupaten / kota", "city"),
    Column("Provinsi", "province"),
    Column("Status", "status", "choice", Status),
    Column("Giliran", "waiting_for", "choice", WaitingFor),
    Column("Sejak", "since", "time"),
    Column("Dibuat", "created_at", "time"),
    Column("Diajukan", "submitted_at", "time"),
)
# Sealed: column of the table → heading.
NUMBERS = {"nik": "NIK", "employee_number": "NIP / NRP", "phone": "Nomor telepon"}


def headings(export: Export) -> list[str]:
    return ["Instansi", *(each.heading for each in COLUMNS), *(NUMBERS.values() if export.with_numbers else ())]


def people(export: Export, *institutions: int) -> QuerySet[Application]:
    """Whom the export lists at these of its institutions."""
    zone = ZoneInfo(export.zone)
    rows = Application.objects.filter(
        institution__in=institutions,
        created_at__gte=_midnight(export.first, zone),
        created_at__lt=_midnight(export.last + timedelta(days=1), zone),
    )
    if export.statuses:
        rows = rows.filter(status__in=export.statuses)
    return rows.filter(opd=export.opd) if export.opd else rows


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


@dataclass(frozen=True)
class Place:
    """The last row that was taken; the next one is older."""

    at: datetime
    pk: UUID

    @classmethod
    def read(cls, kept: Sequence[str] | None) -> "Place | None":
        at = parse_datetime(kept[0]) if kept else None
        return cls(at, UUID(kept[1])) if kept and at else None

    def kept(self) -> list[str]:
        return [self.at.isoformat(), str(self.pk)]


def rows_of(export: Export, institution: Institution, after: Place | None, most: int, expressions: list[Any]) -> Any:
    """Key, time and the expressions of the rows that come next."""
    rows = people(export, institution.pk)
    if after:
        rows = rows.filter(Q(created_at__lt=after.at) | Q(pk__lt=after.pk), created_at__lte=after.at)
    return rows.order_by("-created_at", "-pk").values_list("pk", "created_at").annotate(**_numbered(expressions))[:most]


def copied(
    export: Export, institution: Institution, after: Place | None, most: int
) -> tuple[list[bytes], Place | None]:
    """Lines of CSV, as PostgreSQL's COPY writes them, and the place of the last."""
    named = Value(guarded(institution.name), CharField())
    rows = rows_of(export, institution, after, most, [named, *(_in_csv(each, export.zone) for each in COLUMNS)])
    sql, values = rows.query.sql_with_params()
    lines = _copy(sql, values)
    return lines.found, lines.place()


def copied_whole(export: Export, institutions: Sequence[int]) -> list[bytes]:
    """All lines of several small institutions in one statement, in no order: PostgreSQL then reads each page of the
    table once for all of them, not once for each."""
    named = [Guarded(F("institution__name")), *(_in_csv(each, export.zone) for each in COLUMNS)]
    rows = people(export, *institutions).values_list("pk", "created_at").annotate(**_numbered(named))
    return _copy(*rows.query.sql_with_params()).found


def _copy(sql: str, values: Sequence[Any]) -> "_Lines":
    lines = _Lines()
    with connection.cursor() as cursor:
        statement = cursor.cursor.mogrify(sql, values).decode()
        cursor.cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, DELIMITER '{DELIMITER}')", lines)
    return lines


def _numbered(expressions: list[Any]) -> dict[str, Any]:
    return {f"c{number}": expression for number, expression in enumerate(expressions)}


_BETWEEN = DELIMITER.encode()


class _Lines:
    """Takes COPY's lines one by one. Key and time stand before each; the last pair is where the next batch begins."""

    def __init__(self) -> None:
        self.found: list[bytes] = []
        self.last = b""

    def write(self, line: bytes) -> None:
        self.last = line
        self.found.append(line[line.index(_BETWEEN, 37) + 1 :])

    def place(self) -> Place | None:
        if not self.last:
            return None
        pk, at = self.last.split(_BETWEEN, 2)[:2]
        found = parse_datetime(at.decode())
        assert found is not None  # noqa: S101 (for the type checker: PostgreSQL wrote it)
        return Place(found, UUID(pk.decode()))


def _in_csv(column: Column, zone: str) -> Any:
    if column.kind == "text":
        return Guarded(F(column.field))
    if column.kind == "choice":
        return _label(column)
    template = "timezone(%(expressions)s)::timestamp(0)"
    return Func(Value(zone), F(column.field), template=template, output_field=CharField())


def _label(column: Column) -> Any:
    """The choice in words; these are the portal's own."""
    words = [When(**{column.field: key, "then": Value(str(label))}) for key, label in column.choices.choices]
    return Case(*words, default=Value(""), output_field=CharField())
