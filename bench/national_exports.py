"""`python -m bench.national_exports KIND ROWS`: one export of so many people, in a process of its own.

KIND: ``copy`` (PostgreSQL's COPY of the same columns of the same rows, thrown away: the measure of all), ``csv``,
``xlsx``, ``numbers`` (CSV with the sealed numbers opened). Prints the seconds, the rows and the most memory.
"""

import json
import os
import resource
import sys
import time
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def main() -> int:
    kind, rows = sys.argv[1], int(sys.argv[2])
    django.setup()
    from bench.national_fill import PEOPLE
    from bench.national_people import HOME
    from enrollment.models import Institution

    home = Institution.objects.get(slug=HOME)
    many = -(-rows // PEOPLE)
    # From the first on: those whose numbers are sealed come first.
    places = list(Institution.objects.filter(pk__gte=home.pk).order_by("pk").values_list("pk", flat=True)[:many])
    begun = time.perf_counter()
    found = copied(places) if kind == "copy" else exported(kind, places)
    took = time.perf_counter() - begun
    print(json.dumps({"seconds": took, "rows": found, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
    return 0


class Nowhere:
    def write(self, line: bytes) -> None:
        """Thrown away."""


def copied(places: list[int]) -> int:
    """One statement over all the rows, in no order: the least that can be done."""
    from django.db import connection

    from verification.exports.listing import COLUMNS

    columns = ", ".join("o.name" if each.field == "opd__name" else f"a.{each.field}" for each in COLUMNS)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY (SELECT i.name, {columns} FROM enrollment_application a"  # noqa: S608 (names of our own)
            " JOIN enrollment_institution i ON i.id = a.institution_id LEFT JOIN enrollment_opd o ON o.id = a.opd_id"
            f" WHERE a.institution_id IN ({', '.join(map(str, places))})) TO STDOUT WITH (FORMAT csv)",
            Nowhere(),
        )
        return int(cursor.cursor.rowcount)


def exported(kind: str, places: list[int]) -> int:
    from tte_portal import jobs, sealed_streams
    from tte_portal.models import Account, Job
    from verification.exports import actions
    from verification.exports.models import Export

    export = actions.ask(Export(
        owner=Account.objects.get(login="ukur.semua"), form="xlsx" if kind == "xlsx" else "csv",
        with_numbers=kind == "numbers", reason="ukur kecepatan", institutions=places, first=FIRST, last=LAST,
        zone="Asia/Jakarta", place="ukur",
    ))  # fmt: skip
    job: Any = export.job
    while not job.is_over:
        jobs.run(job.pk)
        job = Job.objects.get(pk=job.pk)
    export.refresh_from_db()
    assert export.state == Export.State.READY, (export.state, job.error)
    sealed_streams.erase(export.stream)
    return export.rows


if __name__ == "__main__":
    sys.exit(main())
