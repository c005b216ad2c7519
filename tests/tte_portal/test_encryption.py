"""P6: what is sealed opens whole, with its key, at its own place, or not at all."""

import base64
import secrets
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as some

from tests.hostile import guesses
from tte_portal.encryption import KeyRing, Unreadable, blind_index, derived_key, key_bytes, ring

PLACE = "enrollment_application.nik.7"
texts = some.text()


def material(byte: int = 0) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


RING = KeyRing(f"k1:{material(1)}")


@guesses
@given(plain=some.binary(max_size=5000), place=texts)
def test_what_was_sealed_opens_at_its_place(plain: bytes, place: str) -> None:
    sealed = RING.seal(plain, place)
    assert RING.open(sealed, place) == plain
    assert len(plain) < 8 or plain not in sealed


@guesses
@given(plain=some.binary(max_size=60), place=texts, elsewhere=texts)
def test_it_opens_at_no_other_place(plain: bytes, place: str, elsewhere: str) -> None:
    if place != elsewhere:
        with pytest.raises(Unreadable):
            RING.open(RING.seal(plain, place), elsewhere)


@guesses
@given(plain=some.binary(max_size=60), data=some.data())
def test_one_flipped_bit_is_refused_wherever_it_is(plain: bytes, data: Any) -> None:
    sealed = bytearray(RING.seal(plain, PLACE))
    bit = data.draw(some.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        RING.open(bytes(sealed), PLACE)


@guesses
@given(plain=some.binary(max_size=60), data=some.data())
def test_a_value_cut_short_or_lengthened_is_refused(plain: bytes, data: Any) -> None:
    sealed = RING.seal(plain, PLACE)
    for wrong in (sealed[: data.draw(some.integers(0, len(sealed) - 1))], sealed + b"\0"):
        with pytest.raises(Unreadable):
            RING.open(wrong, PLACE)


@guesses
@given(junk=some.binary(max_size=200))
def test_junk_is_refused_in_words(junk: bytes) -> None:
    with pytest.raises(Unreadable):
        RING.open(junk, PLACE)


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert len({RING.seal(b"9901015705680100", PLACE) for _ in range(100)}) == 100


# --- Several keys --------------------------------------------------------------------------------------------------
def test_an_old_key_still_opens_and_the_first_one_seals() -> None:
    old, both = KeyRing(f"k1:{material(1)}"), KeyRing(f"k2:{material(2)}, k1:{material(1)}")
    sealed = old.seal(b"lama", PLACE)
    assert both.open(sealed, PLACE) == b"lama"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(b"baru", PLACE))


def test_a_key_that_was_taken_away_is_named() -> None:
    with pytest.raises(Unreadable, match="No key 'k1'"):
        KeyRing(f"k2:{material(2)}").open(RING.seal(b"lama", PLACE), PLACE)


def test_a_key_of_the_same_name_but_other_bytes_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        KeyRing(f"k1:{material(9)}").open(RING.seal(b"lama", PLACE), PLACE)


def test_a_key_without_a_name_is_the_first() -> None:
    assert KeyRing(material(1)).open(RING.seal(b"x", PLACE), PLACE) == b"x"


@pytest.mark.parametrize(
    "configured",
    [
        f"k1:{material(1)},k1:{material(2)}",
        f"toolong:{material(1)}",
        f"k-1:{material(1)}",
        f"ké:{material(1)}",
        f"k1:{base64.b64encode(b'short').decode()}",
        "k1:",
        "k1:not base64 at all!",
        "",
    ],
)
def test_a_ring_that_is_wrongly_configured_is_refused_in_words(configured: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        KeyRing(configured)


def test_the_ring_follows_the_settings(settings: Any) -> None:
    settings.DATA_KEYS = f"neu:{material(3)}"
    assert ring().current == b"neu "


# --- Derived keys and blind indexes --------------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", ["", "YWJj", "not base64!", base64.b64encode(bytes(31)).decode(), "ключ"])
def test_a_secret_too_short_or_no_base64_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        key_bytes(wrong, "links")


def test_each_purpose_has_a_key_of_its_own() -> None:
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    found = {derived_key(secret, purpose) for purpose in ("links", "audit chain", "blind index", "data at rest")}
    assert len(found) == 4
    assert base64.b64decode(secret) not in found


def test_a_blind_index_finds_by_equality_and_tells_nothing() -> None:
    assert blind_index("nik", "9901015705680100") == blind_index("nik", "9901015705680100")
    assert blind_index("nik", "9901015705680100") != blind_index("nik", "9901015705680101")
    assert b"9901" not in blind_index("nik", "9901015705680100")


def test_a_blind_index_of_one_kind_finds_nothing_of_another(settings: Any) -> None:
    before = blind_index("nik", "1")
    assert before != blind_index("employee-number", "1")
    settings.INDEX_KEY = material(5)
    assert blind_index("nik", "1") != before
