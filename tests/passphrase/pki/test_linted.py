"""What the portal publishes, before the eyes of others: pkilint on each kind, OpenSSL on an answer to a GET."""

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from django.urls import reverse
from pkilint.loader import load_crl, load_ocsp_response
from pkilint.pkix import certificate as pkix_certificate
from pkilint.pkix import crl as pkix_crl
from pkilint.pkix import extension, name
from pkilint.pkix import ocsp as pkix_ocsp
from pkilint.validation import ValidationFindingSeverity

from passphrase import lint
from passphrase.authority import ledger
from passphrase.models import CertificateAuthority, ResponderKey, RevocationList
from passphrase.pki import upkeep
from tests.passphrase.pki.conftest import OpenSsl, certify, serial_of
from tests.passphrase.pki.test_ocsp import request_for


def findings(validator: Any, document: Any) -> list[str]:
    """Fatal, error and warning, as for certificates."""
    return [
        f"{found.finding.severity.name} {found.finding.code}"
        for result in validator.validate(document)
        for found in result.finding_descriptions
        if found.finding.severity <= ValidationFindingSeverity.WARNING
    ]


def test_every_kind_of_certificate_passes(authority: CertificateAuthority) -> None:
    assert authority.parent is not None
    responders = [bytes(der) for der in ResponderKey.objects.values_list("der", flat=True)]
    assert len(responders) == 2

    ders = [bytes(authority.der), bytes(authority.parent.der), certify().public_bytes(Encoding.DER), *responders]

    assert [lint.faults(der) for der in ders] == [[]] * 5


def test_revocation_lists_pass(authority: CertificateAuthority) -> None:
    for reason in ("keyCompromise", "unspecified", ledger.HOLD):
        assert ledger.revoke(serial_of(certify()), reason)
    upkeep.keep_up()
    validator = pkix_crl.create_pkix_crl_validator_container(
        pkix_certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            pkix_crl.create_issuer_validator_container(),
            pkix_crl.create_validity_validator_container(),
            pkix_crl.create_extensions_validator_container(),
        ],
    )

    for kept in RevocationList.objects.all():
        assert findings(validator, load_crl(bytes(kept.der), "list").root) == []


@pytest.mark.parametrize("revoked", [False, True])
def test_answers_pass(authority: CertificateAuthority, revoked: bool) -> None:
    certificate = certify()
    if revoked:
        assert ledger.revoke(serial_of(certificate), "keyCompromise")
    content = answered(authority, request_for(certificate, authority, nonce=b"n" * 32))
    validator = pkix_ocsp.create_pkix_ocsp_response_validator_container(
        [
            pkix_ocsp.create_response_decoder(),
            *pkix_certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        ],
        [],
    )

    assert findings(validator, load_ocsp_response(content, "answer").root) == []


def answered(authority: CertificateAuthority, request: bytes) -> bytes:
    """By GET, with the request in base64 in the address, as RFC 5019 has it."""
    encoded = base64.b64encode(request).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return bytes(Client().get(f"{reverse('pki-ocsp', args=[authority.slug])}/{encoded}").content)


def test_openssl_takes_an_answer_to_a_get(authority: CertificateAuthority, openssl: OpenSsl) -> None:
    """OpenSSL makes the request and judges the answer; between them is a GET, which its own command cannot do."""
    good, bad = certify(), certify()
    assert ledger.revoke(serial_of(bad), "superseded")
    told = {}
    for word, certificate in (("good", good), ("bad", bad), ("unknown", None)):
        asked = ["-cert", "asked.pem"] if certificate else ["-serial", "0x7F12"]
        pem = (certificate or good).public_bytes(Encoding.PEM)
        openssl("ocsp", "-no_nonce", "-issuer", "issuing.pem", *asked, "-reqout", "request.der", asked_pem=pem)
        content = answered(authority, request_of(openssl))
        told[word] = openssl(
            "ocsp", "-no_nonce", "-issuer", "issuing.pem", *asked, "-respin", "answer.der",
            "-CAfile", "root.pem", "-verify_other", "issuing.pem", answer_der=content,
        )  # fmt: skip

    assert all("Response verify OK" in each for each in told.values()), told
    assert "asked.pem: good" in told["good"]
    assert "asked.pem: revoked" in told["bad"]
    assert "Reason: superseded" in told["bad"]
    assert ": unknown" in told["unknown"]


def request_of(openssl: OpenSsl) -> bytes:
    """The request that OpenSSL has written, read back through OpenSSL, for only it knows its folder."""
    return base64.b64decode(openssl("base64", "-in", "request.der"))


def test_a_list_and_an_answer_name_one_moment_and_one_reason(authority: CertificateAuthority) -> None:
    certificate = certify()
    assert ledger.revoke(serial_of(certificate), "affiliationChanged")
    upkeep.keep_up()

    shown = x509.load_der_x509_crl(Client().get(reverse("pki-list", args=[authority.slug])).content)
    entry: Any = shown.get_revoked_certificate_by_serial_number(certificate.serial_number)
    told = x509.ocsp.load_der_ocsp_response(answered(authority, request_for(certificate, authority)))

    assert told.revocation_time_utc == entry.revocation_date_utc
    assert told.revocation_reason == entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
