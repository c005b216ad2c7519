"""P5: tries are counted in PostgreSQL, by a name that tells nothing, and nothing in Redis forgives a guesser."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory

from tests.hostile import dump, flush_redis, sql, together
from tte_portal.models import ThrottleWindow
from tte_portal.throttles import Throttle, Throttled, client_address, forget_old

pytestmark = pytest.mark.django_db

# Windows so long that no test meets the seam between two of them.
FOUR = Throttle("test", limit=4, seconds=10**7)


def test_the_limit_is_allowed_and_no_more() -> None:
    assert [FOUR.allows("ayu") for _ in range(6)] == [True] * 4 + [False] * 2


def test_keys_and_scopes_are_counted_apart() -> None:
    for _ in range(5):
        FOUR.allows("ayu")
    assert FOUR.allows("budi")
    assert Throttle("other", limit=4, seconds=10**7).allows("ayu")


def test_past_the_limit_the_caller_is_told_how_long() -> None:
    with pytest.raises(Throttled) as refused:
        Throttle("test", limit=0, seconds=600).count("ayu")
    assert refused.value.minutes == 10


def test_a_flushed_redis_forgives_nothing() -> None:
    for _ in range(4):
        FOUR.count("ayu")
    flush_redis()
    assert not FOUR.allows("ayu")


def test_the_next_window_begins_anew() -> None:
    for _ in range(5):
        FOUR.allows("ayu")
    sql("UPDATE tte_portal_throttlewindow SET started_at = started_at - interval '10000000 seconds'")
    assert FOUR.allows("ayu")


def test_trying_on_does_not_make_the_window_longer() -> None:
    for _ in range(9):
        FOUR.allows("ayu")
    assert ThrottleWindow.objects.get().count == 9


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted() -> None:
    allowed = together(20, lambda _: FOUR.allows("ayu"))
    assert allowed.count(True) == 4
    assert ThrottleWindow.objects.get().count == 20


@pytest.mark.parametrize("key", ["9901015705680100", "ayu.contoh@natunakab.example", "203.0.113.9"])
def test_what_was_counted_is_not_written_down(key: str) -> None:
    FOUR.allows(key)
    assert key not in str(dump())
    assert key.encode().hex() not in str(dump())


def test_the_same_key_has_another_name_in_every_scope() -> None:
    for scope in ("one", "two"):
        Throttle(scope, 4, 10**7).allows("ayu")
    assert len({bytes(row.key) for row in ThrottleWindow.objects.all()}) == 2


def test_old_windows_are_forgotten_and_young_ones_kept() -> None:
    FOUR.allows(str(uuid4()))
    sql("UPDATE tte_portal_throttlewindow SET started_at = now() - interval '49 hours'")
    Throttle("test", 4, 60).allows("ayu")
    forget_old()
    assert ThrottleWindow.objects.count() == 1


# --- Whose try it is -----------------------------------------------------------------------------------------------
def address(settings: Any, proxies: int, forwarded: str = "", peer: str = "203.0.113.9") -> str:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=peer))


def test_without_a_proxy_of_ours_nobody_chooses_his_own_address(settings: Any) -> None:
    assert address(settings, 0, "198.51.100.7") == "203.0.113.9"


@pytest.mark.parametrize(("proxies", "forwarded", "expected"), [
    (1, "198.51.100.7", "198.51.100.7"),
    (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
    (2, "10.0.0.1, 198.51.100.7, 192.0.2.1", "198.51.100.7"),
    (2, "198.51.100.7", "203.0.113.9"),
    (1, " , ", "203.0.113.9"),
])  # fmt: skip
def test_behind_proxies_the_hop_they_vouch_for_counts(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    assert address(settings, proxies, forwarded) == expected


def test_all_addresses_of_one_ipv6_subscriber_are_one(settings: Any) -> None:
    found = {address(settings, 0, peer=f"2001:db8:1:2:{n:x}::{n:x}") for n in range(1, 9)}
    assert found == {"2001:db8:1:2::"}
    assert address(settings, 0, peer="2001:db8:1:3::1") == "2001:db8:1:3::"


@pytest.mark.parametrize("peer", ["fe80::1%eth0", "unix:", ""])
def test_an_odd_peer_is_no_error(settings: Any, peer: str) -> None:
    assert address(settings, 0, peer=peer) in {"fe80::", "unix:", ""}


def test_the_throttled_get_a_page_that_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrollment.public_views.REQUESTS", Throttle("test", limit=1, seconds=3600))
    client = Client()
    client.post("/status/", {"mailbox": "ayu@natunakab.example"})
    refused = client.post("/status/", {"mailbox": "ayu@natunakab.example"})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"
    assert "60 menit" in refused.content.decode()
    assert refused.templates[0].name == "429.html"
