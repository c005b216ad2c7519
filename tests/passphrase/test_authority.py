"""The embedded authority: what it signs, what it refuses, and that no request ever gets two certificates."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import connection

from passphrase import lint
from passphrase.authority import Issued, Profile, Rejected, Unavailable, ceremony, embedded, key_files, keys
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.authority.profile import DOCUMENT_SIGNING, common_name, cut
from passphrase.models import CertificateAuthority, Issuance
from tests.passphrase.authority.sealed import Sealed

AYU = Profile(
    full_name="Ayu Lestari, S.Kom.", shorter_names=("Ayu Lestari", "Ayu Lestari"),
    organization="Pemerintah Kabupaten Natuna", country="ID", holder="0123456789ABCDEF",
    mailbox="ayu@natunakab.go.id", validity_days=730,
)  # fmt: skip

HolderKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def csr(key: HolderKey | None = None, *, claims: str = "") -> bytes:
    key = key or ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, claims)] if claims else []
    builder = x509.CertificateSigningRequestBuilder(x509.Name(names))
    if claims:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def submit(request: bytes | None = None, profile: Profile = AYU, key: UUID | None = None) -> Any:
    return EmbeddedAuthority().submit(request or csr(), profile, key or uuid4())


def issued(**asked: Any) -> x509.Certificate:
    answer = submit(**asked)
    assert isinstance(answer, Issued), answer
    return x509.load_der_x509_certificate(answer.certificate)


def pem(*certificates: bytes) -> str:
    return "".join(x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM).decode() for each in certificates)


def test_openssl_accepts_the_certificate_against_the_chain(
    certificate_authority: CertificateAuthority, tmp_path: Path
) -> None:
    answer = submit()
    issuing, root = answer.chain
    for name, content in (("leaf", answer.certificate), ("issuing", issuing), ("root", root)):
        (tmp_path / name).write_text(pem(content))

    said = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", "root", "-untrusted", "issuing", "leaf"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.stdout.strip() == "leaf: OK", said.stderr


def test_every_certificate_of_the_chain_passes_the_linter(certificate_authority: CertificateAuthority) -> None:
    answer = submit()

    assert [lint.faults(der) for der in (answer.certificate, *answer.chain)] == [[], [], []]


def test_subject_and_extensions_are_ours(certificate_authority: CertificateAuthority) -> None:
    found = issued(request=csr(claims="Menteri Dalam Negeri"))

    assert found.subject.rfc4514_string() == (
        "CN=Ayu Lestari\\, S.Kom.,2.5.4.5=0123456789ABCDEF,O=Pemerintah Kabupaten Natuna,C=ID"
    )
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_it_says_what_the_key_is_for_and_where_to_ask(certificate_authority: CertificateAuthority) -> None:
    extensions = issued().extensions

    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    purposes = list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert purposes == [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    mailboxes = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert mailboxes.get_values_for_type(x509.RFC822Name) == ["ayu@natunakab.go.id"]
    slug = certificate_authority.slug
    access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    addresses = [each.access_location.value for each in access]
    lists = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    addresses += [name.value for point in lists for name in point.full_name or []]
    assert [each.rpartition("/pki/")[2] for each in addresses] == [f"ocsp/{slug}", f"{slug}.cer", f"{slug}.crl"]
    assert all(each.startswith("http://") for each in addresses)


def test_issuer_and_certificate_say_that_this_is_a_pilot(certificate_authority: CertificateAuthority) -> None:
    found = issued()

    assert "Otoritas Percobaan" in found.issuer.rfc4514_string()
    (policy,) = found.extensions.get_extension_for_class(x509.CertificatePolicies).value
    (notice,) = policy.policy_qualifiers or []
    assert isinstance(notice, x509.UserNotice)
    assert "Bukan sertifikat PSrE" in (notice.explicit_text or "")


def test_it_is_valid_as_many_days_as_the_procedure_says(certificate_authority: CertificateAuthority) -> None:
    found = issued()

    period = found.not_valid_after_utc - found.not_valid_before_utc + timedelta(seconds=1)
    assert period == timedelta(days=730)


def test_serials_are_random_and_long(certificate_authority: CertificateAuthority) -> None:
    serials = {issued().serial_number for _ in range(3)}

    assert len(serials) == 3
    assert all(serial.bit_length() > 64 for serial in serials)


def test_a_request_that_somebody_else_signed_is_refused(certificate_authority: CertificateAuthority) -> None:
    broken = bytearray(csr())
    broken[-1] ^= 1

    answer = submit(bytes(broken))

    assert answer == Rejected("The request's signature is not its own key's.")
    assert not Issuance.objects.exists()


@pytest.mark.parametrize("request_bytes", [b"", b"\x30\x00", b"not a request"])
def test_rubbish_is_refused(certificate_authority: CertificateAuthority, request_bytes: bytes) -> None:
    assert EmbeddedAuthority().submit(request_bytes, AYU, uuid4()) == Rejected("The request cannot be read.")


def test_a_weak_key_is_refused(certificate_authority: CertificateAuthority) -> None:
    weak = rsa.generate_private_key(65537, 2048)

    assert "3,072" in submit(csr(weak)).reason


def test_an_rsa_3072_key_is_certified_as_well(certificate_authority: CertificateAuthority) -> None:
    assert issued(request=csr(rsa.generate_private_key(65537, 3072)))


def test_the_same_key_gets_the_same_certificate(certificate_authority: CertificateAuthority) -> None:
    request, key = csr(), uuid4()

    first, second = submit(request, key=key), submit(request, key=key)

    assert isinstance(first, Issued)
    assert first == second == EmbeddedAuthority().poll(key)
    assert Issuance.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(certificate_authority: CertificateAuthority) -> None:
    key = uuid4()
    submit(key=key)

    assert submit(key=key) == Rejected("The idempotency key was used for another request.")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_get_one_certificate(certificate_authority: CertificateAuthority) -> None:
    request, key, barrier = csr(), uuid4(), Barrier(8)

    def one(_: int) -> Any:
        barrier.wait()
        try:
            return submit(request, key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(one, range(8)))

    assert len(answers) == 1
    assert isinstance(answers.pop(), Issued)
    assert Issuance.objects.count() == 1


def test_the_serial_is_reserved_before_anything_is_signed(certificate_authority: CertificateAuthority) -> None:
    request, key = csr(), uuid4()
    with patch("passphrase.authority.embedded._sign", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        submit(request, key=key)
    reserved = Issuance.objects.get()

    assert EmbeddedAuthority().poll(key) is None
    assert f"{issued(request=request, key=key).serial_number:X}" == reserved.serial


def test_what_was_signed_for_a_lost_reservation_is_given_to_nobody(certificate_authority: CertificateAuthority) -> None:
    """It did not wait for the disk: a database that loses its last moments takes the certificate along."""
    real = embedded._sign_linted

    def meanwhile(*given: Any) -> x509.Certificate:
        Issuance.objects.all().delete()
        return real(*given)

    with patch.object(embedded, "_sign_linted", side_effect=meanwhile), pytest.raises(Unavailable, match="nobody"):
        submit()
    assert not Issuance.objects.exists()


def test_what_the_linter_objects_to_is_never_signed_for_real(certificate_authority: CertificateAuthority) -> None:
    """A mailbox that is none is seen by the linter alone, and the real key must not sign it."""
    real = key_files.read(certificate_authority.pk)
    assert isinstance(real, ec.EllipticCurvePrivateKey)
    with patch.object(lint, "faults", wraps=lint.faults) as linted, patch.object(
        keys, "of", return_value=Watched(real)
    ):  # fmt: skip
        answer = submit(profile=Profile(**{**AYU.__dict__, "mailbox": "bukan-surel"}))

    assert isinstance(answer, Rejected), answer
    assert linted.called
    assert "linter" in answer.reason
    assert Issuance.objects.get().der is None


class Watched(Sealed):
    """The authority's key, but signing with it fails the test."""

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        raise AssertionError("signed for real")


def test_a_refusal_stays_one(certificate_authority: CertificateAuthority) -> None:
    request, key = csr(), uuid4()
    with patch.object(lint, "faults", return_value=["ERROR made.for.the.test"]):
        first = submit(request, key=key)

    assert first == submit(request, key=key) == EmbeddedAuthority().poll(key)
    assert first == Rejected("The linter objects: ERROR made.for.the.test")


def test_a_certificate_does_not_outlive_its_issuer(certificate_authority: CertificateAuthority) -> None:
    answer = submit(profile=Profile(**{**AYU.__dict__, "validity_days": 3651}))

    assert answer == Rejected("The certificate would outlive its issuer.")


def test_a_mailbox_that_cannot_stand_in_a_certificate_is_refused(certificate_authority: CertificateAuthority) -> None:
    answer = submit(profile=Profile(**{**AYU.__dict__, "mailbox": "ayú@natunakab.go.id"}))

    assert isinstance(answer, Rejected)


def test_without_an_authority_it_is_asked_again_later(db: None) -> None:
    with pytest.raises(Unavailable, match="authority create"):
        submit()


def test_a_missing_key_file_says_which(certificate_authority: CertificateAuthority) -> None:
    key_files.path_of(certificate_authority.pk).unlink()

    with pytest.raises(Unavailable, match=certificate_authority.pk.hex):
        submit()


def test_the_key_file_is_encrypted_private_and_bound_to_its_authority(
    certificate_authority: CertificateAuthority, settings: Any
) -> None:
    path = key_files.path_of(certificate_authority.pk)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    settings.AUTHORITY_PASSWORD = "another"
    with pytest.raises(Unavailable, match="TTE_AUTHORITY_PASSWORD"):
        key_files.read(certificate_authority.pk)


def test_a_key_file_put_in_anothers_place_does_not_open(certificate_authority: CertificateAuthority) -> None:
    root = certificate_authority.parent
    assert root is not None
    key_files.path_of(root.pk).write_bytes(key_files.path_of(certificate_authority.pk).read_bytes())

    with pytest.raises(Unavailable):
        key_files.read(root.pk)


@pytest.mark.django_db(transaction=True)
def test_hosts_that_start_at_once_make_one_authority() -> None:
    def one(_: int) -> UUID:
        try:
            return ceremony.ensure().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(one, range(4)))

    assert len(made) == 1
    assert CertificateAuthority.objects.count() == 2


@pytest.mark.parametrize(
    ("full", "shorter", "stands"),
    [
        ("Ayu Lestari, S.Kom.", (), "Ayu Lestari, S.Kom."),
        ("Dr. " + "A" * 50 + ", S.Kom., M.M.", ("Dr. " + "A" * 50, "A" * 50), "Dr. " + "A" * 50),
        ("Dr. " + "A" * 62 + ", M.M.", ("Dr. " + "A" * 62, "A" * 62), "A" * 62),
        (
            "Raden Muhammad Abdurrahman Kusumadiningrat Wiryawan Prawiranegara Sastro", (),
            "Raden Muhammad Abdurrahman Kusumadiningrat Wiryawan P. Sastro",
        ),
        ("B" * 80, (), "B" * 64),
        ("Nur\u0000 \u202e Aini  ", (), "Nur Aini"),
        ("é" * 40, (), "é" * 32),
    ],
)  # fmt: skip
def test_long_names_are_shortened_by_the_rule(full: str, shorter: tuple[str, ...], stands: str) -> None:
    profile = Profile(**{**AYU.__dict__, "full_name": full, "shorter_names": shorter})

    assert common_name(profile) == stands


def test_a_long_organization_is_cut_to_what_fits() -> None:
    assert len(cut("Kementerian " * 20).encode()) <= 64


@pytest.mark.parametrize("name", ["Nur'aini Al-Fatih", "<b>Budi</b>", "=1+1", "Ñoño 山田", "a" * 200])
def test_odd_names_are_certified_as_they_are_or_shortened(
    certificate_authority: CertificateAuthority, name: str
) -> None:
    found = issued(profile=Profile(**{**AYU.__dict__, "full_name": name, "shorter_names": ()}))

    assert found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == cut(name)
