"""Where applications stand, how many came to each stage, and how long they stay there."""

from typing import Any

from django.db import connection

from verification.reports import counts, sizes
from verification.reports.measures import ENDED, ENTERED, STANDING
from verification.reports.scope import FEWEST, Scope
from verification.reports.stages import ALWAYS, ORDER, UNDER_WAY, key_of, name_of
from verification.reports.tables import Column, Table, report

LEFT = """
SELECT p.status || '/' || p.waiting_for, count(*), {shares}
FROM enrollment_statusperiod AS p
JOIN enrollment_application AS a ON a.id = p.application_id
JOIN enrollment_institution AS i ON i.id = p.institution_id
WHERE p.institution_id = ANY(%(ids)s) AND (%(opd)s IS NULL OR a.opd_id = %(opd)s)
AND p.until >= %(first)s::date - 1 AND p.until < %(last)s::date + 2
AND (p.until AT TIME ZONE i.time_zone)::date BETWEEN %(first)s AND %(last)s
GROUP BY 1"""
SHARES = ", ".join(
    f"percentile_cont({share}) WITHIN GROUP (ORDER BY extract(epoch FROM p.until - p.since))::float"
    for share in (0.5, 0.9)
)


@report("tahapan")
def funnel(scope: Scope) -> Table:
    standing = counts.totals(scope, STANDING)
    came = counts.totals(scope, ENTERED, scope.first, scope.last)
    every = sum(standing.values())
    rows, drill = [], []
    for state in ORDER:
        key = key_of(state)
        now, entered = standing.get(key, 0), came.get(key, 0)
        if now or entered or state in ALWAYS:
            rows.append((name_of(state), now, now / every if every else None, entered))
            drill.append(f"tahap={key}" if now else "")
    return Table(
        "tahapan", "Pengajuan per tahap",
        "Berapa pengajuan sekarang berada di tiap tahap, dan berapa kali tahap itu dimasuki dalam periode ini.",
        (
            Column("tahap", "Tahap", "text"), Column("sekarang", "Sekarang"), Column("bagian", "Bagian", "percent"),
            Column("masuk", "Masuk dalam periode"),
        ),
        tuple(rows) if every or came else (), chart=1, drill=tuple(drill),
        notes=("Pengajuan yang dikembalikan untuk diperbaiki masuk lagi ke tahap isian, jadi dihitung lagi.",),
    )  # fmt: skip


@report("waktu")
def times(scope: Scope) -> Table:
    found = _from_sizes(scope) if scope.everywhere and scope.opd is None and not scope.is_one else _from_rows(scope)
    rows = []
    for state in UNDER_WAY:
        count, median, most = found.get(key_of(state), (0, None, None))
        told = count and (scope.sees_people or count >= FEWEST)
        if count or state in ALWAYS:
            rows.append((name_of(state), count, median if told else None, most if told else None))
    few = f"Untuk kurang dari {FEWEST} pengajuan, lamanya tidak ditampilkan."
    return Table(
        "waktu", "Lama di tiap tahap",
        "Berapa lama pengajuan yang meninggalkan suatu tahap dalam periode ini berada di tahap itu.",
        (
            Column("tahap", "Tahap", "text"), Column("jumlah", "Pengajuan"),
            Column("median", "Separuh selesai dalam", "duration"),
            Column("persentil90", "9 dari 10 selesai dalam", "duration"),
        ),
        tuple(rows) if found else (), chart=2, notes=() if scope.sees_people else (few,),
    )  # fmt: skip


def _from_rows(scope: Scope) -> dict[str, tuple[Any, ...]]:
    """State → (how many, median, 90th percentile) in seconds, of the periods themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT.format(shares=SHARES),
            {"ids": list(scope.institutions), "opd": scope.opd, "first": scope.first, "last": scope.last},
        )
        return {key: rest for key, *rest in cursor.fetchall()}


def _from_sizes(scope: Scope) -> dict[str, tuple[Any, ...]]:
    """The same for the whole country, of the sizes that are kept: right to some hundredths."""
    found: dict[str, list[tuple[int, int]]] = {}
    for key, bucket, n in counts.read(scope, ENDED, "what", "bucket", first=scope.first, last=scope.last):
        found.setdefault(key, []).append((bucket, n))
    return {
        key: (sum(n for _, n in each), sizes.percentile(each, 0.5), sizes.percentile(each, 0.9))
        for key, each in found.items()
    }
