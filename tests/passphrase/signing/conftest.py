"""Ayu's certificate and open key, and everything out that a lasting signature needs."""

from dataclasses import dataclass

import pytest

from enrollment.models import Application
from passphrase import custody
from passphrase.models import Certificate, CertificateAuthority
from passphrase.pki import responder, upkeep
from passphrase.signing import pades, samples, timestamp_keys
from passphrase.signing.keys import PrivateKey
from tests.cast import GOOD_PASSPHRASE


@dataclass(frozen=True)
class Ready:
    """What is needed to sign as Ayu."""

    application: Application
    certificate: Certificate
    key: PrivateKey
    authority: CertificateAuthority

    @property
    def root(self) -> bytes:
        assert self.authority.parent is not None
        return bytes(self.authority.parent.der)

    def evidence(self) -> pades.Evidence:
        return pades.collected(bytes(self.certificate.der), self.authority)

    def sample(self) -> bytes:
        return samples.signed(self.application, self.certificate, self.key)


@pytest.fixture
def ready(issued: Application, certificate_authority: CertificateAuthority) -> Ready:
    responder._kept.clear()
    upkeep.keep_up()
    assert timestamp_keys.renew(certificate_authority.pk)
    key = custody.open_key(issued.pk, GOOD_PASSPHRASE)
    return Ready(issued, Certificate.objects.get(application=issued), key, certificate_authority)
