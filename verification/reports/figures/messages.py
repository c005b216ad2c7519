"""What became of messages and links."""

from django.db import connection

from tte_portal.models import OutboxMessage
from verification.reports import counts
from verification.reports.measures import LINKS, MESSAGES
from verification.reports.scope import Scope
from verification.reports.tables import Column, Table, report

State = OutboxMessage.State
CHANNELS = {"email": "Surel", "whatsapp": "WhatsApp"}
PURPOSES = {"activation": "Tautan aktivasi", "passphrase": "Tautan passphrase", "status": "Tautan status"}

STILL_OPEN = """
SELECT l.purpose, count(*) FROM tte_portal_link AS l
JOIN enrollment_application AS a ON a.id = l.subject
JOIN enrollment_institution AS i ON i.id = a.institution_id
WHERE l.finished_at IS NULL AND l.replaced_at IS NULL AND l.expires_at > now()
AND a.institution_id = ANY(%(ids)s) AND (%(opd)s IS NULL OR a.opd_id = %(opd)s)
AND (l.created_at AT TIME ZONE i.time_zone)::date BETWEEN %(first)s AND %(last)s
GROUP BY 1"""


@report("saluran")
def by_channel(scope: Scope) -> Table:
    found = counts.totals(scope, MESSAGES, scope.first, scope.last)
    rows = []
    for channel, name in CHANNELS.items():
        by_state = {what.partition("/")[2]: n for what, n in found.items() if what.startswith(f"{channel}/")}
        every = sum(by_state.values())
        if every:
            states = (State.SENT, State.FELL_BACK, State.FAILED, State.WAITING, State.DROPPED)
            failed = by_state.get(State.FAILED, 0)
            rows.append((name, every, *(by_state.get(state, 0) for state in states), failed / every))
    return Table(
        "saluran", "Per saluran", "Pesan kepada pemohon yang ditulis dalam periode ini, dan apa jadinya.",
        (
            Column("saluran", "Saluran", "text"), Column("pesan", "Pesan"), Column("terkirim", "Terkirim"),
            Column("diganti", "Diganti surel"), Column("gagal", "Gagal"), Column("menunggu", "Menunggu"),
            Column("batal", "Tidak perlu dikirim"), Column("bagian_gagal", "Bagian gagal", "percent"),
        ),
        tuple(rows), chart=1,
    )  # fmt: skip


@report("tautan")
def by_link(scope: Scope) -> Table:
    found = counts.totals(scope, LINKS, scope.first, scope.last)
    opened = _still_open(scope) if found else {}
    rows = []
    others = {what.partition("/")[0] for what in found} - PURPOSES.keys()
    for purpose in (*PURPOSES, *sorted(others)):
        used, replaced, unused = (found.get(f"{purpose}/{state}", 0) for state in ("used", "replaced", "open"))
        alive = min(opened.get(purpose, 0), unused)
        if sent := used + replaced + unused:
            rows.append((PURPOSES.get(purpose, purpose), sent, used, replaced, unused - alive, alive, used / sent))
    return Table(
        "tautan", "Tautan", "Tautan yang dibuat untuk pemohon dalam periode ini, dan apa jadinya sampai sekarang.",
        (
            Column("tautan", "Tautan", "text"), Column("dikirim", "Dikirim"), Column("dipakai", "Selesai dipakai"),
            Column("diganti", "Diganti yang baru"), Column("kedaluwarsa", "Kedaluwarsa"),
            Column("berlaku", "Masih berlaku"), Column("bagian_dipakai", "Bagian dipakai", "percent"),
        ),
        tuple(rows), chart=1,
    )  # fmt: skip


def _still_open(scope: Scope) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            STILL_OPEN, {"ids": list(scope.institutions), "opd": scope.opd, "first": scope.first, "last": scope.last}
        )
        return dict(cursor.fetchall())
