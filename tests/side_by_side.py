"""Gives each process of pytest-xdist a folder and a Redis number of its own; loaded by `-p` in pyproject.toml.

Settings are read before any conftest.py, so the environment is put right when this plugin is imported. PostgreSQL needs
nothing here: pytest-django makes each process a database of its own.
"""

import os

from tte_portal import environment

# Redis knows sixteen numbers unless it is told otherwise; tests/portal.py and tests/drills/wire.py take from the end.
NUMBERS = 8


def stand_apart(worker: str) -> None:
    """``worker`` as xdist names it: gw0, gw1 and so on."""
    # First of all: without addresses in the environment they stand in the common folder.
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ[name] = environment.service_url(name)
    folder = environment.var_folder() / "side-by-side" / worker
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["TTE_VAR"] = str(folder)
    os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], int(worker.removeprefix("gw")) % NUMBERS)


def numbered(url: str, number: int) -> str:
    """The address of another number of the same Redis, as Celery writes it."""
    if url.startswith("redis+socket"):
        return f"{url.partition('?')[0]}?virtual_host={number}"
    base, _, query = url.partition("?")
    start = base.index("//") + 2
    host = base[start:].partition("/")[0]
    return f"{base[:start]}{host}/{number}{'?' + query if query else ''}"


if os.environ.get("PYTEST_XDIST_WORKER"):
    stand_apart(os.environ["PYTEST_XDIST_WORKER"])
