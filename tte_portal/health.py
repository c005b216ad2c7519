"""/healthz says that the process lives; /readyz looks at the database, broker, worker, scheduler and outbox."""

from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse

from tte_portal.environment import for_redis
from tte_portal.models import Heartbeat, OutboxMessage

LATE = timedelta(minutes=5)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all parts answer, else 503; each part is ``true`` or ``false``, the outbox's age in seconds."""
    parts: dict[str, bool] = {"database": _database(), "broker": _broker()}
    age = None
    if parts["database"]:
        # A worker writes the heartbeat when the scheduler asks for it: it stands for both.
        parts["worker"] = parts["scheduler"] = Heartbeat.objects.filter(at__gt=Now() - LATE).exists()
        age = _outbox_age()
        parts["outbox"] = age is None or age < LATE.total_seconds() * 3
    ready = all(parts.values())
    return JsonResponse({"ready": ready, **parts, "outbox_age_seconds": age}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        return bool(redis.Redis.from_url(for_redis(settings.REDIS_URL), socket_timeout=2).ping())
    except redis.RedisError:
        return False


def _outbox_age() -> float | None:
    """How many seconds the oldest waiting message is past its time; ``None`` when none is."""
    late_by = ExpressionWrapper(Now() - F("due_at"), DurationField())
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=Now()).order_by("due_at")
    age = waiting.annotate(late_by=late_by).values_list("late_by", flat=True).first()
    return age.total_seconds() if age else None
