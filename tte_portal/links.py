"""Links of 24 hours. The token is derived from the link's id, only its hash is stored, and finishing uses it up.

All times are the database's: workers and web servers may disagree about the hour, the rows may not.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse

from tte_portal import copying
from tte_portal.encryption import derived_key
from tte_portal.models import Link

LIFETIME = timedelta(hours=24)
# Work that was begun in time may be finished: a session opened in the last minute still has this long.
WORK_TIME = timedelta(hours=2)

# Whoever opens one of these sees all that a person has here: it opens in one browser alone.
ONE_BROWSER = frozenset({"status"})

Closed = Literal["expired", "used", "replaced", "opened", "unknown"]


class LinkClosed(Exception):
    """The link cannot be opened (any more): ``reason`` says why, ``link`` is what was found."""

    def __init__(self, reason: Closed, link: Link | None = None) -> None:
        super().__init__(reason)
        self.reason, self.link = reason, link


def token_of(link_id: UUID) -> str:
    """The secret part of the address: 43 characters that nobody can derive from the database."""
    mac = hmac.digest(derived_key(settings.LINK_KEY, "links"), link_id.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(purpose: str, subject: UUID, *, lifetime: timedelta = LIFETIME) -> Link:
    """A new link; earlier open ones of the same purpose are replaced, so one mail at a time is the right one."""
    open_links(subject, purpose).update(replaced_at=Now())
    link_id = uuid.uuid4()
    return Link.objects.create(
        id=link_id, purpose=purpose, subject=subject, token_hash=_hash(token_of(link_id)), expires_at=Now() + lifetime
    )


def make_many(purpose: str, subjects: Sequence[UUID], *, lifetime: timedelta = LIFETIME) -> list[UUID]:
    """A first link for each subject, in their order; returns the links' ids. For subjects that never had one."""
    ids = [uuid.uuid4() for _ in subjects]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp() + make_interval(secs => %s)", [lifetime.total_seconds()])
        (expires_at,) = cursor.fetchone()
    rows = ((each, subject, _hash(token_of(each))) for each, subject in zip(ids, subjects, strict=True))
    copying.copy_in(Link, ("id", "subject", "token_hash"), rows, purpose=purpose, expires_at=expires_at)
    return ids


def open_links(subject: UUID, *purposes: str) -> QuerySet[Link]:
    return Link.objects.filter(subject=subject, purpose__in=purposes, finished_at=None, replaced_at=None)


def find(purpose: str, token: str) -> Link:
    """The link behind a token when it is open; raises :class:`LinkClosed` otherwise."""
    found = (
        Link.objects.filter(token_hash=_hash(token), purpose=purpose).annotate(alive=Q(expires_at__gt=Now())).first()
    )
    if found is None:
        raise LinkClosed("unknown")
    if found.finished_at:
        raise LinkClosed("used", found)
    if found.replaced_at:
        raise LinkClosed("replaced", found)
    if not found.alive:
        raise LinkClosed("expired", found)
    return found


def enter(response: HttpResponse, purpose: str, token: str, *, before: tuple[UUID, UUID] | None = None) -> Link:
    """Open a link: notes the moment and gives the browser a signed cookie to work with. Raises ``LinkClosed``.

    ``before`` is what this browser has :func:`entered` already: by it a link of ``ONE_BROWSER`` that was opened opens
    again, in that browser and no other.
    """
    link = find(purpose, token)
    # Of two browsers at once the row's lock lets one be the first.
    first = Link.objects.filter(pk=link.pk, opened_at=None).update(opened_at=Now()) == 1
    if purpose in ONE_BROWSER and not first and (before is None or before[0] != link.pk):
        raise LinkClosed("opened", link)
    cookie = _cookie(purpose)
    response.set_signed_cookie(
        cookie, f"{link.pk}:{link.subject}", salt=cookie, max_age=int((LIFETIME + WORK_TIME).total_seconds()),
        httponly=True, samesite="Lax", secure=settings.HTTPS,
    )  # fmt: skip
    return link


def entered(request: HttpRequest, purpose: str) -> tuple[UUID, UUID] | None:
    """(link id, subject) of the link this browser opened for ``purpose``. The caller checks :func:`usable`."""
    cookie = _cookie(purpose)
    try:
        value = request.get_signed_cookie(cookie, default=None, salt=cookie, max_age=LIFETIME + WORK_TIME)
    except signing.BadSignature:
        return None
    if not value:
        return None
    link_id, _, subject = value.partition(":")
    return UUID(link_id), UUID(subject)


def usable(link_id: UUID) -> QuerySet[Link]:
    """The link while work in it may go on: not used up, not replaced, alive or begun less than two hours ago."""
    begun = Q(opened_at__lt=F("expires_at"), expires_at__gt=Now() - WORK_TIME)
    return Link.objects.filter(Q(expires_at__gt=Now()) | begun, pk=link_id, finished_at=None, replaced_at=None)


def finish(link_id: UUID) -> bool:
    """Use a link up; ``True`` for the one caller who did. Runs inside the transaction that finishes the work."""
    return usable(link_id).update(finished_at=Now()) == 1


def shut(subject: UUID, *purposes: str) -> None:
    """Use up what is still open for these purposes: nothing is left to be done by it."""
    open_links(subject, *purposes).update(finished_at=Now())


def leave(response: HttpResponse, purpose: str) -> None:
    response.delete_cookie(_cookie(purpose), samesite="Lax")


def _cookie(purpose: str) -> str:
    """One cookie for each purpose: a look at the status does not end the work in the wizard."""
    return f"tte_{purpose}"
