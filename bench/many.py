"""Many different requests for one server: kept connections or a new one each, with the time of every answer."""

import itertools
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.load import CONNECTIONS


@dataclass
class Load:
    """What came back; a moment is one answer's, in seconds."""

    rate: float
    moments: list[float]

    @property
    def middle(self) -> float:
        return median(self.moments)

    @property
    def slowest(self) -> float:
        """The 99th percentile."""
        return quantiles(self.moments, n=100)[98]


@dataclass
class _Asking:
    connection: socket.socket
    begun: float
    answer: bytearray = field(default_factory=bytearray)


def asked(port: int, requests: Sequence[bytes], seconds: float, *, kept: bool) -> Load:
    """As many answers as there are in that time, eight asked for at once; all of them 200, else ``AssertionError``."""
    following, selector, moments = itertools.cycle(requests), selectors.DefaultSelector(), []
    for _ in range(CONNECTIONS):
        _ask(selector, _opened(port), next(following))
    begun = time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        for key, _ in selector.select(1):
            asking: _Asking = key.data
            came = asking.connection.recv(65536)
            asking.answer += came
            if not _complete(asking.answer, ended=not came):
                continue
            assert asking.answer[8:].startswith(b" 200"), bytes(asking.answer[:300])
            moments.append(time.perf_counter() - asking.begun)
            selector.unregister(asking.connection)
            if not kept:
                asking.connection.close()
            _ask(selector, asking.connection if kept else _opened(port), next(following))
    for key in list(selector.get_map().values()):
        key.data.connection.close()
    selector.close()
    return Load(len(moments) / took, moments)


def _opened(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _ask(selector: selectors.BaseSelector, connection: socket.socket, request: bytes) -> None:
    # A new connection takes some of its time before the first byte: that belongs to the answer's.
    asking = _Asking(connection, time.perf_counter())
    connection.sendall(request)
    selector.register(connection, selectors.EVENT_READ, asking)


def _complete(answer: bytearray, *, ended: bool) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        assert not ended, "the server closed without an answer"
        return False
    place = answer.lower().find(b"\r\ncontent-length: ", 0, head)
    if place < 0:
        return ended or answer.endswith(b"0\r\n\r\n")
    start = place + len(b"\r\ncontent-length: ")
    return len(answer) - head - 4 >= int(answer[start : answer.index(b"\r\n", start)])


def get(port: int, path: str, **headers: str) -> bytes:
    return _request(port, f"GET {path}", b"", headers)


def post(port: int, path: str, body: bytes, content_type: str) -> bytes:
    return _request(port, f"POST {path}", body, {"Content-Type": content_type, "Content-Length": str(len(body))})


def _request(port: int, line: str, body: bytes, headers: dict[str, str]) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{more}\r\n".encode() + body
