"""What officers decided, how long cases had waited for it, and why they refused."""

from typing import Any

from django.db import connection

from enrollment.wizard import steps
from tte_portal.models import Account
from verification.models import Decision
from verification.reports import counts
from verification.reports.measures import DECIDED, REASONS
from verification.reports.models import Wording
from verification.reports.scope import FEWEST, Scope
from verification.reports.tables import Column, Table, report

Kind = Decision.Kind
# More institutions than this have more decisions than may be looked at one by one while somebody waits.
MOST_INSTITUTIONS = 20
# The wait that a decision ended is the period that ended last before it.
WAITED = """
SELECT d.officer_id,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.until - p.since))::float
FROM verification_decision AS d
JOIN enrollment_application AS a ON a.id = d.application_id
JOIN enrollment_institution AS i ON i.id = a.institution_id
CROSS JOIN LATERAL (
  SELECT since, until FROM enrollment_statusperiod AS p
  WHERE p.application_id = a.id AND p.until <= d.at + interval '1 second'
  AND p.waiting_for IN ('hr', 'pre-check', 'verifier', 'issuer')
  ORDER BY p.until DESC LIMIT 1
) AS p
WHERE a.institution_id = ANY(%(ids)s) AND (%(opd)s IS NULL OR a.opd_id = %(opd)s)
AND (d.at AT TIME ZONE i.time_zone)::date BETWEEN %(first)s AND %(last)s
GROUP BY 1"""


@report("petugas")
def by_officer(scope: Scope) -> Table:
    rows: dict[int, dict[str, int]] = {}
    for what, n in counts.read(scope, DECIDED, "what", first=scope.first, last=scope.last):
        officer, _, kind = what.partition("/")
        rows.setdefault(int(officer), {})[kind] = n
    waited = _waited(scope) if rows and len(scope.institutions) <= MOST_INSTITUTIONS else {}
    ordered = sorted(rows.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    names = _names(scope, [officer for officer, _ in ordered])
    shown = []
    for officer, kinds in ordered:
        every = sum(kinds.values())
        few = every < FEWEST and not scope.sees_people
        shown.append(
            (
                names[officer], every, kinds.get(Kind.APPROVE, 0), kinds.get(Kind.CORRECT, 0),
                kinds.get(Kind.REJECT, 0), None if few else waited.get(officer),
            )
        )  # fmt: skip
    return Table(
        "petugas", "Per verifikator",
        "Keputusan tiap petugas dalam periode ini, dan berapa lama kasus menunggu keputusan itu.",
        (
            Column("petugas", "Petugas", "text"), Column("keputusan", "Keputusan"), Column("disetujui", "Disetujui"),
            Column("perbaikan", "Perlu perbaikan"), Column("ditolak", "Ditolak"),
            Column("median", "Separuh diputus dalam", "duration"),
        ),
        tuple(shown), chart=1,
        notes=() if scope.sees_officers else ("Nama petugas lain hanya ditampilkan kepada administrator instansi.",),
    )  # fmt: skip


def _names(scope: Scope, officers: list[int]) -> dict[int, str]:
    """Names for administrators; for others a number each, and their own."""
    known = dict(Account.objects.filter(pk__in=officers).values_list("pk", "name")) if scope.sees_officers else {}
    if scope.officer is not None and scope.officer.pk in officers:
        known[scope.officer.pk] = "Anda"
    return {pk: known.get(pk) or f"Petugas {number}" for number, pk in enumerate(officers, 1)}


def _waited(scope: Scope) -> dict[int, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            WAITED, {"ids": list(scope.institutions), "opd": scope.opd, "first": scope.first, "last": scope.last}
        )
        return dict(cursor.fetchall())


@report("alasan")
def by_reason(scope: Scope) -> Table:
    found = [
        (*what.split("/"), n) for what, n in counts.read(scope, REASONS, "what", first=scope.first, last=scope.last)
    ]
    every = sum(n for *_, n in found)
    words = dict(Wording.objects.filter(pk__in=[int(each[2]) for each in found]).values_list("pk", "text"))
    rows = [
        (
            Kind(kind).label, steps.label_of(field) if field else "Seluruh pengajuan",
            words.get(int(wording), "Kata-kata petugas sendiri"), n, n / every,
        )
        for kind, field, wording, n in sorted(found, key=lambda each: (-each[3], each))
    ]  # fmt: skip
    return Table(
        "alasan", "Alasan perbaikan dan penolakan",
        "Alasan siap pakai yang dipilih petugas dalam periode ini; satu keputusan dapat memuat beberapa alasan.",
        (
            Column("keputusan", "Keputusan", "text"), Column("isian", "Isian", "text"),
            Column("alasan", "Alasan", "text"), Column("jumlah", "Jumlah"), Column("bagian", "Bagian", "percent"),
        ),
        tuple(rows), chart=3, notes=("Alasan dari keputusan terbaru terhitung paling lambat satu menit kemudian.",),
    )  # fmt: skip
