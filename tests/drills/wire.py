"""The way between the portal and Redis, to be cut, mended or blocked while both live on."""

import asyncio
from contextlib import suppress
from urllib.parse import quote, unquote, urlparse

from django.conf import settings

from tests.drills.background import Background
from tests.ports import free_port

# Beyond the numbers that other portals of a test run take.
NUMBER = 15
CHUNK = 65536


class Wire:
    """Passes every byte on, both ways; ``flows`` cleared: it takes bytes and passes nothing."""

    def __init__(self, background: Background) -> None:
        self.background, self.port = background, free_port()
        self.server: asyncio.Server | None = None
        self.ends: set[asyncio.StreamWriter] = set()
        self.flows = asyncio.Event()
        background.run(self._mend())

    @property
    def url(self) -> str:
        password = urlparse(settings.REDIS_URL).password
        secret = f":{quote(unquote(password), safe='')}@" if password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/{NUMBER}"

    def cut(self) -> None:
        self.background.run(self._cut())

    def mend(self) -> None:
        self.background.run(self._mend())

    def block(self) -> None:
        self.background.loop.call_soon_threadsafe(self.flows.clear)

    async def _mend(self) -> None:
        self.flows.set()
        if self.server is None:
            self.server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        self.flows.set()
        if self.server is not None:
            self.server.close()
            self.server = None
        for end in list(self.ends):
            end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, far = await _redis()
        both = {writer, far}
        self.ends |= both
        try:
            await asyncio.gather(self._pump(reader, far), self._pump(there, writer))
        except asyncio.CancelledError:
            # The end of the test: the streams want to hear of no cancelled task.
            return
        finally:
            for end in both:
                end.close()
            self.ends -= both

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self.flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


async def _redis() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlparse(settings.REDIS_URL)
    if parts.scheme == "redis+socket":
        return await asyncio.open_unix_connection(unquote(parts.path))
    return await asyncio.open_connection(parts.hostname or "127.0.0.1", parts.port or 6379)
