"""The embedded authority: a thin CA for pilots, training and internal use (PP 71/2019 art. 63 asks for a PSrE).

Serial and times are reserved in its ledger, committed, before anything is signed; the certificate is linted under a
throw-away signature; and what the ledger holds for a key is the only certificate ever given out for it.
"""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction

from passphrase import lint
from passphrase.authority import Answer, Issued, Pending, Profile, Rejected, Unavailable, entries, keys, ledger
from passphrase.authority.certificates import ORGANIZATION, digest_for
from passphrase.authority.entries import Entry
from passphrase.authority.key_files import SigningKey
from passphrase.authority.profile import holder_certificate
from passphrase.models import CertificateAuthority


class EmbeddedAuthority:
    """Signs within the call: ``submit`` issues or rejects at once."""

    name = ORGANIZATION
    holds_keys = True

    def submit(self, csr: bytes, profile: Profile, idempotency_key: UUID) -> Answer:
        try:
            public_key = checked_key(csr)
        except _Refused as refused:
            return Rejected(str(refused))
        with transaction.atomic(durable=True):
            # Raises within a transaction: what can still be undone reserves nothing.
            pass
        csr_hash = hashlib.sha256(csr).digest()
        entry = reserve(idempotency_key, csr_hash)
        if entry.csr_hash != csr_hash:
            return Rejected("The idempotency key was used for another request.")
        return _answer(signed(entry, profile, public_key)) or Pending()

    def poll(self, idempotency_key: UUID) -> Answer | None:
        entry = entries.find(idempotency_key)
        return None if entry is None else _answer(entry)

    def revoke(self, serial: str, reason: str) -> bool:
        return ledger.revoke(serial, reason)

    def resume(self, serial: str) -> bool:
        return ledger.resume(serial)


class _Refused(Exception):
    """The request is not one that can be signed, now or later."""


EcKey = ec.EllipticCurvePrivateKey
HolderKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def checked_key(csr: bytes) -> HolderKey:
    """The request's public key: proven to be the sender's by the request's signature, and strong enough."""
    try:
        request = x509.load_der_x509_csr(csr)
        proven, key = request.is_signature_valid, request.public_key()
    except Exception as error:
        raise _Refused("The request cannot be read.") from error
    if not proven:
        raise _Refused("The request's signature is not its own key's.")
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 3072:
        return key
    raise _Refused("The request's key is neither P-256, P-384 nor RSA of at least 3,072 bits.")


def reserve(idempotency_key: UUID, csr_hash: bytes) -> Entry:
    """The ledger's entry of this key, with serial and time: on record before anything is signed."""
    # 159 random bits, never zero or negative (RFC 5280, 4.1.2.2).
    entry = entries.reserve(idempotency_key, f"{x509.random_serial_number():X}", csr_hash)
    if entry is None:
        raise Unavailable("There is no authority yet: run 'manage.py authority create'.")
    return entry


def signed(entry: Entry, profile: Profile, public_key: HolderKey) -> Entry:
    """The entry with its certificate or refusal, made now unless it has one.

    Several at once each sign the same; the first to write it down is the one whose certificate there is.
    """
    return entry if entry.der is not None or entry.refusal else _sign(entry, profile, public_key)


def _sign(entry: Entry, profile: Profile, public_key: HolderKey) -> Entry:
    """Lint, sign and write down; a refusal is written down as well, so that it stays one."""
    authority = _authority(entry.authority_id)
    not_before: datetime = entry.reserved_at.astimezone(UTC).replace(microsecond=0)
    # Opened once in a process's life, for it costs an Argon2id.
    key, issuer = keys.of(authority), _parsed(bytes(authority.der))
    try:
        builder = holder_certificate(profile, public_key, issuer, authority.slug, int(entry.serial, 16), not_before)
        made = _sign_linted(builder, key, issuer)
    except (ValueError, _Refused) as error:
        return entries.fill(entry, refusal=str(error)[:300])
    der = made.public_bytes(Encoding.DER)
    return entries.fill(entry, der=der, ends=made.not_valid_after_utc)


@lru_cache(maxsize=16)
def _authority(authority_id: UUID) -> CertificateAuthority:
    """Kept for what never changes of an authority: its certificate, its name in addresses, those above it."""
    return CertificateAuthority.objects.select_related("parent").get(pk=authority_id)


@lru_cache(maxsize=16)
def _parsed(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def _sign_linted(builder: x509.CertificateBuilder, key: SigningKey, issuer: x509.Certificate) -> x509.Certificate:
    # Same algorithm, same hash, a key nobody trusts: all but the signature is what will be signed.
    draft = builder.sign(_nobodys_key(key.curve.name if isinstance(key, EcKey) else "RSA"), digest_for(key))
    if draft.not_valid_after_utc > issuer.not_valid_after_utc:
        raise _Refused("The certificate would outlive its issuer.")
    if faults := lint.faults(draft.public_bytes(Encoding.DER)):
        raise _Refused(f"The linter objects: {'; '.join(faults)}")
    certificate = builder.sign(key, digest_for(key))
    if certificate.tbs_certificate_bytes != draft.tbs_certificate_bytes:
        raise _Refused("What was to be signed is not what was linted.")
    return certificate


@lru_cache(maxsize=3)
def _nobodys_key(kind: str) -> SigningKey:
    """A key for drafts: made anew in each process, and no certificate anywhere is its."""
    curves = {each.name: each for each in (ec.SECP256R1(), ec.SECP384R1())}
    return ec.generate_private_key(curves[kind]) if kind in curves else rsa.generate_private_key(65537, 2048)


def chain_of(authority: CertificateAuthority) -> tuple[bytes, ...]:
    """The authority's certificate and those above it, up to the root."""
    found, above = [bytes(authority.der)], authority.parent
    while above is not None:
        found.append(bytes(above.der))
        above = above.parent
    return tuple(found)


def _answer(entry: Entry) -> Answer | None:
    """The answer the ledger holds; none for a request that was reserved and then lost: it is to be sent again."""
    if entry.der is not None:
        return Issued(entry.der, chain_of(_authority(entry.authority_id)))
    return Rejected(entry.refusal) if entry.refusal else None
