"""Many waiting cases, made quickly: copies of one that went the whole way, with numbers and a record of their own."""

import secrets
import uuid
from datetime import timedelta

from django.db.models.functions import Now

from enrollment import actions
from enrollment.models import Application, PersonnelRecord, StatusPeriod
from verification import checks
from verification.models import Check


def more(case: Application, number: int) -> list[Application]:
    """Cases like this one, each of another person of the registry, with all checks in order."""
    case = Application.objects.select_related("record").get(pk=case.pk)
    made = [_copy(case, place) for place in range(number)]
    for each in made:
        passed(each)
    return made


def _copy(case: Application, place: int) -> Application:
    copy = Application.objects.select_related("record").get(pk=case.pk)
    # Read before the key changes: what is sealed is sealed for its row.
    nik, number = case.nik, case.employee_number
    copy.draft, copy.rejection_reason = {}, case.rejection_reason
    copy.pk, copy.receipt = uuid.uuid4(), actions.new_receipt()
    # In the order in which they were made.
    copy.since = case.since + timedelta(milliseconds=place + 1)
    copy.mailbox = f"orang{place}@{case.mailbox.partition('@')[2]}"
    copy.name = f"Orang Contoh {place:03}"
    copy.nik, copy.employee_number = f"{nik[:12]}{5000 + place}", f"{number[:15]}{500 + place}"
    copy.phone = f"+6280010{place:06}"
    copy.nik_taken, copy.claimed_by, copy.claimed_until = False, None, None
    copy.photo_index = secrets.token_bytes(32)
    copy.record = _record(copy)
    copy.save(force_insert=True)
    StatusPeriod.objects.create(
        application=copy, institution_id=copy.institution_id, status=copy.status, waiting_for=copy.waiting_for,
        since=copy.since,
    )  # fmt: skip
    return copy


def _record(copy: Application) -> PersonnelRecord | None:
    record = copy.record
    if record is None:
        return None
    record.pk, record.name, record.mailbox = uuid.uuid4(), copy.name, copy.mailbox
    record.employee_number = copy.employee_number
    record.save(force_insert=True)
    return record


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
