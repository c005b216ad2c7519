"""Many waiting cases, made quickly: copies of one that went the whole way, with numbers of their own."""

import uuid
from datetime import timedelta

from django.db.models.functions import Now

from enrollment import actions
from enrollment.models import Application, StatusPeriod
from verification import checks
from verification.models import Check


def more(case: Application, number: int) -> list[Application]:
    """Cases like this one, each of another person and with all checks in order."""
    case.refresh_from_db()
    # Read before the key changes: what is sealed is sealed for its row.
    kept = {name: getattr(case, name) for name in ("nik", "phone", "employee_number", "draft", "rejection_reason")}
    made = []
    for place in range(number):
        copy = Application.objects.get(pk=case.pk)
        for name, value in kept.items():
            setattr(copy, name, value)
        copy.pk, copy.receipt = uuid.uuid4(), actions.new_receipt()
        # In the order in which they were made.
        copy.since = case.since + timedelta(milliseconds=place + 1)
        copy.mailbox, copy.name = f"orang{place}@contoh.example", f"Orang Contoh {place:03}"
        copy.nik = f"{kept['nik'][:12]}{5000 + place}"
        copy.employee_number, copy.record, copy.nik_taken = "", None, False
        copy.claimed_by = copy.claimed_until = copy.photo_index = None
        copy.save(force_insert=True)
        StatusPeriod.objects.create(
            application=copy, institution_id=copy.institution_id, status=copy.status, waiting_for=copy.waiting_for,
            since=copy.since,
        )  # fmt: skip
        made.append(copy)
    for each in made:
        passed(each)
    return made


def passed(case: Application) -> None:
    """All automatic checks of the case as it stands found nothing."""
    marked(case, Check.Outcome.OK)


def marked(case: Application, outcome: str) -> None:
    Check.objects.filter(application=case).delete()
    Check.objects.create(
        application=case, position=0, name="name", outcome=outcome, evidence="Contoh.", made_at=Now()
    )  # fmt: skip


def untouched_checks(monkeypatch: object) -> None:
    """The checks stay as a test has set them, instead of being made anew at each turn."""
    monkeypatch.setattr(checks, "run", lambda application_id: None)  # type: ignore[attr-defined]
