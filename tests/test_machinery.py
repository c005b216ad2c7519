"""What the tests stand on: processes side by side meet nowhere, and copied institutions are those that are sown."""

import os

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from enrollment.demo import seed
from enrollment.models import PersonnelRecord
from passphrase import custody
from tests import cheap, seeded, side_by_side
from tests.hostile import dump
from tte_portal.environment import for_redis


@pytest.mark.parametrize(
    ("url", "numbered"),
    [
        ("redis+socket://:a%2Fb@/tmp/redis/socket", "redis+socket://:a%2Fb@/tmp/redis/socket?virtual_host=3"),
        ("redis+socket://:a@/s?virtual_host=1", "redis+socket://:a@/s?virtual_host=3"),
        ("redis://localhost", "redis://localhost/3"),
        ("redis://:a@localhost:6379/0", "redis://:a@localhost:6379/3"),
        ("rediss://localhost/1?ssl_cert_reqs=required", "rediss://localhost/3?ssl_cert_reqs=required"),
    ],
)
def test_each_process_has_a_number_of_its_own_at_the_same_broker(url: str, numbered: str) -> None:
    assert side_by_side.numbered(url, 3) == numbered


def test_redis_and_celery_mean_the_same_number_of_a_socket() -> None:
    assert for_redis("redis+socket://:a@/s?virtual_host=3") == "unix://:a@/s?db=3"
    assert for_redis("redis://:a@localhost/3") == "redis://:a@localhost/3"


def test_a_process_stands_apart_from_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    found = []
    for worker in ("gw0", "gw1"):
        with monkeypatch.context() as patch:
            for name, value in (("TTE_VAR", tmp_path), ("REDIS_URL", "redis://localhost/0"), ("DATABASE_URL", "p")):
                patch.setenv(name, str(value))
            side_by_side.stand_apart(worker)
            found.append([os.environ[name] for name in ("TTE_VAR", "REDIS_URL", "DATABASE_URL")])
    assert found == [
        [f"{tmp_path}/side-by-side/gw0", "redis://localhost/0", "p"],
        [f"{tmp_path}/side-by-side/gw1", "redis://localhost/1", "p"],
    ]


@pytest.mark.django_db
def test_copied_institutions_lack_nothing_and_open_as_if_they_were_sown_here() -> None:
    seeded.institutions()
    copied = dump()
    # Whatever were missing would be made now.
    seed.institutions()
    assert dump() == copied
    assert {record.employee_number for record in PersonnelRecord.objects.all()} == {
        person["nip"] for institution in seed.institutions() for person in seed.people(institution)
    }


@pytest.mark.django_db
def test_sowing_fills_the_copied_tables_alone() -> None:
    before = dump()
    seed.institutions()
    assert {table for table, rows in dump().items() if rows != before[table]} == {
        model._meta.db_table for model in seeded.SOWN
    }


@pytest.mark.django_db
def test_copies_are_of_the_moment() -> None:
    seeded.institutions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(now() - imported_at) < '1 minute' FROM enrollment_personnelrecord")
        assert cursor.fetchone() == (True,)


def test_cheap_derivations_differ_by_cost_as_dear_ones_do() -> None:
    costs = [(64 * 1024, 3, 1), (64 * 1024, 4, 1), (128 * 1024, 3, 1)]
    keys = {
        cheap.argon2id(salt=b"s" * 16, length=32, memory_cost=memory, iterations=passes, lanes=lanes).derive(b"p")
        for memory, passes, lanes in costs
    }
    assert len(keys) == len(costs)
    assert vars(custody)["Argon2id"] is cheap.argon2id
    assert make_password("p").startswith("md5$")
