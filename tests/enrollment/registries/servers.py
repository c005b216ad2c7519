"""A real HTTP server on this machine that answers as a test says and remembers what it was asked."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from enrollment.registries.http import Limits

# Quick enough for a test, long enough for a busy machine.
LIMITS = Limits(connect=2, answer=2, failures=3, rest=60)
HASTY = Limits(connect=0.5, answer=0.3, failures=3, rest=60)


class Hand:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answered:
    """One answer; ``drip`` sends it byte by byte with such pauses, ``late`` waits before it begins (seconds)."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    late: float = 0
    drip: float = 0
    headers: dict[str, str] = field(default_factory=dict)


def says(value: Any, status: int = 200, **more: Any) -> Answered:
    return Answered(status, json.dumps(value).encode(), **more)


@dataclass
class Served:
    """The running server: its address, what it was asked, and what it answers from now on."""

    url: str
    answer: Callable[[Asked], Answered]
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@contextmanager
def serving(answer: Callable[[Asked], Answered]) -> Iterator[Served]:
    ended = Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Silence: the tests look at what the portal logs."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            served.asked.append(asked)
            answered = served.answer(asked)
            ended.wait(answered.late)
            # Who waited no longer has hung up.
            with suppress(OSError):
                self._send(answered)

        def _send(self, answered: Answered) -> None:
            self.send_response(answered.status)
            self.send_header("Content-Type", answered.content_type)
            self.send_header("Content-Length", str(len(answered.body)))
            for name, value in answered.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in [answered.body] if not answered.drip else [bytes([each]) for each in answered.body]:
                self.wfile.write(piece)
                self.wfile.flush()
                ended.wait(answered.drip)

        do_GET = do_POST = _handle

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_address[1]}", answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def seconds(do: Callable[[], Any]) -> float:
    """How long something takes."""
    begun = time.monotonic()
    do()
    return time.monotonic() - begun
