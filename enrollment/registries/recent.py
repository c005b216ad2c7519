"""Answers of the last minutes, in this process alone: few, short-lived, under keys that tell nobody's number."""

import time
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

from enrollment.registries.breaker import Clock

T = TypeVar("T")


class Recent(Generic[T]):
    """At most ``limit`` answers, each for ``seconds``; the oldest goes first. Keys are blind indexes."""

    def __init__(self, limit: int, seconds: float, clock: Clock = time.monotonic) -> None:
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._lock = Lock()
        self._kept: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> tuple[T] | None:
        """The answer in a tuple, for "nobody" is an answer too; None when none is kept."""
        with self._lock:
            self._drop_old()
            found = self._kept.get(key)
            return None if found is None else (found[1],)

    def put(self, key: bytes, answer: T) -> None:
        with self._lock:
            self._drop_old()
            self._kept.pop(key, None)
            self._kept[key] = (self._clock() + self._seconds, answer)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def _drop_old(self) -> None:
        now = self._clock()
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._kept.popitem(last=False)
