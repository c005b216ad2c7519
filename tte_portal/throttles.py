"""How often something may be tried, counted in PostgreSQL so that no cache flush forgives anybody."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest

from tte_portal.encryption import blind_index
from tte_portal.models import ThrottleWindow

KEEP = timedelta(days=2)


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
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tte_portal_throttlewindow (scope, key, started_at, count) "  # noqa: S608 (own constant)
                "SELECT %s, %s, to_timestamp(floor(extract(epoch FROM clock_timestamp()) / %s) * %s), 1"
                f"{unwaited()} "
                "ON CONFLICT (scope, key, started_at) DO UPDATE SET count = tte_portal_throttlewindow.count + 1 "
                "RETURNING count",
                [self.scope, blind_index(f"throttle.{self.scope}", key), self.seconds, self.seconds],
            )
            return bool(cursor.fetchone()[0] <= self.limit)

    def count(self, key: str) -> None:
        """Like :meth:`allows`, but raises :class:`Throttled` past the limit."""
        if not self.allows(key):
            raise Throttled(minutes=max(1, self.seconds // 60))


def unwaited() -> str:
    """What to add to an ``INSERT … SELECT`` of a count or a line of a log, so that nobody waits for the disk: should
    the database's machine fail, the last moment's are lost. Inside a transaction nothing: all of it is waited for."""
    return "" if connection.in_atomic_block else " FROM set_config('synchronous_commit', 'off', true)"


def client_address(request: HttpRequest) -> str:
    """The caller's address: behind our own proxies the last hop they vouch for, else the peer itself.

    Of an IPv6 address the network of 64 bits: one subscriber holds all addresses in it.
    """
    return _network(_peer(request))


def _network(address: str) -> str:
    try:
        return str(IPv6Network((IPv6Address(address.partition("%")[0]), 64), strict=False).network_address)
    except ValueError:
        return address


def _peer(request: HttpRequest) -> str:
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def forget_old() -> None:
    ThrottleWindow.objects.filter(started_at__lt=Now() - KEEP).delete()
