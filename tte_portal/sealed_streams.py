"""Large files at rest, written part by part and read chunk by chunk: never whole in anybody's memory.

A part is what one step of a long work adds. It is sealed in chunks of a megabyte, each bound to the stream, to its
part, to its number and to whether it is the part's last: none can be moved, left out or cut off. How many parts there
are stands in the row that owns the stream. One data key a stream, in the store of data keys: destroying it erases all.
"""

from collections.abc import Iterator
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tte_portal import data_keys
from tte_portal.encryption import NONCE_BYTES, Unreadable

CHUNK = 2**20
TAG_BYTES = 16
SEALED = NONCE_BYTES + CHUNK + TAG_BYTES
STORE = "sealed_streams"


def write(stream: UUID, part: int, content: bytes) -> None:
    """Keep ``content`` as this part, in place of what a killed worker may have left of it."""
    key = data_keys.find_or_make(stream)
    starts = range(0, max(len(content), 1), CHUNK)
    sealed = b"".join(
        data_keys.seal(key, content[start : start + CHUNK], _place(stream, part, number, start + CHUNK >= len(content)))
        for number, start in enumerate(starts)
    )
    store, path = storages[STORE], _path(stream, part)
    store.delete(path)
    saved = store.save(path, ContentFile(sealed))
    if saved != path:
        # Another has written it meanwhile; the row's lock lets only one of the two come to its end.
        store.delete(saved)
        raise OSError(f"Part {part} of {stream} is being written by another.")


def read(stream: UUID, parts: int) -> Iterator[bytes]:
    """The content, a chunk at a time; raises :class:`tte_portal.data_keys.Erased` or :class:`Unreadable` on the way."""
    key = data_keys.find(stream)
    for part in range(parts):
        try:
            with storages[STORE].open(_path(stream, part)) as stored:
                number, sealed = 0, stored.read(SEALED)
                while sealed:
                    following = stored.read(SEALED)
                    yield data_keys.unseal(key, sealed, _place(stream, part, number, not following))
                    number, sealed = number + 1, following
        except FileNotFoundError as error:
            raise data_keys.Erased(f"Part {part} of {stream} is gone.") from error
        if not number:
            raise Unreadable(f"Part {part} of {stream} is empty.")


def erase(stream: UUID) -> None:
    """The key first: without it nothing can be read that is still there. May be done again."""
    data_keys.destroy(stream)
    store = storages[STORE]
    folder = _folder(stream)
    if store.exists(folder):
        for name in store.listdir(folder)[1]:
            store.delete(f"{folder}/{name}")
        store.delete(folder)


def _folder(stream: UUID) -> str:
    return f"{stream.hex[:2]}/{stream.hex}"


def _path(stream: UUID, part: int) -> str:
    return f"{_folder(stream)}/{part:06}"


def _place(stream: UUID, part: int, number: int, last: bool) -> str:
    return f"sealed_streams.{stream.hex}.{part}.{number}.{'last' if last else 'more'}"
