"""How long a text has been open: from the first time a person opened it, by the database's clock.

Opening it again, in another tab or on another device, starts nothing anew; a new version of a text does.
"""

from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import ExpressionWrapper, F, fields
from django.db.models.functions import Now

from enrollment import consents
from enrollment.consents import Text
from enrollment.models import Application, Reading

LONGEST_NAME = 40


def name_of(text: Text) -> str:
    """What a version of a text is called among the readings."""
    return f"{text.kind}@{text.version}"[:LONGEST_NAME]


def begin(application: Application, name: str) -> None:
    """Note that the person has opened it; only the first time counts."""
    Reading.objects.get_or_create(application=application, text=name)


def seconds_left(application: Application, name: str, least: int) -> int | None:
    """Whole seconds until ``least`` have passed since it was opened (0: they have); ``None`` when it never was."""
    passed = ExpressionWrapper(Now() - F("began_at"), output_field=fields.DurationField())
    rows = Reading.objects.filter(application=application, text=name)
    open_for: timedelta | None = rows.annotate(passed=passed).values_list("passed", flat=True).first()
    return None if open_for is None else max(0, ceil(least - open_for.total_seconds()))


def is_open(application: Application, name: str) -> bool:
    """Whether it was ever opened."""
    return Reading.objects.filter(application=application, text=name).exists()


def agree(application: Application, name: str, least: int) -> int:
    """Note that the person agrees to it, once it was open for ``least`` seconds; how many are left (0: agreed now).

    Never opened is not read: all of them are left then.
    """
    left = seconds_left(application, name, least)
    if left == 0:
        Reading.objects.filter(application=application, text=name, agreed_at=None).update(agreed_at=Now())
    return least if left is None else left


def is_agreed(application: Application, name: str) -> bool:
    """Whether the person agreed to it after reading."""
    return Reading.objects.filter(application=application, text=name, agreed_at__isnull=False).exists()


def told(application: Application) -> list[dict[str, Any]]:
    """For an officer: which texts were opened and when, when they were agreed to, and how long after."""
    return [
        {
            "title": consents.find(each.text.partition("@")[0]).title,
            "began_at": each.began_at,
            "agreed_at": each.agreed_at,
            "seconds": int((each.agreed_at - each.began_at).total_seconds()) if each.agreed_at else 0,
        }
        for each in Reading.objects.filter(application=application, text__contains="@").order_by("began_at")
    ]
