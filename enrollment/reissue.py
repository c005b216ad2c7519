"""What the mail of a reissue tells, so that nobody takes it for a fraud: what has changed, and who began it."""

from typing import Any

from enrollment import comparisons
from enrollment.models import Application
from tte_portal.audit import actor_name
from tte_portal.models import AuditRow

# As they stand within a sentence; what else differs is named by none of them.
WORDS = {
    "name": "nama", "front_title": "gelar depan", "back_title": "gelar belakang", "position": "jabatan",
    "unit": "unit organisasi", "province": "provinsi", "mailbox": "surel dinas",
}  # fmt: skip


def told(application: Application) -> dict[str, Any]:
    """``changed``: the words of what the new certificate has otherwise than the one before, empty when only that one
    itself tells; ``by_officer``: whether somebody else than the holder began it. Nothing for other purposes."""
    if application.purpose != Application.Purpose.REISSUE or application.predecessor is None:
        return {}
    return {"changed": _listed(_changed(application, application.predecessor)), "by_officer": _by_officer(application)}


def _changed(new: Application, old: Application) -> list[str]:
    pairs = ((word, str(getattr(old, field)), str(getattr(new, field))) for field, word in WORDS.items())
    return [word for word, then, now in pairs if comparisons.normal(then) != comparisons.normal(now)]


def _listed(words: list[str]) -> str:
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def _by_officer(application: Application) -> bool:
    begun = AuditRow.objects.filter(subject=application.pk, event="succeed").order_by("pk").first()
    return begun is not None and begun.actor != actor_name(application)
