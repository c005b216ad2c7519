"""A circuit breaker: a server that fails again and again is left in peace for a while.

pybreaker was looked at and holds one lock for as long as a call lasts: one late answer would make every thread wait.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from enrollment.registries import Unavailable

Clock = Callable[[], float]


class Resting(Exception):
    """The circuit is open: nothing was asked."""


class Breaker:
    """Opens after ``failures`` consecutive failures; after ``rest`` seconds one caller tries, the others wait on."""

    def __init__(self, failures: int, rest: float, clock: Clock = time.monotonic) -> None:
        self._limit, self._rest, self._clock = failures, rest, clock
        self._lock = Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one exchange: ``Unavailable`` counts as a failure, any other exception as neither good nor bad.

        Raises :class:`Resting` when the circuit is open.
        """
        trial = self._enter()
        try:
            yield
        except Unavailable:
            self._failed(trial)
            raise
        else:
            self._succeeded()
        finally:
            if trial:
                self._trying = False

    def _enter(self) -> bool:
        with self._lock:
            if self._opened_at is None:
                return False
            if self._trying or self._clock() - self._opened_at < self._rest:
                raise Resting
            self._trying = True
            return True

    def _failed(self, trial: bool) -> None:
        with self._lock:
            self._failures += 1
            if trial or self._failures >= self._limit:
                self._opened_at = self._clock()

    def _succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened_at = 0, None
