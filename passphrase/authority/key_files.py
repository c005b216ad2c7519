"""The authority's private keys as encrypted files: Argon2id over TTE_AUTHORITY_PASSWORD, then AES-256-GCM.

Only the hosts that sign need them, and a root's file can be carried away once its issuing authority stands. A dump of
the database holds no key of the authority, not even an encrypted one (docs/decisions/0010).
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from django.conf import settings

from passphrase.authority import Unavailable
from tte_portal.encryption import NONCE_BYTES

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

FORMAT = b"TTE1"
SALT_BYTES = 16


def path_of(authority_id: UUID) -> Path:
    return Path(settings.VAR) / "authority" / f"{authority_id.hex}.key"


def write(authority_id: UUID, key: SigningKey) -> None:
    """Encrypt and keep a key, readable by the portal's user alone; it is on the disk when this returns."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = AESGCM(_file_key(salt)).encrypt(nonce, plain, FORMAT + authority_id.bytes)
    path = path_of(authority_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as file:
        file.write(FORMAT + salt + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())


# Opening costs an Argon2id: once in a process's life, not once a certificate.
@lru_cache(maxsize=8)
def read(authority_id: UUID) -> SigningKey:
    """The parsed key, kept in memory. Raises :class:`passphrase.authority.Unavailable` with a way out."""
    path = path_of(authority_id)
    try:
        found = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"The authority's key file {path.name} cannot be read here: {error.strerror}.") from error
    salt, nonce, sealed = found[4:20], found[20:32], found[32:]
    try:
        plain = AESGCM(_file_key(salt)).decrypt(nonce, sealed, FORMAT + authority_id.bytes)
    except InvalidTag as error:
        raise Unavailable(f"{path.name} does not open: TTE_AUTHORITY_PASSWORD is another, or it changed.") from error
    key = load_der_private_key(plain, None)
    if not isinstance(key, SigningKey):
        raise Unavailable(f"{path.name} holds a key of an unknown kind.")
    return key


def _file_key(salt: bytes) -> bytes:
    # One lane: with more, two threads that open a key at once never end (docs/decisions/0011).
    argon = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    return argon.derive(settings.AUTHORITY_PASSWORD.encode())
