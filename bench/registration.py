"""Ten thousand people checked and registered with an invitation, beside openpyxl merely reading the same file.

`python -m bench.registration` prints one JSON object; run by the group "registration" in the portal's environment.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Any

import django

from bench.figures import Figure
from tests.portal import Portal
from tte_portal.environment import ROOT

if TYPE_CHECKING:
    from verification.people.models import PersonnelList

PEOPLE = 10_000
ROUNDS = 5


def registration(portal: Portal) -> Sequence[Figure]:
    """Read, register, read, register …: a list of new people each time, by the worker's own steps in one process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.registration"], cwd=ROOT, env=portal.environment, stdout=subprocess.PIPE,
        text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    ratio = median(whole / read for whole, read in zip(found["whole"], found["read"], strict=True))
    return [
        Figure(
            "registration", ratio, "× openpyxl", "10,000 rows checked, registered, invited, beside openpyxl's reading",
            at_most=3,
        ),
        Figure("registration-seconds", median(found["whole"]), "s", "the same in seconds"),
        Figure("registration-check", median(found["check"]), "s", "of these until the preview"),
        Figure("openpyxl-reads", median(found["read"]), "s", "openpyxl, read_only, values_only, the same file"),
    ]  # fmt: skip


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    found: dict[str, list[float]] = {"read": [], "check": [], "whole": []}
    for number in range(ROUNDS + 1):
        content = _list(number)
        read, (check, whole) = _timed_read(content), _timed_registration(content)
        # The first round warms up.
        if number:
            for name, value in (("read", read), ("check", check), ("whole", whole)):
                found[name].append(value)
    print(json.dumps(found))
    return 0


def _list(number: int) -> bytes:
    """New people every round, made up from the round and their place in the list."""
    import openpyxl

    from enrollment.roster.columns import COLUMNS

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Pegawai")
    sheet.append([column.name for column in COLUMNS])
    for place in range(PEOPLE):
        birth = f"{1960 + place % 40}{1 + place % 12:02}{1 + place // 480 % 28:02}"
        serial = f"{2000 + 2 * number + place // 5000}{1 + place // 500 % 12:02}{1 + place % 2}{1 + place % 500:03}"
        sheet.append([
            f"{birth}{serial}", f"Peserta Daftar {place}", "", "S.Kom.", f"Bidang Contoh {place % 40}",
            f"Analis Contoh {place % 30}", "III/c, Penata", "Kepulauan Riau",
            f"ukur.{number}.{place}@natunakab.example", "PNS", f"0{1 + place % 3}",
        ])  # fmt: skip
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _timed_read(content: bytes) -> float:
    import openpyxl

    begun = time.perf_counter()
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    took = time.perf_counter() - begun
    assert rows == PEOPLE + 1
    return took


def _timed_registration(content: bytes) -> tuple[float, float]:
    """Seconds until the preview, and until everybody is registered and every mail stands in the outbox."""
    from enrollment.models import Institution, Role
    from tte_portal import workers
    from tte_portal.models import OutboxMessage
    from verification.people import lists

    role = Role.objects.select_related("account").get(institution__slug="natuna", kind=Role.Kind.ADMINISTRATOR)
    natuna = Institution.objects.get(slug="natuna")
    # Nobody is told: the portal's worker would do the same steps at the same time.
    told: Any = workers.tell
    workers.tell = lambda task, *ids: None
    try:
        begun = time.perf_counter()
        made = lists.upload(natuna, content, "ukur.xlsx", "invite", by=role.account)
        _work_off(made)
        checked = time.perf_counter() - begun
        lists.register(made, "invite", by=role.account)
        _work_off(made)
        whole = time.perf_counter() - begun
    finally:
        workers.tell = told
    made.refresh_from_db()
    assert (made.stored_new, made.invited, made.faulty.count()) == (PEOPLE, PEOPLE, 0), made.refusal
    # Nor is the next round to be measured beside the sending of these.
    OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING).update(state=OutboxMessage.State.DROPPED)
    return checked, whole


def _work_off(made: "PersonnelList") -> None:
    from tte_portal import jobs
    from verification.people import lists

    job = lists.job_of(made)
    assert job is not None
    jobs.run(job.pk)
    made.refresh_from_db()


if __name__ == "__main__":
    sys.exit(main())
