"""As many requests for one address as a server answers: one process, a few kept connections, no parsing to speak of."""

import selectors
import socket
import time
from dataclasses import dataclass

CONNECTIONS = 8


@dataclass(frozen=True)
class Target:
    """One address of one server on this machine."""

    port: int
    path: str
    cookie: str = ""

    def request(self) -> bytes:
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode()


def rate(target: Target, seconds: float) -> float:
    """Answers per second, all of them 200; raises ``AssertionError`` for any other."""
    request, selector = target.request(), selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        opened = socket.create_connection(("127.0.0.1", target.port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(opened, selectors.EVENT_READ, bytearray())
        opened.sendall(request)
    begun, done = time.perf_counter(), 0
    while (took := time.perf_counter() - begun) < seconds:
        for key, _ in selector.select(1):
            connection, buffer = key.fileobj, key.data
            assert isinstance(connection, socket.socket)
            buffer += connection.recv(65536)
            if _complete(buffer):
                assert buffer.startswith(b"HTTP/1.1 200"), bytes(buffer[:200])
                buffer.clear()
                done += 1
                connection.sendall(request)
    for key in list(selector.get_map().values()):
        assert isinstance(key.fileobj, socket.socket)
        key.fileobj.close()
    selector.close()
    return done / took


def _complete(buffer: bytearray) -> bool:
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return False
    place = buffer.lower().find(b"\r\ncontent-length: ", 0, head)
    if place < 0:
        return buffer.endswith(b"0\r\n\r\n")
    start = place + len(b"\r\ncontent-length: ")
    return len(buffer) - head - 4 >= int(buffer[start : buffer.index(b"\r\n", start)])
