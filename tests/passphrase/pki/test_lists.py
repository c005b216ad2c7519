"""Revocation lists: what OpenSSL makes of them, when they are built, how they are served."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import CRLEntryExtensionOID
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from passphrase.authority import ledger
from passphrase.models import CertificateAuthority, Issuance, ListChange, RevocationList
from passphrase.pki import lists, upkeep
from tests.passphrase.pki.conftest import OpenSsl, as_pem, certify, serial_of


def published(authority: CertificateAuthority) -> x509.CertificateRevocationList:
    answer = Client().get(reverse("pki-list", args=[authority.slug]))
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    return x509.load_der_x509_crl(answer.content)


def revoke(certificate: x509.Certificate, reason: str = "keyCompromise") -> None:
    assert ledger.revoke(serial_of(certificate), reason)
    upkeep.keep_up()


def entry_of(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> Any:
    return found.get_revoked_certificate_by_serial_number(certificate.serial_number)


def test_openssl_takes_a_good_certificate_and_refuses_a_revoked_one(
    authority: CertificateAuthority, openssl: OpenSsl
) -> None:
    good, bad = certify(), certify()
    revoke(bad)
    assert authority.parent is not None
    both = [published(authority), published(authority.parent)]
    crls = b"".join(each.public_bytes(Encoding.PEM) for each in both)
    check = ("verify", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "crls.pem")

    assert "good.pem: OK" in openssl(*check, "good.pem", crls_pem=crls, good_pem=good.public_bytes(Encoding.PEM))
    assert "certificate revoked" in openssl(*check, "bad.pem", bad_pem=bad.public_bytes(Encoding.PEM))


def test_the_addresses_in_a_certificate_are_those_that_answer(authority: CertificateAuthority) -> None:
    extensions = certify().extensions
    points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    wanted = [points[0].full_name[0].value] + [each.access_location.value for each in access]

    paths = ["/" + each.partition("://")[2].partition("/")[2] for each in wanted]

    assert paths == [
        reverse("pki-list", args=[authority.slug]),
        reverse("pki-ocsp", args=[authority.slug]),
        reverse("pki-certificate", args=[authority.slug]),
    ]
    assert Client().get(paths[2]).content == bytes(authority.der)


@pytest.mark.parametrize(
    ("reason", "flag"),
    [
        ("keyCompromise", x509.ReasonFlags.key_compromise),
        ("superseded", x509.ReasonFlags.superseded),
        ("unspecified", None),
    ],
)
def test_an_entry_tells_when_and_why(
    authority: CertificateAuthority, reason: str, flag: x509.ReasonFlags | None
) -> None:
    certificate = certify()
    revoke(certificate, reason)

    entry = entry_of(published(authority), certificate)

    told = [each.value.reason for each in entry.extensions if each.oid == CRLEntryExtensionOID.CRL_REASON]
    assert told == ([flag] if flag else [])
    at = Issuance.objects.get(serial=serial_of(certificate)).revoked_at
    assert at is not None
    assert entry.revocation_date_utc == at.replace(microsecond=0)


def test_a_second_request_changes_nothing_and_builds_no_list(authority: CertificateAuthority) -> None:
    certificate = certify()
    revoke(certificate)
    before = Issuance.objects.get(serial=serial_of(certificate))

    assert ledger.revoke(serial_of(certificate), "superseded") is False

    after = Issuance.objects.get(pk=before.pk)
    assert (after.revoked_at, after.revocation_reason) == (before.revoked_at, "keyCompromise")
    assert not ListChange.objects.exists()
    assert lists.due() == []


def test_a_suspension_ends_and_leaves_the_list_or_becomes_final(authority: CertificateAuthority) -> None:
    resumed, ended = certify(), certify()
    revoke(resumed, ledger.HOLD)
    revoke(ended, ledger.HOLD)
    held_since = Issuance.objects.get(serial=serial_of(ended)).revoked_at
    assert entry_of(published(authority), resumed) is not None

    assert ledger.resume(serial_of(resumed)) is True
    revoke(ended, "cessationOfOperation")

    found = published(authority)
    assert entry_of(found, resumed) is None
    assert entry_of(found, ended) is not None
    assert Issuance.objects.get(serial=serial_of(ended)).revoked_at == held_since
    assert ledger.resume(serial_of(ended)) is False


def test_numbers_grow_and_the_root_has_a_list_of_its_own(authority: CertificateAuthority) -> None:
    assert authority.parent is not None
    first = published(authority).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

    revoke(certify())

    second = published(authority).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert second == first + 1
    of_root = published(authority.parent)
    assert len(list(of_root)) == 0
    assert of_root.next_update_utc is not None
    assert of_root.next_update_utc > published(authority).next_update_utc  # type: ignore[operator]


def test_a_revocation_between_reading_and_signing_is_not_lost(authority: CertificateAuthority) -> None:
    early, late = certify(), certify()
    assert ledger.revoke(serial_of(early), "superseded")
    read = lists._entries

    def slow(of: CertificateAuthority) -> Any:
        entries = read(of)
        ledger.revoke(serial_of(late), "superseded")
        return entries

    with patch.object(lists, "_entries", slow):
        upkeep.keep_up()
    assert entry_of(published(authority), late) is None
    assert lists.due() == [authority.pk]

    upkeep.keep_up()

    assert entry_of(published(authority), late) is not None


def test_a_list_near_its_end_is_due_though_nothing_changed(authority: CertificateAuthority) -> None:
    assert lists.due() == []

    RevocationList.objects.filter(pk=authority.pk).update(next_update=Now() + timedelta(days=5))

    assert lists.due() == [authority.pk]


def test_an_ended_certificate_leaves_the_list_after_a_month(authority: CertificateAuthority) -> None:
    certificate = certify()
    revoke(certificate)
    issuance = Issuance.objects.filter(serial=serial_of(certificate))
    issuance.update(not_after=Now() - timedelta(days=29))
    lists.build(authority.pk)
    assert entry_of(published(authority), certificate) is not None

    issuance.update(not_after=Now() - timedelta(days=31))
    lists.build(authority.pk)

    assert entry_of(published(authority), certificate) is None


def test_who_has_the_newest_list_is_told_so_in_a_few_bytes(authority: CertificateAuthority) -> None:
    url = reverse("pki-list", args=[authority.slug])
    first = Client().get(url)

    again = Client().get(url, headers={"if-none-match": first.headers["ETag"]})
    dated = Client().get(url, headers={"if-modified-since": first.headers["Last-Modified"]})

    assert (again.status_code, again.content) == (304, b"")
    assert (dated.status_code, dated.content) == (304, b"")


def test_a_host_without_the_key_leaves_the_list_to_another(authority: CertificateAuthority) -> None:
    revoke(certify())
    assert ledger.revoke(serial_of(certify()), "superseded")

    with patch("passphrase.authority.key_files.path_of") as path_of:
        path_of.return_value.exists.return_value = False
        assert lists.due() == []

    assert lists.due() == [authority.pk]


def test_the_chain_to_trust_is_one_file(authority: CertificateAuthority) -> None:
    assert authority.parent is not None

    found = Client().get(reverse("pki-chain")).content.decode()

    assert found == as_pem(bytes(authority.der), bytes(authority.parent.der))


@pytest.mark.parametrize("page", ["pki-list", "pki-certificate"])
def test_an_unknown_authority_is_not_found(db: None, page: str) -> None:
    assert Client().get(reverse(page, args=["tidak-ada"])).status_code == 404
