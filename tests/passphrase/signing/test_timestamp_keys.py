"""The keys of the portal's own time stamps: fit, sealed, made anew in time, destroyed after their month."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.db import connection
from django.db.models.functions import Now

from passphrase import lint
from passphrase.authority import key_files, ledger
from passphrase.models import CertificateAuthority, Issuance
from passphrase.pki import responder, upkeep
from passphrase.signing import evidence, tasks, timestamp_keys
from passphrase.signing.models import TimestampKey

OcspStatus = x509.ocsp.OCSPCertStatus


@pytest.fixture
def stamping(certificate_authority: CertificateAuthority) -> timestamp_keys.Stamping:
    responder._kept.clear()
    upkeep.keep_up()
    tasks.sweep()
    found = timestamp_keys.of(certificate_authority.pk)
    assert found is not None
    return found


def test_the_certificate_passes_pkilint_and_is_for_nothing_else(
    stamping: timestamp_keys.Stamping, certificate_authority: CertificateAuthority
) -> None:
    certificate = x509.load_der_x509_certificate(stamping.certificate)
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(bytes(certificate_authority.der)))
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)

    assert lint.faults(stamping.certificate) == []
    assert (list(purposes.value), purposes.critical) == ([ExtendedKeyUsageOID.TIME_STAMPING], True)
    assert stamping.key.public_key() == certificate.public_key()


def test_its_key_lies_sealed(stamping: timestamp_keys.Stamping) -> None:
    secret = stamping.key.private_numbers().private_value.to_bytes(32, "big")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM signing_timestampkey t")
        (row,) = cursor.fetchone()

    assert secret.hex() not in row
    assert "PRIVATE KEY" not in row


def test_the_status_service_knows_it_and_it_can_be_taken_back(
    stamping: timestamp_keys.Stamping, certificate_authority: CertificateAuthority
) -> None:
    def status() -> OcspStatus:
        answer = evidence.answer_about(stamping.certificate, certificate_authority)
        return x509.ocsp.load_der_ocsp_response(answer).certificate_status

    assert status() == OcspStatus.GOOD
    serial = f"{x509.load_der_x509_certificate(stamping.certificate).serial_number:X}"
    assert ledger.revoke(serial, "keyCompromise")
    assert status() == OcspStatus.REVOKED


def test_a_second_sweep_makes_none(stamping: timestamp_keys.Stamping) -> None:
    tasks.sweep()

    assert TimestampKey.objects.count() == 1
    assert timestamp_keys.due() == []


def test_a_new_one_is_made_ten_days_ahead_and_the_old_one_destroyed_after_its_month(
    stamping: timestamp_keys.Stamping, certificate_authority: CertificateAuthority
) -> None:
    TimestampKey.objects.update(used_until=Now() + timedelta(days=9))
    tasks.sweep()
    newest = timestamp_keys.of(certificate_authority.pk)
    assert newest is not None
    assert TimestampKey.objects.count() == 2
    assert public(newest) != public(stamping)

    TimestampKey.objects.update(used_until=Now() - timedelta(seconds=1))
    assert timestamp_keys.of(certificate_authority.pk) is None
    tasks.sweep()

    assert TimestampKey.objects.count() == 1
    assert Issuance.objects.filter(csr_hash__isnull=False, der__isnull=False).count() >= 3


def test_a_retired_authoritys_stamps_do_not_keep_it_in_service_for_ever(
    stamping: timestamp_keys.Stamping, certificate_authority: CertificateAuthority
) -> None:
    certificate_authority.retired_at = Now()
    certificate_authority.save()
    last = Issuance.objects.filter(authority=certificate_authority).latest("not_after").not_after
    TimestampKey.objects.all().delete()

    assert timestamp_keys.renew(certificate_authority.pk)

    assert Issuance.objects.filter(authority=certificate_authority).latest("not_after").not_after == last
    Issuance.objects.update(not_after=Now() - timedelta(days=40))
    TimestampKey.objects.all().delete()
    assert certificate_authority.pk not in timestamp_keys.due()


def public(stamping: timestamp_keys.Stamping) -> bytes:
    return stamping.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_host_without_the_authoritys_key_makes_none(certificate_authority: CertificateAuthority) -> None:
    key_files.path_of(certificate_authority.pk).unlink()

    assert timestamp_keys.due() == []
    tasks.sweep()
    assert not TimestampKey.objects.exists()
