"""The log of what connected applications asked: it goes back as far as the operator wants it, and no farther."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from passphrase.esign.models import ApiCall
from tte_portal.throttles import unwaited

# A part is deleted in a blink, so a busy client's new rows wait for nothing; what is left waits for the next sweep.
PART, PARTS = 5_000, 200


def write(client: Any, act: str, answer: str, subject: Any = None) -> None:
    """One answered request of the client with that key; ``subject``: the application that it was about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO esign_apicall (client_id, act, answer, subject) SELECT %s, %s, %s, %s::uuid" + unwaited(),
            [client, act, answer, subject],
        )


def forget_old() -> int:
    """Delete rows older than ``API_LOG_DAYS``, the oldest first; returns how many. It may be stopped at any point."""
    old = ApiCall.objects.filter(at__lt=Now() - timedelta(days=settings.API_LOG_DAYS)).order_by("at")
    forgotten = 0
    for _ in range(PARTS):
        # Ids first: PostgreSQL knows no DELETE with a limit.
        part = list(old.values_list("pk", flat=True)[:PART])
        forgotten += ApiCall.objects.filter(pk__in=part)._raw_delete("default") if part else 0
        if len(part) < PART:
            break
    return forgotten
