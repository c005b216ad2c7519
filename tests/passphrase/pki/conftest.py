"""An authority with three certificates, its list and its responder out, asked over HTTP by OpenSSL."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from passphrase.authority import Issued
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.models import CertificateAuthority
from passphrase.pki import responder, upkeep
from tests.passphrase.test_authority import AYU, csr

OpenSsl = Callable[..., str]


@pytest.fixture
def authority(certificate_authority: CertificateAuthority) -> CertificateAuthority:
    responder._kept.clear()
    upkeep.keep_up()
    return certificate_authority


def certify() -> x509.Certificate:
    answer = EmbeddedAuthority().submit(csr(), AYU, uuid4())
    assert isinstance(answer, Issued)
    return x509.load_der_x509_certificate(answer.certificate)


def serial_of(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:X}"


def as_pem(*certificates: bytes) -> str:
    return "".join(x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM).decode() for each in certificates)


@pytest.fixture
def openssl(tmp_path: Path, authority: CertificateAuthority) -> OpenSsl:
    """Run OpenSSL in a folder with issuing.pem and root.pem; more files are given by name. Returns all it says."""
    assert authority.parent is not None
    (tmp_path / "issuing.pem").write_text(as_pem(bytes(authority.der)))
    (tmp_path / "root.pem").write_text(as_pem(bytes(authority.parent.der)))

    def run(*words: str, **files: bytes) -> str:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(content)
        done = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    return run
