"""The same figures side by side: by institution, by OPD, by procedure."""

from collections.abc import Callable, Mapping
from typing import Any

from enrollment import lifecycle, procedure
from enrollment.models import Institution, Opd
from verification.reports import counts
from verification.reports.measures import BEGUN, ENTERED, NO_OPD, STANDING
from verification.reports.scope import FEWEST, Scope
from verification.reports.stages import ENDED, UNDER_WAY, key_of
from verification.reports.tables import Column, Table, report

FIGURES = (
    Column("pengajuan", "Pengajuan"), Column("berjalan", "Sedang berjalan"), Column("aktif", "Sertifikat aktif"),
    Column("bagian_aktif", "Bagian aktif", "percent"), Column("berakhir", "Ditolak atau berakhir"),
    Column("baru", "Baru dalam periode"), Column("terbit", "Terbit dalam periode"),
)  # fmt: skip
RUNNING, OVER = {key_of(state) for state in UNDER_WAY}, {key_of(state) for state in ENDED}
ACTIVE, ISSUED = key_of(lifecycle.ACTIVE), key_of(lifecycle.ISSUED)
# Applications, on their way, active, over; begun and issued in the period.
Figures = list[int]


@report("instansi")
def by_institution(scope: Scope) -> Table:
    rows = _grouped(scope, "institution")
    found = {each.pk: each for each in Institution.objects.filter(pk__in=rows).only("name", "slug")}
    return _table(
        "instansi", "Per instansi", "Instansi dengan pengajuan terbanyak lebih dahulu.", "Instansi",
        rows, lambda key: found[key].name, lambda key: f"instansi={found[key].slug}",
    )  # fmt: skip


@report("opd")
def by_opd(scope: Scope) -> Table:
    rows = _grouped(scope, "opd")
    found = Opd.objects.filter(institution__in=scope.institutions).select_related("institution")
    names = {opd.pk: opd.name if scope.is_one else f"{opd.name} ({opd.institution.short_name})" for opd in found}
    places = {opd.pk: f"instansi={opd.institution.slug}&opd={opd.pk}" for opd in found}
    names[NO_OPD] = "Tanpa OPD"
    notes: tuple[str, ...] = ()
    if not scope.sees_people:
        rows, together = _without_small(rows)
        names[SMALL] = f"{together} OPD kecil bersama-sama"
        notes = (f"OPD dengan kurang dari {FEWEST} pengajuan dijumlahkan menjadi satu baris.",) if together else ()
    return _table(
        "opd", "Per OPD", "OPD dengan pengajuan terbanyak lebih dahulu.", "OPD", rows,
        lambda key: names.get(key, "OPD yang sudah dihapus"), lambda key: places.get(key, ""), notes,
    )  # fmt: skip


@report("prosedur")
def by_procedure(scope: Scope) -> Table:
    def name(slug: Any) -> str:
        return f"Prosedur {procedure.find(slug).name}" if slug in procedure.names() else f"Prosedur {slug}"

    return _table(
        "prosedur", "Per prosedur", "Pengajuan menurut prosedur yang berlaku saat pengajuan itu dimulai.", "Prosedur",
        _grouped(scope, "procedure"), name, lambda key: "",
    )  # fmt: skip


# Key of the row in which small OPDs stand together.
SMALL = -2


def _grouped(scope: Scope, by: str) -> dict[Any, Figures]:
    rows: dict[Any, Figures] = {}
    for key, what, n in counts.read(scope, STANDING, by, "what"):
        row = rows.setdefault(key, [0] * 6)
        row[0] += n
        row[1] += n * (what in RUNNING)
        row[2] += n * (what == ACTIVE)
        row[3] += n * (what in OVER)
    for key, n in counts.read(scope, BEGUN, by, first=scope.first, last=scope.last):
        rows.setdefault(key, [0] * 6)[4] += n
    for key, what, n in counts.read(scope, ENTERED, by, "what", first=scope.first, last=scope.last):
        rows.setdefault(key, [0] * 6)[5] += n * (what == ISSUED)
    return rows


def _without_small(rows: Mapping[Any, Figures]) -> tuple[dict[Any, Figures], int]:
    """Groups of few people put together until they are no longer few; how many groups that took.

    One small group alone could be told by taking all others from the total, so its smallest neighbour joins it.
    """
    ordered = sorted(rows.items(), key=lambda row: row[1][0])
    together = [0] * 6
    taken = 0
    while ordered and (ordered[0][1][0] < FEWEST or (taken and together[0] < FEWEST) or taken == 1):
        together = [a + b for a, b in zip(together, ordered.pop(0)[1], strict=True)]
        taken += 1
    return (dict(ordered) | {SMALL: together} if taken else dict(ordered)), taken


def _table(
    slug: str, title: str, told: str, heading: str, rows: Mapping[Any, Figures],
    name: Callable[[Any], str], drill: Callable[[Any], str], notes: tuple[str, ...] = (),
) -> Table:  # fmt: skip
    ordered = sorted(rows.items(), key=lambda row: (-row[1][0], name(row[0])))
    return Table(
        slug, title, told, (Column(slug, heading, "text"), *FIGURES),
        tuple((name(key), *row[:3], row[2] / row[0] if row[0] else None, *row[3:]) for key, row in ordered),
        chart=1, drill=tuple(drill(key) for key, _ in ordered), notes=notes,
    )  # fmt: skip
