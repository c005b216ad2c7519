"""The status service, as OpenSSL asks it and as nobody should."""

import base64
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from passphrase import lint
from passphrase.authority import ledger
from passphrase.models import CertificateAuthority, ResponderKey
from passphrase.pki import responder
from tests.passphrase.pki.conftest import OpenSsl, certify, serial_of

DER = "application/ocsp-request"


def request_for(
    certificate: x509.Certificate, authority: CertificateAuthority, algorithm: Any = None, nonce: bytes = b""
) -> bytes:
    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm or hashes.SHA1())  # noqa: S303
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), False)
    return builder.build().public_bytes(Encoding.DER)


def ask(authority: CertificateAuthority, request: bytes) -> ocsp.OCSPResponse:
    answer = Client().post(reverse("pki-ocsp", args=[authority.slug]), request, content_type=DER)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/ocsp-response")
    return ocsp.load_der_ocsp_response(answer.content)


@pytest.mark.django_db(transaction=True)
def test_openssl_is_told_good_revoked_and_unknown(
    authority: CertificateAuthority, openssl: OpenSsl, live_server: LiveServer
) -> None:
    good, bad, held = certify(), certify(), certify()
    assert ledger.revoke(serial_of(bad), "keyCompromise")
    assert ledger.revoke(serial_of(held), ledger.HOLD)
    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    files = {"good_pem": good, "bad_pem": bad, "held_pem": held}
    url = f"{live_server.url}{reverse('pki-ocsp', args=[authority.slug])}"
    words = ("ocsp", "-issuer", "issuing.pem", "-CAfile", "root.pem", "-verify_other", "issuing.pem", "-url", url)

    def told(*which: str) -> str:
        return openssl(*words, *which, **{name: each.public_bytes(Encoding.PEM) for name, each in files.items()})

    assert "Response verify OK" in told("-cert", "good.pem")
    assert "good.pem: good" in told("-cert", "good.pem")
    assert "bad.pem: revoked" in told("-cert", "bad.pem")
    assert "Reason: keyCompromise" in told("-cert", "bad.pem")
    assert "Reason: certificateHold" in told("-cert", "held.pem")
    assert "0x1234: unknown" in told("-serial", "0x1234")
    # OpenSSL sends a nonce unless told not to, and complains of an answer without it.
    assert "no nonce" not in told("-cert", "good.pem")
    assert "Response verify OK" in told("-sha256", "-cert", "good.pem")
    assert issuer is not None


def test_a_get_is_answered_like_a_post(authority: CertificateAuthority) -> None:
    certificate = certify()
    encoded = base64.b64encode(request_for(certificate, authority)).decode()

    for address in (encoded, encoded.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")):
        answer = Client().get(f"{reverse('pki-ocsp', args=[authority.slug])}/{address}")
        found = ocsp.load_der_ocsp_response(answer.content)
        assert found.certificate_status == ocsp.OCSPCertStatus.GOOD
        assert found.serial_number == certificate.serial_number


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])  # noqa: S303
def test_the_issuer_may_be_named_by_any_hash(authority: CertificateAuthority, algorithm: Any) -> None:
    found = ask(authority, request_for(certify(), authority, algorithm))

    assert found.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert found.hash_algorithm.name == algorithm.name


def test_a_revocation_is_told_at_once_and_a_resumption_too(authority: CertificateAuthority) -> None:
    certificate = certify()
    request = request_for(certificate, authority)
    assert ask(authority, request).certificate_status == ocsp.OCSPCertStatus.GOOD

    ledger.revoke(serial_of(certificate), ledger.HOLD)
    held = ask(authority, request)
    ledger.resume(serial_of(certificate))

    assert held.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert held.revocation_reason == x509.ReasonFlags.certificate_hold
    assert ask(authority, request).certificate_status == ocsp.OCSPCertStatus.GOOD


def test_the_issuing_authority_is_asked_of_the_root(authority: CertificateAuthority) -> None:
    assert authority.parent is not None
    issuing = x509.load_der_x509_certificate(bytes(authority.der))

    found = ask(authority.parent, request_for(issuing, authority.parent))

    assert found.certificate_status == ocsp.OCSPCertStatus.GOOD


def test_the_answer_carries_the_nonce_and_its_signers_certificate(authority: CertificateAuthority) -> None:
    found = ask(authority, request_for(certify(), authority, nonce=b"n" * 32))

    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    signer = found.certificates[0]
    assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    assert found.this_update_utc <= found.next_update_utc  # type: ignore[operator]
    key = signer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(found.signature, found.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    signer.verify_directly_issued_by(issuer)
    purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert signer.extensions.get_extension_for_class(x509.OCSPNoCheck)


@pytest.mark.parametrize(
    "request_bytes",
    [b"", b"\x00", b"GET me", b"\x30\x80", b"0" * 3000, b"\x30\x82\xff\xff" + b"\x00" * 100],
    ids=["empty", "one byte", "words", "endless", "huge", "lying about its length"],
)
def test_what_is_no_request_is_refused_in_the_protocols_own_words(
    authority: CertificateAuthority, request_bytes: bytes
) -> None:
    found = ask(authority, request_bytes)

    assert found.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("address", ["", "%", "not-base64!", "AAAA"])
def test_a_get_that_is_no_request_is_refused_likewise(authority: CertificateAuthority, address: str) -> None:
    answer = Client().get(f"{reverse('pki-ocsp', args=[authority.slug])}/{address}")

    assert ocsp.load_der_ocsp_response(answer.content).response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_another_issuers_certificate_is_not_spoken_of(authority: CertificateAuthority) -> None:
    assert authority.parent is not None
    of_root = request_for(certify(), authority.parent)

    assert ask(authority, of_root).response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize(("critical", "status"), [(False, "SUCCESSFUL"), (True, "MALFORMED_REQUEST")])
def test_an_unknown_extension_matters_only_when_it_says_so(
    authority: CertificateAuthority, critical: bool, status: str
) -> None:
    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    builder = ocsp.OCSPRequestBuilder().add_certificate(certify(), issuer, hashes.SHA256())
    request = builder.add_extension(strange, critical).build().public_bytes(Encoding.DER)

    assert ask(authority, request).response_status == ocsp.OCSPResponseStatus[status]


def test_without_a_responder_the_asker_is_to_come_back(authority: CertificateAuthority) -> None:
    ResponderKey.objects.all().delete()
    responder._kept.clear()

    found = ask(authority, request_for(certify(), authority))

    assert found.response_status == ocsp.OCSPResponseStatus.TRY_LATER


def test_a_responder_is_renewed_before_its_end_and_once(authority: CertificateAuthority) -> None:
    old = ResponderKey.objects.get(authority=authority)
    assert responder.due() == []
    ResponderKey.objects.filter(pk=old.pk).update(not_after=Now() + timedelta(days=9))
    assert responder.due() == [authority.pk]

    made = [responder.renew(authority.pk), responder.renew(authority.pk)]

    assert made == [True, False]
    assert ResponderKey.objects.filter(authority=authority).count() == 2
    assert responder.due() == []


def test_the_responders_certificate_is_fit_and_its_key_is_sealed(authority: CertificateAuthority) -> None:
    row = ResponderKey.objects.get(authority=authority)

    assert lint.faults(bytes(row.der)) == []
    stored = ResponderKey.objects.filter(pk=row.pk).extra(select={"raw": "key"}).values_list("raw", flat=True)[0]
    assert b"PRIVATE KEY" not in bytes(stored)


def test_a_nonce_of_impossible_length_is_refused(authority: CertificateAuthority) -> None:
    with patch("passphrase.pki.ocsp.LONGEST_NONCE", 16):
        found = ask(authority, request_for(certify(), authority, nonce=b"n" * 17))

    assert found.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
