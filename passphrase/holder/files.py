"""A certificate as files: PEM with its chain, DER, and PKCS#12 with the holder's key under a password.

The PKCS#12 is sealed as of today (PBES2 with AES-256, PBKDF2 over SHA-256), and its MAC is counted as slowly as its
keys are: whoever guesses the password tries the quickest of them, and the library's own MAC counts 2,048 times.
"""

import hashlib
import hmac
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from django.http import HttpResponse
from django.views.decorators.debug import sensitive_variables

from passphrase.asn1 import core
from passphrase.asn1 import pkcs12 as asn1
from passphrase.custody import PrivateKey
from passphrase.models import Certificate

PEM_TYPE, DER_TYPE, PKCS12_TYPE = "application/x-pem-file", "application/pkix-cert", "application/x-pkcs12"
# Three derivations a file; Windows refuses one that asks for more than 600,000 rounds in all.
ROUNDS = 150_000
SALT_BYTES = 16


def as_pem(certificate: Certificate) -> HttpResponse:
    """The certificate and those above it. Nothing in it must be kept secret."""
    return _saved(certificate, "pem", PEM_TYPE, (certificate.pem + certificate.chain).encode())


def as_der(certificate: Certificate) -> HttpResponse:
    """The certificate alone, for programs that read no text."""
    return _saved(certificate, "cer", DER_TYPE, bytes(certificate.der))


@sensitive_variables()
def as_pkcs12(certificate: Certificate, content: bytes) -> HttpResponse:
    return _saved(certificate, "p12", PKCS12_TYPE, content)


@sensitive_variables()
def _saved(certificate: Certificate, ending: str, kind: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = f"sertifikat-{certificate.application.receipt}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@sensitive_variables()
def sealed_with_key(certificate: Certificate, key: PrivateKey, password: str) -> bytes:
    """The certificate, its chain and its key under ``password`` (ASCII); a tenth of a second of a processor."""
    own = x509.load_der_x509_certificate(bytes(certificate.der))
    above = x509.load_pem_x509_certificates(certificate.chain.encode())
    sealing = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode("ascii"))
    )
    name = certificate.common_name.encode()
    return _with_slow_mac(pkcs12.serialize_key_and_certificates(name, key, own, above, sealing), password)


@sensitive_variables()
def _with_slow_mac(file: bytes, password: str) -> bytes:
    found = asn1.Pfx.load(file)
    salt = secrets.token_bytes(SALT_BYTES)
    content = found["auth_safe"]["content"].native
    digest = hmac.digest(_mac_key(password, salt), content, hashlib.sha256)
    found["mac_data"] = {
        "mac": {"digest_algorithm": {"algorithm": "sha256", "parameters": core.Null()}, "digest": digest},
        "mac_salt": salt,
        "iterations": ROUNDS,
    }
    sealed: bytes = found.dump()
    return sealed


@sensitive_variables()
def _mac_key(password: str, salt: bytes) -> bytes:
    """RFC 7292, appendix B.2, for the 32 bytes that SHA-256 yields at once: no second block is needed."""
    block, purpose = 64, b"\x03"
    secret = password.encode("utf-16-be") + b"\0\0"
    found = purpose * block + _filled(salt, block) + _filled(secret, block)
    for _ in range(ROUNDS):
        found = hashlib.sha256(found).digest()
    return found


@sensitive_variables()
def _filled(text: bytes, block: int) -> bytes:
    """Repeated to the next whole block."""
    length = block * -(-len(text) // block)
    return (text * (length // len(text) + 1))[:length]
