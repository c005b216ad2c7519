"""The key an authority signs with, wherever it lies: given by the operator, in a store, or lent for a rehearsal.

Whoever signs asks here and gets an object that signs as ``cryptography``'s own private keys do. A key inside a hardware
module (PKCS#11) is a class that does so and a :class:`KeyStore` that finds it (docs/certificates.md).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from passphrase.authority import Unavailable, key_files
from passphrase.authority.key_files import SigningKey
from passphrase.models import CertificateAuthority

STORES = {"files": "passphrase.authority.keys.Files"}
SMALLEST_RSA = 3072
_PEM = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)


class KeyStore(Protocol):
    """Keeps authorities' keys by the authorities' ids."""

    def make(self, authority_id: UUID) -> SigningKey:
        """A fresh key, kept for good when this returns."""

    def has(self, authority_id: UUID) -> bool:
        """Whether this machine can sign for that authority; asked often, so without opening anything."""

    def find(self, authority_id: UUID) -> SigningKey:
        """The key; raises :class:`passphrase.authority.Unavailable` with a way out."""

    def place(self, authority_id: UUID) -> str:
        """Where it lies, for whoever looks after it."""


class Files:
    """Encrypted files under ``TTE_VAR/authority``."""

    def make(self, authority_id: UUID) -> SigningKey:
        # P-384: above the holders' P-256, and an ECDSA signature costs 0.4 ms where RSA-4096 would cost ten times that.
        key = ec.generate_private_key(ec.SECP384R1())
        key_files.write(authority_id, key)
        return key

    def has(self, authority_id: UUID) -> bool:
        return key_files.path_of(authority_id).exists()

    def find(self, authority_id: UUID) -> SigningKey:
        return key_files.read(authority_id)

    def place(self, authority_id: UUID) -> str:
        return str(key_files.path_of(authority_id))


def store() -> KeyStore:
    """Where this portal keeps keys."""
    wanted = str(settings.AUTHORITY_KEYS)
    made: KeyStore = import_string(STORES.get(wanted, wanted))()
    return made


_lent: ContextVar[dict[UUID, SigningKey] | None] = ContextVar("lent", default=None)


@contextmanager
def lent() -> Iterator[None]:
    """Until the end of the block, keys that are made are kept nowhere but in this thread's memory."""
    before = _lent.set({})
    try:
        yield
    finally:
        _lent.reset(before)


def make(authority_id: UUID, *, issuing: bool) -> SigningKey:
    """The key of an authority that is being made; an issuing one takes a key of the operator's that is still free."""
    lending = _lent.get()
    if lending is not None:
        lending[authority_id] = ec.generate_private_key(ec.SECP384R1())
        return lending[authority_id]
    return (_spare() if issuing else None) or store().make(authority_id)


def of(authority: CertificateAuthority) -> SigningKey:
    """The authority's key, opened once in a process's life. Raises :class:`passphrase.authority.Unavailable`."""
    lending = _lent.get() or {}
    return lending.get(authority.pk) or _opened(authority.pk, bytes(authority.der), settings.AUTHORITY_KEY)


def here(authority: CertificateAuthority) -> bool:
    """Whether this machine can sign for it."""
    return (
        authority.pk in (_lent.get() or {})
        or _given_for(bytes(authority.der), settings.AUTHORITY_KEY) is not None
        or store().has(authority.pk)
    )


def place(authority: CertificateAuthority) -> str:
    """Where its key lies, in words."""
    if _given_for(bytes(authority.der), settings.AUTHORITY_KEY) is not None:
        return "TTE_AUTHORITY_KEY"
    found = store()
    return found.place(authority.pk) + ("" if found.has(authority.pk) else " (not on this machine)")


def strangers() -> bool:
    """Whether the operator gave keys and none of them is any authority's."""
    keys = given(settings.AUTHORITY_KEY)
    return bool(keys) and _spare_of(keys) == list(keys)


@lru_cache(maxsize=16)
def _opened(authority_id: UUID, der: bytes, pem: str) -> SigningKey:
    key = _given_for(der, pem)
    if key is not None:
        return key
    if pem and not store().has(authority_id):
        raise Unavailable(
            f"TTE_AUTHORITY_KEY does not fit: none of its keys is the one of {_named(der)}, and "
            f"{store().place(authority_id)} is not on this machine. Give the key whose public half has the SHA-256 "
            f"{_fingerprint(x509.load_der_x509_certificate(der))}."
        )
    key = store().find(authority_id)
    if not fits(key, x509.load_der_x509_certificate(der)):
        raise Unavailable(f"{store().place(authority_id)} holds another key than that of {_named(der)}.")
    return key


def fits(key: SigningKey, certificate: x509.Certificate) -> bool:
    return key.public_key() == certificate.public_key()


def _named(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).subject.rfc4514_string()


def _fingerprint(certificate: x509.Certificate) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


@lru_cache(maxsize=4)
@sensitive_variables()
def given(pem: str) -> tuple[SigningKey, ...]:
    """The private keys in a PEM text, those behind TTE_AUTHORITY_PASSWORD too. Raises ``Unavailable``."""
    if not pem:
        return ()
    found = [_parsed(each[0]) for each in _PEM.finditer(pem)]
    if not found:
        raise Unavailable("TTE_AUTHORITY_KEY holds no private key in PEM.")
    return tuple(found)


@sensitive_variables()
def _parsed(text: str) -> SigningKey:
    locked = "ENCRYPTED" in text
    try:
        key = load_pem_private_key(text.encode(), settings.AUTHORITY_PASSWORD.encode() if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Without the cause: its traceback might show the text.
        why = "with TTE_AUTHORITY_PASSWORD" if locked else "as a private key in PEM"
        raise Unavailable(f"TTE_AUTHORITY_KEY cannot be read {why}.") from None
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return key
    raise Unavailable("TTE_AUTHORITY_KEY is neither P-256, P-384 nor RSA of at least 3,072 bits.")


@lru_cache(maxsize=32)
def _given_for(der: bytes, pem: str) -> SigningKey | None:
    if not pem:
        return None
    certificate = x509.load_der_x509_certificate(der)
    return next((key for key in given(pem) if fits(key, certificate)), None)


def _spare() -> SigningKey | None:
    """The first of the operator's keys that no authority has yet."""
    return next(iter(_spare_of(given(settings.AUTHORITY_KEY))), None)


def _spare_of(keys: tuple[SigningKey, ...]) -> list[SigningKey]:
    ders = CertificateAuthority.objects.values_list("der", flat=True) if keys else []
    taken = [x509.load_der_x509_certificate(bytes(der)) for der in ders]
    return [key for key in keys if not any(fits(key, each) for each in taken)]
