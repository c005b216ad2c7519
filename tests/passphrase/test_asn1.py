"""What was read comes out as it went in, whatever its length; only an indefinite length is written as a given one."""

import pytest

from passphrase.asn1 import core, has_given_length


class Pair(core.Sequence):  # type: ignore[misc]
    _fields = [("first", core.OctetString), ("second", core.OctetString)]


class Pairs(core.SequenceOf):  # type: ignore[misc]
    _child_spec = Pair


# Lengths in more bytes than they need, so that it shows when something is encoded anew.
LOOSE = bytes.fromhex("04 81 02 AABB")


def long(tag: str, content: bytes) -> bytes:
    """With its length in two bytes."""
    return bytes.fromhex(tag) + b"\x82" + len(content).to_bytes(2, "big") + content


@pytest.mark.parametrize("size", [0x0180, 0x0280, 0x0B80])
@pytest.mark.parametrize("kind", [Pair, Pairs, core.OctetString])
def test_what_was_read_is_not_encoded_anew(kind: type[core.Asn1Value], size: int) -> None:
    rest = size - len(LOOSE) - 4
    pair = LOOSE + long("04", bytes(rest))
    der = {
        Pair: long("30", pair),
        Pairs: long("30", long("30", LOOSE + long("04", bytes(rest - 4)))),
        core.OctetString: long("04", bytes(size)),
    }[kind]
    read = kind.load(der)
    assert read._header[-1] == 0x80
    assert read.dump() == der


def test_what_was_changed_is_encoded_anew() -> None:
    read = Pair.load(long("30", LOOSE + long("04", bytes(0x0180 - len(LOOSE) - 4))))
    read["second"] = b"\xcc"
    assert read.dump() == bytes.fromhex("30 08 0481 02AABB 0401CC")


def test_an_indefinite_length_is_written_as_a_given_one() -> None:
    assert Pair.load(bytes.fromhex("30 80 0401AA 0401BB 0000")).dump() == bytes.fromhex("30 06 0401AA 0401BB")


@pytest.mark.parametrize(
    ("header", "given"),
    [
        ("3080", False), ("308180", True), ("30820B80", True), ("1F810080", False), ("1F8180018180", True),
        ("A0820B8430820B80", True), ("A0820B8430 80", False), ("30 05", True),
    ],
)  # fmt: skip
def test_where_a_length_is_given(header: str, given: bool) -> None:
    assert has_given_length(bytes.fromhex(header)) is given
