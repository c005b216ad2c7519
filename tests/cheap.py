"""What is dear on purpose, made cheap for tests that are about something else: password hashes, Argon2id, faces."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from enrollment import photos
from passphrase import custody
from passphrase.authority import key_files

# Hashing a password well takes longer than most tests.
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CHEAPER = 1024

_seen: dict[bytes, Any] = {}
_faces: Callable[[photos.Pixels], Any] = photos._faces


def argon2id(*, memory_cost: int, lanes: int, **more: Any) -> Argon2id:
    """A thousandth of the memory: each cost still gives a key of its own, in less than a millisecond."""
    return Argon2id(memory_cost=max(memory_cost // CHEAPER, 8 * lanes), lanes=lanes, **more)


def faces(grey: photos.Pixels) -> Any:
    """What OpenCV finds in a picture, looked for once in a run: nearly all tests hand in the same portrait."""
    name = sha256(repr(grey.shape).encode() + grey.tobytes()).digest()
    if name not in _seen:
        _seen[name] = _faces(grey)
    return _seen[name]


def derivations(patch: pytest.MonkeyPatch) -> None:
    for module in (custody, key_files):
        patch.setattr(module, "Argon2id", argon2id)
