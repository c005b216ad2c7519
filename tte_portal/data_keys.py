"""Data keys: one for each file and each person, wrapped, in a store of their own. Destroying one erases what it sealed.

The store (``STORAGES["data_keys"]``) has its own, shorter backups: that is what makes an erasure reach the long
backups of the database and of the files (UU 27/2022 on erasure).
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from tte_portal.encryption import NONCE_BYTES, Unreadable, ring

# Hundredths of a second that writing a key's file may take.
WRITTEN_WITHIN = 200


class Erased(Unreadable):
    """The data key was destroyed: what it sealed cannot be read by anybody any more."""


def _path(owner: UUID, key_id: bytes) -> str:
    # The wrapping key stands in the name: a rotation writes the new file before it removes the old one.
    return f"{owner.hex[:2]}/{owner.hex}.{key_id.decode().strip()}"


def make(owner: UUID) -> AESGCM:
    """A new data key for ``owner``, written to the key store before anything is sealed with it."""
    key = secrets.token_bytes(32)
    # Whoever was first has made the owner's key: two would leave half of what they seal unreadable.
    return AESGCM(key) if _write(owner, key) else find(owner)


def _write(owner: UUID, key: bytes) -> bool:
    """``False`` when the file was there already: the store then saves under another name, which nobody would find."""
    store, path = storages["data_keys"], _path(owner, ring().current)
    saved = store.save(path, ContentFile(ring().seal(key, f"data_keys.{owner.hex}")))
    if saved != path:
        store.delete(saved)
    return bool(saved == path)


def find(owner: UUID) -> AESGCM:
    """The data key of ``owner``; raises :class:`Erased` when there is none (any more)."""
    return AESGCM(_read(owner))


def _read(owner: UUID) -> bytes:
    # Twice: a rotation may move the key between the look under its new name and the one under its old.
    for key_id in ring().ids * 2:
        try:
            return ring().open(_whole(_path(owner, key_id)), f"data_keys.{owner.hex}")
        except FileNotFoundError:
            continue
    raise Erased(f"No data key for {owner}.")


def _whole(path: str) -> bytes:
    """A key's file, to its end: somebody who makes the key at this moment may not have written it all yet."""
    length = len(ring().seal(bytes(32), ""))
    for _ in range(WRITTEN_WITHIN):
        with storages["data_keys"].open(path) as stored:
            content: bytes = stored.read()
        if len(content) >= length:
            break
        time.sleep(0.01)
    return content


def find_or_make(owner: UUID) -> AESGCM:
    try:
        return find(owner)
    except Erased:
        return make(owner)


def destroy(owner: UUID) -> None:
    """Erase for good all that was sealed with this key."""
    # The current name last: a rotation that runs meanwhile writes it, and takes it back when the old one has gone.
    for key_id in reversed(ring().ids):
        storages["data_keys"].delete(_path(owner, key_id))


def rotate_all() -> int:
    """Wrap every key anew with the ring's current key, while others read; returns how many were."""
    store, current = storages["data_keys"], ring().current.decode().strip()
    older = {key_id.decode().strip() for key_id in ring().ids} - {current}
    done = 0
    with _alone():
        for folder in store.listdir("")[0] if store.exists("") else ():
            for name in store.listdir(folder)[1]:
                owner, _, key_id = name.partition(".")
                if key_id in older:
                    done += _rewrap(UUID(owner), f"{folder}/{name}")
    return done


@contextmanager
def _alone() -> Iterator[None]:
    """One rotation at a time: only so is an old file that has gone a destroyed one (see :func:`_rewrap`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('rotation of data keys'))")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('rotation of data keys'))")


def _rewrap(owner: UUID, old: str) -> bool:
    store, fresh = storages["data_keys"], _path(owner, ring().current)
    try:
        if not store.exists(fresh):
            _write(owner, _read(owner))
    except Erased:
        return False
    if not store.exists(old):
        # Destroyed while it was copied: an erased key must not come back.
        store.delete(fresh)
        return False
    store.delete(old)
    return True


def seal(key: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, place.encode())


def unseal(key: AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except InvalidTag as error:
        raise Unreadable(f"What lies at {place} does not belong there or was changed.") from error
