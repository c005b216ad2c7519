"""An event loop in a thread of its own, for the servers that stand between the portal and the world."""

import asyncio
from collections.abc import Coroutine
from threading import Thread
from typing import Any, TypeVar

Found = TypeVar("Found")


class Background:
    """Runs coroutines while the test goes on; :meth:`close` ends all that is left."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, name="background", daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, Found], seconds: float = 30) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def close(self) -> None:
        self.run(_end_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    # Transports close one turn of the loop after they are told to.
    await asyncio.sleep(0.1)
