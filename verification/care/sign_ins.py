"""Officers' sign-ins: one row for each browser, seen at most every two minutes, ended from anywhere at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest

from tte_portal.models import Account
from tte_portal.throttles import client_address
from verification import officers
from verification.care import devices
from verification.care.models import SignIn

IN_SESSION = "sign_in"
# One write at most in so long a time, so an officer is signed out so much after the limit at the latest.
SEEN_EVERY = timedelta(minutes=2)
KEPT = timedelta(days=90)


def idle_limit() -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES)


def began(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    """An officer has signed in in this browser."""
    if isinstance(user, Account) and user.is_staff:
        begin(request, user)


def begin(request: HttpRequest, account: Account) -> SignIn:
    # A test's request comes from nowhere; a browser's always says what it is.
    row = SignIn.objects.create(
        account=account, device=devices.in_words(request.META.get("HTTP_USER_AGENT", "")),
        address=devices.shortened(client_address(request)),
    )  # fmt: skip
    request.session[IN_SESSION] = str(row.pk)
    return row


def left(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    """The officer has signed out in this browser."""
    if key := of_session(request):
        _end(SignIn.objects.filter(pk=key), SignIn.Ended.SIGNED_OUT)


def of_session(request: HttpRequest) -> UUID | None:
    session = getattr(request, "session", None)
    kept = session.get(IN_SESSION) if session is not None else None
    return UUID(kept) if kept else None


def goes_on(request: HttpRequest, account: Account, *, counts: bool = True) -> str:
    """Empty while the browser's sign-in holds; else how it ended. A request that ``counts`` puts the limit off."""
    key = of_session(request)
    if key is None:
        # Signed in before the portal kept account of it.
        begin(request, account)
        return ""
    row = _looked_at().filter(pk=key, account=account).first()
    if row is None or row.ended_at is not None:
        return str(row.ended_how) if row else SignIn.Ended.ELSEWHERE
    if row.is_idle:
        _end(SignIn.objects.filter(pk=key), SignIn.Ended.IDLE)
        return SignIn.Ended.IDLE
    if counts and row.is_stale:
        SignIn.objects.filter(pk=key, ended_at=None).update(seen_at=Now())
    return ""


def _looked_at() -> QuerySet[Any]:
    """With what the database's clock says of each."""
    return SignIn.objects.annotate(
        is_idle=_when(Q(seen_at__lt=Now() - idle_limit() - SEEN_EVERY)),
        is_stale=_when(Q(seen_at__lt=Now() - SEEN_EVERY)),
    )


def _when(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def open_ones(account: Account) -> QuerySet[SignIn]:
    """The account's sign-ins that hold, the latest used first."""
    alive = Q(seen_at__gte=Now() - idle_limit() - SEEN_EVERY)
    return SignIn.objects.filter(alive, account=account, ended_at=None).order_by("-seen_at", "pk")


def end_one(sign_in_id: UUID, *, by: Account) -> bool:
    """Sign the officer's own other browser out; ``True`` when it was signed in."""
    return _end(SignIn.objects.filter(pk=sign_in_id, account=by), SignIn.Ended.ELSEWHERE) == 1


def end_others(but: UUID | None, *, by: Account) -> int:
    """Sign the officer out everywhere else; returns in how many browsers."""
    return _end(open_ones(by).exclude(pk__in=[but] if but else []), SignIn.Ended.ELSEWHERE)


def end_all(account: Account, *, by: Account) -> int:
    """An administrator signs an officer out everywhere, on record; returns in how many browsers."""
    with transaction.atomic():
        ended = _end(open_ones(account), SignIn.Ended.ADMINISTRATOR)
        officers.note("sign_out_officer", account, by=by, facts={"sign_ins": str(ended)})
        return ended


def _end(rows: QuerySet[SignIn], how: SignIn.Ended) -> int:
    return SignIn.objects.filter(pk__in=rows.values("pk"), ended_at=None).update(ended_at=Now(), ended_how=how)


def forget_old() -> None:
    SignIn.objects.filter(seen_at__lt=Now() - KEPT).delete()
