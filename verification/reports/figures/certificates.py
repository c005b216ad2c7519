"""Certificates: issued, active, about to end; and how their number grows."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format

from enrollment import lifecycle
from verification.reports import counts
from verification.reports.growth import ENOUGH_MONTHS, FORESEEN_MONTHS, line_through, month_after, months_of
from verification.reports.measures import BEGUN, ENDING, ENTERED, STANDING
from verification.reports.scope import Scope, today_of
from verification.reports.stages import key_of
from verification.reports.tables import Column, Table, report

SOON = (30, 60, 90)


@report("sertifikat")
def certificates(scope: Scope) -> Table:
    standing = counts.totals(scope, STANDING)
    came = counts.totals(scope, ENTERED, scope.first, scope.last)
    today = today_of(scope.zone)
    ends = counts.read(scope, ENDING, "day", first=today, last=today + timedelta(days=max(SOON)))
    rows = [
        ("Terbit dalam periode", came.get(key_of(lifecycle.ISSUED), 0)),
        ("Aktif sekarang", standing.get(key_of(lifecycle.ACTIVE), 0)),
        *(
            (
                f"Berakhir paling lambat {days} hari lagi",
                sum(n for day, n in ends if day <= today + timedelta(days=days)),
            )
            for days in SOON
        ),
        ("Ditangguhkan sekarang", standing.get(key_of(lifecycle.SUSPENDED), 0)),
        ("Kedaluwarsa dalam periode", came.get(key_of(lifecycle.EXPIRED), 0)),
        ("Dicabut dalam periode", came.get(key_of(lifecycle.REVOKED), 0)),
    ]
    return Table(
        "sertifikat", "Sertifikat",
        "Sertifikat yang terbit, aktif, segera berakhir, dan dicabut; yang berakhir dihitung dari hari ini.",
        (Column("hal", "Sertifikat", "text"), Column("jumlah", "Jumlah")),
        tuple(rows) if any(n for _, n in rows) else (), chart=1,
        drill=("", f"tahap={key_of(lifecycle.ACTIVE)}", "", "", "", f"tahap={key_of(lifecycle.SUSPENDED)}", "", ""),
    )  # fmt: skip


@report("pertumbuhan")
def growth(scope: Scope) -> Table:
    months = months_of(scope.last)
    begun = _by_month(counts.read(scope, BEGUN, "day", first=months[0], last=scope.last))
    came = counts.read(scope, ENTERED, "what", "day", first=months[0], last=scope.last)
    issued = _by_month([(day, n) for what, day, n in came if what == key_of(lifecycle.ISSUED)])
    started = next((month for month in months if begun.get(month) or issued.get(month)), None)
    shown = [month for month in months if started and month >= started]
    # A month that is not over, or that the period cuts off, would bend the line down.
    full = [month for month in shown if month_after(month) - timedelta(days=1) <= min(scope.last, today_of(scope.zone))]
    enough = len(full) >= ENOUGH_MONTHS
    ahead = line_through([issued.get(month, 0) for month in full]) if enough else None
    rows: list[tuple[object, ...]] = [
        (
            _name(month) + ("" if month in full else " (belum penuh)"), begun.get(month, 0), issued.get(month, 0),
            ahead(place) if ahead and month not in full else None,
        )
        for place, month in enumerate(shown)
    ]  # fmt: skip
    notes = [f"Perkiraan dibuat bila ada {ENOUGH_MONTHS} bulan penuh; sekarang ada {len(full)}."]
    if ahead:
        month = shown[-1]
        for place in range(len(shown), len(full) + FORESEEN_MONTHS):
            month = month_after(month)
            rows.append((f"{_name(month)} (perkiraan)", None, None, ahead(place)))
        notes = [_how_foreseen(len(full))]
    return Table(
        "pertumbuhan", "Pertumbuhan per bulan",
        "Pengajuan baru dan sertifikat terbit dalam dua belas bulan sampai akhir periode.",
        (
            Column("bulan", "Bulan", "text"), Column("baru", "Pengajuan baru"), Column("terbit", "Sertifikat terbit"),
            Column("perkiraan", "Perkiraan terbit"),
        ),
        tuple(rows), chart=2, notes=tuple(notes) if rows else (), over_time=True,
    )  # fmt: skip


def _how_foreseen(months: int) -> str:
    line = f"Perkiraan: garis lurus yang paling dekat dengan jumlah terbit {months} bulan penuh di atas"
    return f"{line}, diteruskan {FORESEEN_MONTHS} bulan. Hari libur, anggaran, dan kebijakan tidak diperhitungkan."


def _by_month(days: Iterable[tuple[Any, ...]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for day, n in days:
        month = day.replace(day=1)
        found[month] = found.get(month, 0) + n
    return found


def _name(month: date) -> str:
    return date_format(month, "F Y")
