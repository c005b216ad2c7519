"""Key custody: a holder's private key is wrapped under the passphrase and a server key, and opened at ten guesses.

Wrapping key = Argon2id(passphrase, salt, secret = pepper), 64 MiB, 3 passes, 1 lane (docs/decisions/0011). The pepper
lies outside the database: whoever steals the tables alone cannot even begin to guess. Argon2id never runs inside a
transaction, so no row stays locked while a processor works.
"""

import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models.functions import Now
from django.views.decorators.debug import sensitive_variables

from passphrase.models import SigningKey
from tte_portal.encryption import NONCE_BYTES, Unreadable, derived_key

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

MEMORY_KIB = 64 * 1024
ITERATIONS = 3
# More lanes run on OpenSSL's thread pool, where two derivations at once wait for each other for ever: tried and seen.
LANES = 1
SALT_BYTES = 16
MAX_GUESSES = 10
LOCKED_FOR = timedelta(hours=1)


class NoKey(Exception):
    """There is no living key: none was made, or it was destroyed."""


class Locked(Exception):
    """Too many wrong guesses; ``until`` is when the next one counts again."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(until)
        self.until = until


class WrongPassphrase(Exception):
    """The passphrase does not open the key; ``tries_left`` guesses remain before it locks."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


@dataclass(frozen=True)
class NewKey:
    """A key pair on its way into the database: the row to save, and a request signed with the key."""

    row: SigningKey
    csr: bytes


@dataclass(frozen=True)
class Rewrapped:
    """The same key under another passphrase, on its way into the database; ``before``: what it is to replace there."""

    row: SigningKey
    before: bytes


@sensitive_variables()
def make(application_id: UUID, passphrase: str) -> NewKey:
    """A new key pair, wrapped under the passphrase (some 150 ms of one processor), and its certificate request.

    Writes nothing: the caller saves the row in the transaction that also changes the application.
    """
    algorithm, private_key = _generate()
    public_key = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    row = SigningKey(id=uuid.uuid4(), application_id=application_id, algorithm=algorithm, public_key=public_key)
    _wrap(row, private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), passphrase)
    # The subject stays empty: subject and extensions are the authority's to write, never the request's.
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(private_key, hashes.SHA256())
    return NewKey(row, request.public_bytes(Encoding.DER))


@sensitive_variables()
def open_key(application_id: UUID, passphrase: str) -> PrivateKey:
    """The holder's private key. Raises :class:`WrongPassphrase`, :class:`Locked`, :class:`NoKey` or ``Unreadable``.

    Each guess is counted and committed before it is tried, so neither a crash nor a hundred guesses at once win more
    than ten. Must not run inside a transaction.
    """
    row = _living_key(application_id)
    private_key = load_der_private_key(_unwrapped(row, passphrase), None)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Unreadable(f"Key {row.pk} is of an unknown kind.")
    return private_key


@sensitive_variables()
def rewrap(application_id: UUID, old: str, new: str) -> Rewrapped:
    """The same key under ``new``, with a salt and a nonce of its own and today's cost. Raises as :func:`open_key`,
    and counts like it.

    Writes nothing but the guess: the caller puts it :func:`in_place` in the transaction that tells of the change.
    """
    row = _living_key(application_id)
    before = bytes(row.wrapped)
    _wrap(row, _unwrapped(row, old), new)
    return Rewrapped(row, before)


def in_place(made: Rewrapped) -> bool:
    """Replace the wrapped key, in one statement: it opens under the old passphrase or under the new one, never under
    none. ``False`` when it was changed or destroyed since it was read; nothing is done then."""
    unchanged = SigningKey.objects.filter(pk=made.row.pk, wrapped=made.before, destroyed_at=None)
    row = made.row
    replaced = unchanged.update(
        wrapped=row.wrapped, salt=row.salt, memory_kib=row.memory_kib, iterations=row.iterations, lanes=row.lanes
    )
    return replaced == 1


def locked_until(application_id: UUID) -> datetime | None:
    """When the lock ends by itself; ``None`` when there is none now."""
    locked = SigningKey.objects.filter(application_id=application_id, destroyed_at=None, locked_until__gt=Now())
    return locked.values_list("locked_until", flat=True).first()


def lift_lock(application_id: UUID) -> bool:
    """End a lock before its time; ten guesses count anew. ``False`` when there is none (any more)."""
    locked = SigningKey.objects.filter(application_id=application_id, destroyed_at=None, locked_until__gt=Now())
    return locked.update(guesses=0, locked_until=None) == 1


def destroy(application_id: UUID) -> None:
    """Make the application's key unusable for good; the public half stays for what was signed with it."""
    living = SigningKey.objects.filter(application_id=application_id, destroyed_at=None)
    living.update(wrapped=b"", salt=b"", destroyed_at=Now())


def _generate() -> tuple[str, PrivateKey]:
    algorithm: str = getattr(settings, "SIGNING_KEY_ALGORITHM", "P-256")
    match algorithm:
        case "P-256":
            return algorithm, ec.generate_private_key(ec.SECP256R1())
        case "RSA-3072":
            return algorithm, rsa.generate_private_key(65537, 3072)
        case _:
            raise ImproperlyConfigured(f"SIGNING_KEY_ALGORITHM must be P-256 or RSA-3072, not {algorithm!r}.")


@sensitive_variables()
def _wrap(row: SigningKey, plain: bytes, passphrase: str) -> None:
    """Give the row a wrapped key: a salt and a nonce of its own, and today's cost."""
    row.salt = secrets.token_bytes(SALT_BYTES)
    row.memory_kib, row.iterations, row.lanes = MEMORY_KIB, ITERATIONS, LANES
    nonce = secrets.token_bytes(NONCE_BYTES)
    row.wrapped = nonce + AESGCM(_wrapping_key(row, passphrase)).encrypt(nonce, plain, _place(row))


@sensitive_variables()
def _unwrapped(row: SigningKey, passphrase: str) -> bytes:
    """The key in the clear. The guess is counted first, and forgiven when it was right."""
    guesses = _count_guess(row)
    try:
        wrapped = bytes(row.wrapped)
        cipher = AESGCM(_wrapping_key(row, passphrase))
        plain = cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _place(row))
    except InvalidTag:
        raise WrongPassphrase(max(MAX_GUESSES - guesses, 0)) from None
    SigningKey.objects.filter(pk=row.pk).update(guesses=0, locked_until=None)
    return plain


@sensitive_variables()
def _wrapping_key(row: SigningKey, passphrase: str) -> bytes:
    pepper = derived_key(settings.SIGNING_KEY_PEPPER, "signing keys")
    argon = Argon2id(
        salt=bytes(row.salt), length=32, iterations=row.iterations, lanes=row.lanes, memory_cost=row.memory_kib,
        secret=pepper,
    )  # fmt: skip
    # One keyboard sends é as one sign, another as two: both are the same passphrase.
    return argon.derive(unicodedata.normalize("NFC", passphrase).encode())


def _place(row: SigningKey) -> bytes:
    """What the ciphertext is bound to: this row, this application, this public key, this cost."""
    public = hashes.Hash(hashes.SHA256())
    public.update(bytes(row.public_key))
    cost = f"{row.memory_kib}.{row.iterations}.{row.lanes}"
    return f"passphrase_signingkey.wrapped.{row.pk}.{row.application_id}.{cost}".encode() + public.finalize()


def _living_key(application_id: UUID) -> SigningKey:
    row = SigningKey.objects.filter(application_id=application_id, destroyed_at=None).first()
    if row is None:
        raise NoKey
    return row


# The lock is set with the tenth guess, before it is tried, and lifted when that one is right.
_COUNT = """
UPDATE passphrase_signingkey SET
    guesses = CASE WHEN locked_until IS NULL THEN guesses + 1 ELSE 1 END,
    locked_until = CASE WHEN locked_until IS NULL AND guesses + 1 >= %s
        THEN clock_timestamp() + make_interval(secs => %s) END
WHERE id = %s AND (locked_until IS NULL OR locked_until <= clock_timestamp())
RETURNING guesses
"""


def _count_guess(row: SigningKey) -> int:
    # Durable: a caller's rollback must not give the guess back.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, [MAX_GUESSES, LOCKED_FOR.total_seconds(), row.pk])
        counted = cursor.fetchone()
    if counted is None:
        raise Locked(row.locked_until)
    return int(counted[0])
