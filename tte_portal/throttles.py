"""How often something may be tried, counted in PostgreSQL so that no cache flush forgives anybody."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest

from tte_portal.encryption import blind_index
from tte_portal.models import ThrottleWindow
from tte_portal.prepared import Statement

KEEP = timedelta(days=2)
# What an `INSERT … SELECT` of a count or a line of a log is from, so that nobody waits for the disk: should the
# database's machine fail, the last moment's are lost.
UNWAITED = (
    "set_config('synchronous_commit', CASE WHEN %(waited)s THEN current_setting('synchronous_commit') ELSE 'off' END, "
    "true)"
)


def counting(more: str = "") -> str:
    """SQL that counts one try and gives how many it are now; ``more``: further tables and a condition, or nothing."""
    return (
        "INSERT INTO tte_portal_throttlewindow AS its (scope, key, started_at, count) SELECT %(scope)s, %(key)s, "  # noqa: S608
        "to_timestamp(floor(extract(epoch FROM clock_timestamp()) / %(seconds)s) * %(seconds)s), 1 "
        f"FROM {UNWAITED} {more} "
        "ON CONFLICT (scope, key, started_at) DO UPDATE SET count = its.count + 1 RETURNING count"
    )


COUNTED = {"scope": "text", "key": "bytea", "seconds": "integer", "waited": "boolean"}
_COUNT = Statement(counting(), **COUNTED)


class Throttled(Exception):
    """Too many tries; ``minutes`` says when the next one counts again."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True)
class Throttle:
    """At most ``limit`` tries by one key in each window of ``seconds``."""

    scope: str
    limit: int
    seconds: int

    def allows(self, key: str) -> bool:
        """Count one try of ``key`` and say whether it is still within the limit."""
        return self.tries(key) <= self.limit

    def tries(self, key: str) -> int:
        """Count one try of ``key``; how many it are in this window."""
        return int(_COUNT.rows(**self.values(key))[0][0])

    def values(self, key: str) -> dict[str, Any]:
        """The values for a statement with :func:`counting` in it, whose types are :data:`COUNTED`."""
        index = blind_index(f"throttle.{self.scope}", key)
        return {"scope": self.scope, "key": index, "seconds": self.seconds, "waited": waited()}

    def count(self, key: str) -> None:
        """Like :meth:`allows`, but raises :class:`Throttled` past the limit."""
        if not self.allows(key):
            raise self.refusal()

    def refusal(self) -> Throttled:
        return Throttled(minutes=max(1, self.seconds // 60))


def waited() -> bool:
    """The value for :data:`UNWAITED`: inside a transaction all of it is waited for."""
    return connection.in_atomic_block


def client_address(request: HttpRequest) -> str:
    """The caller's address: behind our own proxies the last hop they vouch for, else the peer itself.

    Of an IPv6 address the network of 64 bits: one subscriber holds all addresses in it.
    """
    return _network(peer_address(request))


def _network(address: str) -> str:
    try:
        return str(IPv6Network((IPv6Address(address.partition("%")[0]), 64), strict=False).network_address)
    except ValueError:
        return address


def peer_address(request: HttpRequest) -> str:
    """The caller's own address, for lists of addresses; as text of whatever form the proxy gave it."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def forget_old() -> None:
    ThrottleWindow.objects.filter(started_at__lt=Now() - KEEP).delete()
