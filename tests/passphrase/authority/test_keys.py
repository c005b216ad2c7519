"""Where an authority's key may lie: a file, the environment, a module that never gives it away."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.management import CommandError, call_command

from passphrase import lint
from passphrase.authority import Issued, Unavailable, ceremony, key_files, keys
from passphrase.models import CertificateAuthority, RevocationList
from passphrase.pki import upkeep
from tests.passphrase.authority.conftest import as_pem, forget
from tests.passphrase.authority.sealed import Sealed
from tests.passphrase.test_authority import submit

pytestmark = pytest.mark.django_db


def ready() -> CertificateAuthority:
    made = ceremony.perform()
    upkeep.keep_up()
    return made


def issuer_of(authority: CertificateAuthority) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(authority.der))


@pytest.mark.parametrize("kind", ["P-256", "P-384", "RSA-3072"])
def test_a_given_key_becomes_the_issuing_authoritys_and_signs_everything(
    settings: Any, folder: Path, kind: str
) -> None:
    curves: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
    key = ec.generate_private_key(curves[kind]) if kind in curves else rsa.generate_private_key(65537, 3072)
    settings.AUTHORITY_KEY = as_pem(key)

    issuing = ready()
    answer = submit()

    assert issuer_of(issuing).public_key() == key.public_key()
    assert isinstance(answer, Issued), answer
    x509.load_der_x509_certificate(answer.certificate).verify_directly_issued_by(issuer_of(issuing))
    assert [lint.faults(each) for each in (answer.certificate, *answer.chain)] == [[], [], []]
    shown = x509.load_der_x509_crl(bytes(RevocationList.objects.get(pk=issuing.pk).der))
    assert shown.is_signature_valid(key.public_key())
    # The root's key alone lies in a file.
    assert [each.name for each in folder.iterdir()] == [f"{issuing.parent_id.hex}.key" if issuing.parent_id else ""]
    assert keys.place(issuing) == "TTE_AUTHORITY_KEY"


def test_a_key_behind_the_authoritys_password_is_read_and_behind_another_is_not(settings: Any) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    settings.AUTHORITY_KEY = as_pem(key, settings.AUTHORITY_PASSWORD)
    assert isinstance(submit_after_ceremony(), Issued)

    forget()
    settings.AUTHORITY_KEY = as_pem(key, "another password")

    with pytest.raises(Unavailable, match="TTE_AUTHORITY_PASSWORD"):
        submit()


def submit_after_ceremony() -> Any:
    ready()
    return submit()


def test_a_key_that_fits_nobody_is_named_with_what_would_fit(settings: Any) -> None:
    settings.AUTHORITY_KEY = as_pem(ec.generate_private_key(ec.SECP384R1()))
    issuing = ready()
    forget()
    settings.AUTHORITY_KEY = as_pem(ec.generate_private_key(ec.SECP384R1()))

    with pytest.raises(Unavailable) as refused:
        submit()

    assert "TTE_AUTHORITY_KEY does not fit" in str(refused.value)
    assert issuer_of(issuing).subject.rfc4514_string() in str(refused.value)
    with pytest.raises(CommandError, match="TTE_AUTHORITY_KEY does not fit"):
        call_command("authority", "create")


def test_a_foreign_key_beside_a_file_that_fits_is_still_told_at_the_start(settings: Any) -> None:
    ready()
    settings.AUTHORITY_KEY = as_pem(ec.generate_private_key(ec.SECP384R1()))

    with pytest.raises(CommandError, match="none of them is any authority's"):
        call_command("authority", "create")


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        ("rubbish", "no private key in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be read"),
    ],
)
def test_what_is_no_key_is_told_without_showing_it(settings: Any, pem: str, words: str) -> None:
    settings.AUTHORITY_KEY = pem

    with pytest.raises(Unavailable, match=words) as refused:
        ceremony.perform()

    assert pem not in str(refused.value)
    assert not CertificateAuthority.objects.exists()


def test_a_weak_key_is_refused(settings: Any) -> None:
    settings.AUTHORITY_KEY = as_pem(rsa.generate_private_key(65537, 2048))

    with pytest.raises(Unavailable, match="3,072"):
        ceremony.perform()


def test_a_file_with_another_key_is_found_out(folder: Path) -> None:
    issuing = ready()
    key_files.path_of(issuing.pk).unlink()
    key_files.write(issuing.pk, ec.generate_private_key(ec.SECP384R1()))
    forget()

    with pytest.raises(Unavailable, match="holds another key"):
        submit()


class Module:
    """A hardware module, as far as the portal knows one."""

    slots: dict[UUID, Sealed] = {}

    def make(self, authority_id: UUID) -> Sealed:
        self.slots[authority_id] = Sealed(ec.generate_private_key(ec.SECP384R1()))
        return self.slots[authority_id]

    def has(self, authority_id: UUID) -> bool:
        return authority_id in self.slots

    def find(self, authority_id: UUID) -> Sealed:
        return self.slots[authority_id]

    def place(self, authority_id: UUID) -> str:
        return f"slot {authority_id.hex}"


def test_a_hardware_module_takes_the_files_place_by_a_setting(settings: Any, folder: Path) -> None:
    settings.AUTHORITY_KEYS = f"{__name__}.Module"

    issuing = ready()
    answer = submit()

    assert isinstance(answer, Issued), answer
    x509.load_der_x509_certificate(answer.certificate).verify_directly_issued_by(issuer_of(issuing))
    # The list, the responder's certificate, the holder's.
    assert Module.slots[issuing.pk].signed == 3
    assert not folder.exists()
