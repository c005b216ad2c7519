"""What officers see of a case before its wizard: what was typed at the way in, beside what the registry says."""

from typing import Any

from enrollment import comparisons, lifecycle
from enrollment.models import Application
from verification import pre_check

FIRST = (lifecycle.HR_CHECK, lifecycle.PRE_CHECK)
FIELDS = {
    "name": "Nama", "front_title": "Gelar Depan", "back_title": "Gelar Belakang", "nik": "NIK",
    "employee_number": "NIP / NRP", "position": "Jabatan", "unit": "Unit Kerja", "city": "Kab/Kota",
    "mailbox": "Email", "phone": "Telp.",
}  # fmt: skip


def answers(application: Application) -> list[dict[str, Any]]:
    """Every answer beside the registry's, found by the number, else by the mailbox."""
    record = pre_check.record_of(application) or comparisons.record_of(application)
    rows = []
    for field, label in FIELDS.items():
        known = record is not None and (field in comparisons.COMPARED or field == "mailbox")
        answer, registry = str(getattr(application, field)), str(getattr(record, field)) if known else ""
        differs = known and comparisons.normal(answer) != comparisons.normal(registry)
        rows.append({"label": label, "answer": answer, "registry": registry, "differs": differs and bool(answer)})
    return rows
