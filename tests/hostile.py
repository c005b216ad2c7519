"""What tests use to attack the portal: everything it wrote down, many threads at once, guesses by Hypothesis."""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import redis
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tte_portal.environment import for_redis
from tte_portal.logs import Masked

# A database makes the first example slow, and the fixtures are meant to be shared by all examples of a test.
guesses = hypothesis_settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def dump() -> dict[str, list[str]]:
    """Every row of every table as text, as ``pg_dump`` would show it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT each::text FROM "{table}" each ORDER BY 1')  # noqa: S608 - the catalogue's own names
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def files_under(folder: Path) -> bytes:
    """The names and contents of all files of a folder, one after the other."""
    return b"\n".join(
        str(path).encode() + b"\n" + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    )


def spellings(secret: bytes) -> list[bytes]:
    """A secret as it is, in hex, and in base64 at each of its three alignments."""
    found = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for shift in range(3):
        # The first and last group of each alignment depend on the neighbours: left out.
        found.append(base64.b64encode(b"\0" * shift + secret)[4 if shift else 0 : -4])
    return [each for each in found if len(each) >= 8]


def everything_written() -> bytes:
    """The whole database, the sealed files and the key store, as bytes to search in."""
    rows = "\n".join(row for table in dump().values() for row in table).encode()
    return rows + b"".join(files_under(Path(storages[name].path(""))) for name in ("sealed_files", "data_keys"))


def together(count: int, do: Callable[[int], Any]) -> list[Any]:
    """Run ``do(0)`` … ``do(count - 1)`` at one moment, each on a connection of its own; results or errors in order."""
    barrier, results = Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait()
            results[number] = do(number)
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def undone(do: Callable[[], Any]) -> None:
    """Run ``do`` in a transaction that is rolled back in the end."""
    with transaction.atomic():
        do()
        transaction.set_rollback(True)


def sql(statement: str, *values: Any) -> int:
    """What somebody with a database console does; returns the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def shapes(captured: CaptureQueriesContext) -> list[str]:
    """The statements without their values: what a stop-watch could tell apart."""
    statements = [query["sql"].split(" VALUES ")[0].split(" WHERE ")[0] for query in captured.captured_queries]
    return ["SAVEPOINT" if "SAVEPOINT" in each else each for each in statements]


def broker() -> "redis.Redis":
    """The broker of these tests: others that run at the same time have another number of it."""
    return redis.Redis.from_url(for_redis(settings.REDIS_URL))


def flush_redis() -> None:
    """What a restarted broker or a careless operator does."""
    with broker() as server:
        server.flushdb()


@contextmanager
def console_log() -> Iterator[StringIO]:
    """What the configured log handler writes out meanwhile, from the lowest level on."""
    root, written = logging.getLogger(), StringIO()
    handler = next(
        each
        for each in root.handlers
        if isinstance(each, logging.StreamHandler) and any(isinstance(f, Masked) for f in each.filters)
    )
    level, stream = root.level, handler.setStream(written)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.setLevel(level)
        if stream is not None:
            handler.setStream(stream)
