"""`python -m bench.national_fill COUNT`: applications of a whole nation, made in SQL, into the database of the
environment.

One application is made by the portal's own code; all others are copies of its row with an institution, a person, a
state and times of their own, so a new column needs nothing here. Copies carry its ciphertexts, which open at no other
row: whoever has to be read is sealed anew by ``bench.national_people``. An institution has as many people in a small
table as in a large one; what grows is the number of institutions. Their rows lie scattered, as they do when all the
country works at the same time.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import django
import psycopg2

NATION = 5_000_000
INSTITUTIONS = 600
OPDS = 20_000
PEOPLE = NATION // INSTITUTIONS
# Two backends insert and build at a time: more than a small machine has cores for would only wait.
BACKENDS = 2
TABLES = ("enrollment_personnelrecord", "enrollment_application", "enrollment_statusperiod")
# What the funnel is made of; the reports' other counts are not measured here.
COUNTED = ("standing", "entered")

# Of each hundred people at an institution: how many stand where.
STATES = (
    ("ACTIVE", "nobody", 63), ("EXPIRED", "nobody", 8), ("REVOKED", "nobody", 3), ("REJECTED", "nobody", 5),
    ("SUSPENDED", "nobody", 1), ("ISSUE", "nobody", 1), ("ENROLL", "issuer", 1),
    ("ON_SET_PASSPHRASE", "applicant", 5), ("NEW", "applicant", 8), ("NEW", "verifier", 3), ("NEW", "pre-check", 1),
    ("NEW", "hr", 1),
)  # fmt: skip
PAST_REVIEW = ("ACTIVE", "EXPIRED", "REVOKED", "SUSPENDED", "ISSUE", "ENROLL", "ON_SET_PASSPHRASE")
FIRST = "Adi Agus Ayu Bagus Bayu Budi Citra Dewi Dian Eka Fajar Galih Hadi Indah Joko Kartika Lestari Made Nur Putri"
LAST = "Contoh Percobaan Peragaan Misal Andaian Latihan Ujian Ukuran Bayangan Rekaan Samaran Umpama"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    count: int = parser.parse_args().count
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    fill(count, lambda told: print(told, file=sys.stderr, flush=True))
    return 0


def fill(count: int, say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    many = max(1, round(count / PEOPLE))
    pattern = _pattern()
    with Bare(TABLES) as bare:
        _run(_institutions(many))
        say(f"{many} institutions ({time.monotonic() - begun:.0f} s)")
        bare.strip()
        _at_once([_records(pattern, many, first, last) for first, last in _parts(count)])
        say(f"{count} rows of personnel ({time.monotonic() - begun:.0f} s)")
        _at_once([_applications(pattern, many, first, last) for first, last in _parts(count)])
        say(f"{count} applications ({time.monotonic() - begun:.0f} s)")
        ((pages,),) = _run("SELECT pg_relation_size('enrollment_application') / 8192")
        _at_once([_periods(pattern, first - 1, last) for first, last in _parts(pages)])
        say(f"their periods ({time.monotonic() - begun:.0f} s)")
    say(f"indexes ({time.monotonic() - begun:.0f} s)")
    _run("VACUUM ANALYZE")
    say(f"statistics ({time.monotonic() - begun:.0f} s)")
    _count()
    say(f"counts of the reports ({time.monotonic() - begun:.0f} s)")


def _count() -> None:
    """What the triggers would have noted, counted from the rows as the nightly recount does, which first looks for
    what is wrong: here all is."""
    from django.db import connection

    from verification.reports import tally
    from verification.reports.measures import MEASURES

    for measure in MEASURES:
        if measure.name in COUNTED:
            with connection.cursor() as cursor:
                cursor.execute("SET work_mem = '512MB'")
                cursor.execute(tally._filled(tally.RECOUNT, measure), {"measure": measure.name})
    _run("VACUUM ANALYZE reports_tally")


def _parts(count: int) -> list[tuple[int, int]]:
    """(first, last) of twenty stretches of 1 to ``count``."""
    step = -(-count // 20)
    return [(first, min(first + step - 1, count)) for first in range(1, count + 1, step)]


def connect() -> Any:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    return connection


def _run(sql: str) -> list[tuple[Any, ...]]:
    with closing(connect()) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def _at_once(statements: Sequence[str]) -> None:
    with ThreadPoolExecutor(BACKENDS) as pool:
        list(pool.map(_run, statements))


def _pattern() -> Any:
    """The id of the application that all others are copies of."""
    from enrollment import actions
    from enrollment.demo import seed
    from enrollment.models import Application, PersonnelRecord

    natuna = next(each for each in seed.institutions() if each.slug == "natuna")
    record = PersonnelRecord.objects.filter(institution=natuna).order_by("name").first()
    assert record is not None
    return (Application.objects.filter(record=record).first() or actions.invite(record, by=None)).pk


def _institutions(many: int) -> str:
    """Copies of the first institution, and their agencies."""
    each = _columns("enrollment_institution", {
        "slug": "'instansi-' || n", "name": "'Instansi Ukur ' || n", "short_name": "'Ukur ' || n",
        "mailbox_domains": "jsonb_build_array('instansi-' || n || '.example')", "logo_digest": "''", "host": "''",
    })  # fmt: skip
    opds = round(OPDS * many / INSTITUTIONS)
    return f"""
        INSERT INTO enrollment_institution ({each.names})
        SELECT {each.values} FROM generate_series(0, {many - 1}) n,
            (SELECT * FROM enrollment_institution WHERE slug = 'natuna') pattern;
        INSERT INTO enrollment_opd (institution_id, code, name)
        SELECT i.id, 'U' || n, 'Dinas Ukur ' || n FROM generate_series(0, {opds - 1}) n
            JOIN enrollment_institution i ON i.slug = 'instansi-' || (n % {many});
        ANALYZE enrollment_institution; ANALYZE enrollment_opd"""  # noqa: S608 (nothing in it comes from outside)


def _applications(pattern: Any, many: int, first: int, last: int) -> str:
    """People ``first`` to ``last``; the states go round within each institution."""
    states = [(status, turn) for status, turn, share in STATES for _ in range(share)]
    pick = f"[(n / {many}) * 37 % 100 + 1]"
    each = _columns("enrollment_application", {
        "id": "md5('a' || n)::uuid", "institution_id": "place.institution_id", "opd_id": "place.opd_id",
        "record_id": "md5('r' || n)::uuid",
        "receipt": "'TTE-N' || n", "mailbox": "'p' || n || '@' || place.slug || '.example'",
        "status": f"({_array(status for status, _ in states)}){pick}",
        "waiting_for": f"({_array(turn for _, turn in states)}){pick}",
        "created_at": "at - interval '9 days'", "submitted_at": "at - interval '8 days'", "since": "at",
        "name": NAME,
        "nik_index": "sha256(('nik' || n)::bytea)", "employee_number_index": "sha256(('nip' || n)::bytea)",
        "phone_index": "sha256(('phone' || n)::bytea)", "photo_index": "sha256(('photo' || n)::bytea)",
        "kind": "'asn'", "unit": "'Bidang Ukur ' || n % 40", "position": "'Penata Ukur ' || n % 60",
        "claimed_by_id": "NULL", "claimed_until": "NULL",
    })  # fmt: skip
    return f"""
        {_places(many)}
        INSERT INTO enrollment_application ({each.names})
        SELECT {each.values} FROM (
            SELECT n, now() - interval '1 second' * (n::bigint * 7919 % 63072000) AS at
            FROM generate_series({first}, {last}) n
        ) people
        JOIN place ON place.institution = n % {many} AND place.nth = n / {many} % 33,
            (SELECT * FROM enrollment_application WHERE id = '{pattern}') pattern"""  # noqa: S608


def _records(pattern: Any, many: int, first: int, last: int) -> str:
    """The registry's rows of the same people."""
    each = _columns("enrollment_personnelrecord", {
        "id": "md5('r' || n)::uuid", "institution_id": "place.institution_id", "opd_id": "place.opd_id",
        "employee_number_index": "sha256(('nip' || n)::bytea)", "name": NAME, "unit": "'Bidang Ukur ' || n % 40",
        "position": "'Penata Ukur ' || n % 60", "mailbox": "'p' || n || '@' || place.slug || '.example'",
    })  # fmt: skip
    return f"""
        {_places(many)}
        INSERT INTO enrollment_personnelrecord ({each.names})
        SELECT {each.values} FROM generate_series({first}, {last}) n
        JOIN place ON place.institution = n % {many} AND place.nth = n / {many} % 33,
            (SELECT r.* FROM enrollment_personnelrecord r JOIN enrollment_application a ON a.record_id = r.id
             WHERE a.id = '{pattern}') pattern"""  # noqa: S608


def _places(many: int) -> str:
    """Where people belong: the n-th institution's OPDs in their order."""
    return f"""
        WITH place AS (
            SELECT number % {many} AS institution, number / {many} AS nth, institution_id, slug, opd_id FROM (
                SELECT i.id AS institution_id, i.slug, o.id AS opd_id, substr(o.code, 2)::int AS number
                FROM enrollment_opd o JOIN enrollment_institution i ON i.id = o.institution_id
                WHERE i.slug LIKE 'instansi-%'
            ) opds
        )"""  # noqa: S608


def _periods(pattern: Any, begin: int, end: int) -> str:
    """The state everybody is in since, and for those past it, how long the verifier took: of people on these pages of
    the table, which has no index now."""
    past = ", ".join(f"'{each}'" for each in PAST_REVIEW)
    # The pattern has its own already, and its receipt may begin like theirs.
    people = f"FROM enrollment_application WHERE ctid >= '({begin},0)' AND ctid < '({end},0)' AND id <> '{pattern}'"
    return f"""
        INSERT INTO enrollment_statusperiod (application_id, institution_id, status, waiting_for, since, until)
        SELECT id, institution_id, 'NEW', 'verifier', submitted_at,
            submitted_at + interval '1 minute' * (substr(receipt, 6)::int % 5000) {people} AND status IN ({past})
        UNION ALL
        SELECT id, institution_id, status, waiting_for, since, NULL {people}"""


def _array(words: Any) -> str:
    return "ARRAY[{}]".format(", ".join(f"'{word}'" for word in words))


NAME = f"({_array(FIRST.split())})[n % 20 + 1] || ' ' || ({_array(LAST.split())})[n / 20 % 12 + 1]"


class _Columns:
    def __init__(self, names: Sequence[str], own: dict[str, str]) -> None:
        self.names = ", ".join(names)
        self.values = ", ".join(own.get(name, f"pattern.{name}") for name in names)


def _columns(table: str, own: dict[str, str]) -> _Columns:
    """All columns of a table but a number that the database gives: ``own`` ones computed, the rest as the pattern's."""
    found = _run(
        f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"  # noqa: S608
        " AND NOT attisdropped AND attidentity = '' ORDER BY attnum"
    )
    return _Columns([name for (name,) in found], own)


class Bare:
    """Tables without indexes and constraints while they are filled; afterwards both stand again, two at a time."""

    def __init__(self, tables: Sequence[str]) -> None:
        self.names = tables
        self.tables = ", ".join(f"'{table}'::regclass" for table in tables)
        self.indexes: list[str] = []
        self.keys: list[str] = []
        self.foreign: list[str] = []

    def __enter__(self) -> "Bare":
        return self

    def strip(self) -> None:
        constraints = _run(f"""
            SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype IN ('p', 'u', 'f') AND (conrelid IN ({self.tables}) OR confrelid IN ({self.tables}))
            ORDER BY contype = 'f' DESC""")  # noqa: S608
        indexes = _run(f"""
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid IN ({self.tables})
            AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u'))""")  # noqa: S608
        for table in self.names:
            # What they note is counted at the end instead.
            _run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, name, kind, definition in constraints:
            _run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            # What was made right needs no proof: a foreign key holds from here on.
            held = " NOT VALID" if kind == "f" else ""
            (self.foreign if kind == "f" else self.keys).append(
                f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{held}'
            )
        for name, definition in indexes:
            _run(f"DROP INDEX {name}")
            self.indexes.append(definition)

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            _at_once([*self.indexes, *self.keys])
            for each in self.foreign:
                _run(each)
            for table in self.names:
                _run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


if __name__ == "__main__":
    sys.exit(main())
