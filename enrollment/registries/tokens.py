"""Bearer tokens: kept in memory alone, renewed before they end, by one caller at a time."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from enrollment.registries import Unavailable
from enrollment.registries.breaker import Clock
from enrollment.registries.http import Server

# A token is not used in its last tenth, at most five minutes: it must outlive the question it goes with.
EARLY_SHARE, EARLY_SECONDS = 0.1, 300
# What is assumed when the server does not say how long a token lives, and the longest that is believed (12 h, SIASN).
UNSAID_SECONDS, LONGEST_SECONDS = 300, 12 * 3600


class Token:
    """One token of one server, fetched by ``request`` (what requests takes) from ``url`` when it is needed."""

    def __init__(
        self, server: Server, url: str, patience: float, request: Callable[[], dict[str, Any]],
        clock: Clock = time.monotonic,
    ) -> None:  # fmt: skip
        self._server, self._url, self._request, self._clock = server, url, request, clock
        # Longer than an exchange can take: who waits here waits for somebody else's renewal.
        self._patience = patience
        self._lock = Lock()
        self._value = ""
        self._until = 0.0

    def value(self) -> str:
        """A token that still lives; raises :class:`Unavailable` when none is to be had."""
        if not self._lock.acquire(timeout=self._patience):
            raise Unavailable(f"{self._server.name} tidak memberi token tepat waktu")
        try:
            if not self._value or self._clock() >= self._until:
                self._renew()
            return self._value
        finally:
            self._lock.release()

    def forget(self, value: str) -> None:
        """Not this one any more: the server refused it. A fresh one that somebody fetched meanwhile stays."""
        with self._lock:
            if self._value == value:
                self._value = ""

    def _renew(self) -> None:
        self._value = ""
        asked_at = self._clock()
        reply = self._server.ask("POST", self._url, **self._request())
        token = reply.body.get("access_token") if isinstance(reply.body, dict) else None
        # What goes into a header is visible ASCII: anything else is no token.
        if not isinstance(token, str) or not token or not all("!" <= letter <= "~" for letter in token):
            raise self._server.malformed()
        lifetime = _seconds(reply.body.get("expires_in"))
        self._value = token
        self._until = asked_at + lifetime - min(EARLY_SECONDS, EARLY_SHARE * lifetime)


def _seconds(said: Any) -> float:
    try:
        seconds = float(said)
    except (TypeError, ValueError, OverflowError):
        return UNSAID_SECONDS
    return min(seconds, LONGEST_SECONDS) if seconds > 0 else 0
