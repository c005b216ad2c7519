"""A stream is read as it was written, or not at all."""

import uuid
from pathlib import Path

import pytest
from django.conf import settings

from tte_portal import data_keys, sealed_streams
from tte_portal.encryption import Unreadable

CHUNK = sealed_streams.CHUNK


def paths(stream: uuid.UUID) -> list[Path]:
    return sorted((settings.VAR / "exports" / stream.hex[:2] / stream.hex).iterdir())


@pytest.fixture
def stream() -> uuid.UUID:
    return uuid.uuid4()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_is_read_as_it_was_written(stream: uuid.UUID, size: int) -> None:
    parts = [bytes(index % 251 for index in range(size)), b"dan lagi"]
    for number, part in enumerate(parts):
        sealed_streams.write(stream, number, part)

    chunks = list(sealed_streams.read(stream, 2))

    assert b"".join(chunks) == b"".join(parts)
    assert max(map(len, chunks)) <= CHUNK
    sealed_streams.erase(stream)


def test_a_part_written_again_takes_the_place_of_the_first(stream: uuid.UUID) -> None:
    sealed_streams.write(stream, 0, b"setengah")
    sealed_streams.write(stream, 0, b"seluruhnya")

    assert b"".join(sealed_streams.read(stream, 1)) == b"seluruhnya"


@pytest.mark.parametrize("harm", ["cut", "swap chunks", "swap parts", "flip", "drop a chunk", "empty"])
def test_what_was_changed_is_not_read(stream: uuid.UUID, harm: str) -> None:
    sealed_streams.write(stream, 0, b"a" * CHUNK * 2)
    sealed_streams.write(stream, 1, b"b" * CHUNK * 2)
    first, second = paths(stream)
    whole, size = first.read_bytes(), sealed_streams.SEALED
    changed = {
        "cut": whole[:size], "swap chunks": whole[size:] + whole[:size], "swap parts": second.read_bytes(),
        "flip": whole[:50] + bytes([whole[50] ^ 1]) + whole[51:], "drop a chunk": whole[size:], "empty": b"",
    }  # fmt: skip
    first.write_bytes(changed[harm])

    with pytest.raises(Unreadable):
        list(sealed_streams.read(stream, 2))


def test_another_streams_part_does_not_open(stream: uuid.UUID) -> None:
    other = uuid.uuid4()
    sealed_streams.write(stream, 0, b"satu")
    sealed_streams.write(other, 0, b"dua")
    paths(stream)[0].write_bytes(paths(other)[0].read_bytes())

    with pytest.raises(Unreadable):
        list(sealed_streams.read(stream, 1))


def test_erasing_leaves_neither_key_nor_content(stream: uuid.UUID) -> None:
    sealed_streams.write(stream, 0, b"rahasia")
    sealed_streams.erase(stream)
    sealed_streams.erase(stream)

    with pytest.raises(data_keys.Erased):
        next(sealed_streams.read(stream, 1))
    assert not (settings.VAR / "exports" / stream.hex[:2] / stream.hex).exists()
