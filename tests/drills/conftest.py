"""One portal of real processes for all drills, with a mail server and a way to Redis that can be broken."""

from collections.abc import Callable, Iterator

import pytest
import redis
from django.conf import settings

from tests.drills.background import Background
from tests.drills.crowd import Crowd, Registry, Verifier
from tests.drills.postman import Postman
from tests.drills.victims import Gate, Worker
from tests.drills.wire import NUMBER, Wire
from tests.portal import Portal, running
from tte_portal.environment import for_redis

Times = Callable[[int, int], int]


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Times:
    """How often: a few times with the other tests, many times with ``--full``."""
    return lambda few, many: many if request.config.getoption("--full") else few


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    found = Background()
    yield found
    found.close()


@pytest.fixture(scope="session")
def postman(background: Background) -> Iterator[Postman]:
    found = Postman(background)
    yield found
    found.close()


@pytest.fixture(scope="session")
def wire(background: Background) -> Iterator[Wire]:
    found = Wire(background)
    yield found
    found.cut()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, postman: Postman, wire: Wire) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("drills")
    # The name tells its connections to PostgreSQL from those of the tests.
    more = {"REDIS_URL": wire.url, "EMAIL_URL": postman.url, "TTE_LOG_LEVEL": "DEBUG", "PGAPPNAME": "portal"}
    with running(folder, **more) as found:
        yield found


@pytest.fixture(scope="session")
def broker(portal: Portal) -> Iterator["redis.Redis"]:
    """The portal's Redis, past the wire."""
    with redis.Redis.from_url(for_redis(settings.REDIS_URL), db=NUMBER) as found:
        yield found


@pytest.fixture(scope="session")
def worker(portal: Portal) -> Worker:
    return Worker(portal)


@pytest.fixture(scope="session")
def gate(portal: Portal) -> Iterator[Gate]:
    found = Gate(portal)
    yield found
    found.close()


@pytest.fixture(scope="session")
def registry(portal: Portal) -> Iterator[Registry]:
    found = Registry(portal)
    yield found
    found.close()


@pytest.fixture(scope="session")
def verifier(portal: Portal) -> Verifier:
    return Verifier(portal)


@pytest.fixture
def crowd(portal: Portal, postman: Postman, registry: Registry, verifier: Verifier) -> Crowd:
    return Crowd(portal, postman, registry, verifier)
