"""Keys that an operator brings, and the files that tests leave behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from passphrase.authority import key_files, keys
from passphrase.pki import responder

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def as_pem(key: Key, password: str = "") -> str:
    how: KeySerializationEncryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own for key files; what processes keep in memory is forgotten."""
    settings.VAR = tmp_path
    forget()
    yield tmp_path / "authority"
    forget()


def forget() -> None:
    """As a process that has just started."""
    for cache in (key_files.read, keys._opened, keys.given, keys._given_for):
        cache.cache_clear()
    responder._kept.clear()
