"""AES-256-GCM with a key ring, bound to the place a value stands in, and keyed blind indexes for look-ups."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class Unreadable(Exception):
    """A ciphertext was changed, moved to another place, or its key is gone."""


def key_bytes(material: str, purpose: str) -> bytes:
    """32 bytes derived (HKDF-SHA256) from a configured secret for one purpose alone."""
    try:
        raw = base64.b64decode(material, validate=True)
    except ValueError:
        raw = b""
    if len(raw) < 32:
        raise ImproperlyConfigured(f"The secret for {purpose} must be at least 32 bytes, in base64.")
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(raw)


class KeyRing:
    """Several keys by id: the first encrypts, all decrypt, so a key can be changed while the portal runs."""

    def __init__(self, configured: str) -> None:
        self._ciphers: dict[bytes, AESGCM] = {}
        for entry in configured.split(","):
            name, _, material = entry.strip().rpartition(":")
            key_id = (name or "k1").encode().ljust(KEY_ID_BYTES)
            if len(key_id) != KEY_ID_BYTES or key_id in self._ciphers or not key_id.strip().isalnum():
                raise ImproperlyConfigured("TTE_DATA_KEYS: each key needs its own id of 1 to 4 letters or digits.")
            self._ciphers[key_id] = AESGCM(key_bytes(material, "data at rest"))
        self.ids = list(self._ciphers)
        self.current = self.ids[0]

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt ``plain`` for ``place`` ("table.column.row"): it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, plain, place.encode())
        return FORMAT + self.current + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt; raises :class:`Unreadable` when anything but the whole right value at its place is given."""
        key_id, nonce, body = _parts(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Unreadable(f"No key {key_id.decode(errors='replace').strip()!r} in TTE_DATA_KEYS.")
        try:
            return cipher.decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise Unreadable(f"The value at {place} does not belong there or was changed.") from error

    def is_current(self, sealed: bytes) -> bool:
        return _parts(sealed)[0] == self.current


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    start = 1 + KEY_ID_BYTES
    if sealed[:1] != FORMAT or len(sealed) < start + NONCE_BYTES + 16:
        raise Unreadable("Not a sealed value.")
    return sealed[1:start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]


@lru_cache(maxsize=4)
def _ring(configured: str) -> KeyRing:
    return KeyRing(configured)


def ring() -> KeyRing:
    return _ring(settings.DATA_KEYS)


@lru_cache(maxsize=16)
def derived_key(material: str, purpose: str) -> bytes:
    return key_bytes(material, purpose)


def blind_index(kind: str, value: str) -> bytes:
    """32 bytes that find an encrypted value by equality without telling it (HMAC-SHA256 under a key of its own)."""
    key = derived_key(settings.INDEX_KEY, "blind index")
    return hmac.digest(key, f"{kind}:{value}".encode(), hashlib.sha256)
