"""A new issuing authority: the old one's certificates, list and answers go on, and nobody stands between the two."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application, Institution
from passphrase.authority import Issued, ceremony, key_files, ledger, rotation
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.esign import clients
from passphrase.models import Certificate, CertificateAuthority, Issuance, ResponderKey, RevocationList
from passphrase.pki import lists, responder, upkeep
from tests.passphrase.pki.conftest import certify, serial_of
from tests.passphrase.pki.test_ocsp import ask, request_for
from tests.passphrase.test_authority import AYU, csr
from tte_portal.models import AuditRow


@pytest.fixture
def office(db: None) -> CertificateAuthority:
    made = ceremony.perform()
    upkeep.keep_up()
    return made


def verified(folder: Path, certificate: x509.Certificate, *authorities: CertificateAuthority) -> str:
    """What OpenSSL says with nothing but the chain file and the lists as the portal serves them."""
    (folder / "leaf.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(Client().get("/pki/rantai.pem").content)
    served = [Client().get(f"/pki/{each.slug}.crl").content for each in authorities]
    crls = b"".join(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in served)
    (folder / "crls.pem").write_bytes(crls)
    words = ["verify", "-x509_strict", "-crl_check_all", "-CAfile", "chain.pem", "-CRLfile", "crls.pem", "leaf.pem"]
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def test_old_and_new_certificates_verify_with_one_file_and_their_own_lists(
    office: CertificateAuthority, tmp_path: Path
) -> None:
    root = office.parent
    assert root is not None
    before, revoked = certify(), certify()
    new = rotation.rotate().new
    after = certify()

    assert (before.issuer, after.issuer) == (subject(office), subject(new))
    assert new.parent == root
    for certificate in (before, after):
        assert "leaf.pem: OK" in verified(tmp_path, certificate, office, new, root)
    assert ledger.revoke(serial_of(revoked), "superseded")
    upkeep.keep_up()
    assert "certificate revoked" in verified(tmp_path, revoked, office, new, root)


def subject(authority: CertificateAuthority) -> x509.Name:
    return x509.load_der_x509_certificate(bytes(authority.der)).subject


def test_the_chain_file_begins_with_who_is_in_office_and_drops_who_has_nothing_left(
    office: CertificateAuthority,
) -> None:
    certify()
    new = rotation.rotate().new

    def told() -> list[x509.Name]:
        found = x509.load_pem_x509_certificates(Client().get("/pki/rantai.pem").content)
        return [each.subject for each in found]

    assert office.parent is not None
    assert told() == [subject(new), subject(office.parent), subject(office)]
    Issuance.objects.update(not_after=Now() - timedelta(days=31))
    assert told() == [subject(new), subject(office.parent)]


def test_both_are_answered_for_each_by_its_own_responder(office: CertificateAuthority) -> None:
    old = certify()
    new = rotation.rotate().new
    fresh = certify()
    assert ledger.revoke(serial_of(old), "keyCompromise")

    assert ask(office, request_for(old, office)).certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert ask(new, request_for(fresh, new)).certificate_status == ocsp.OCSPCertStatus.GOOD
    # Neither speaks for the other.
    assert ask(new, request_for(old, office)).response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_a_retired_authority_goes_on_until_its_last_certificate_has_ended(office: CertificateAuthority) -> None:
    certify()
    rotation.rotate()
    RevocationList.objects.filter(pk=office.pk).update(next_update=Now() + timedelta(days=1))
    ResponderKey.objects.filter(authority=office).update(not_after=Now() + timedelta(days=1))
    assert office.pk in lists.due()
    assert office.pk in responder.due()

    Issuance.objects.update(not_after=Now() - timedelta(days=29))
    assert office.pk in lists.due()
    Issuance.objects.update(not_after=Now() - timedelta(days=31))

    assert office.pk not in lists.due()
    assert office.pk not in responder.due()


def test_list_and_responder_are_out_before_the_new_one_can_be_seen(office: CertificateAuthority) -> None:
    with (
        patch("passphrase.pki.responder.renew", side_effect=OSError("disk full")),
        pytest.raises(OSError, match="full"),
    ):
        rotation.rotate()
    assert ceremony.in_office() == office

    new = rotation.rotate().new

    assert RevocationList.objects.filter(pk=new.pk).exclude(der=b"").exists()
    assert responder.of(new.pk) is not None
    assert (lists.due(), responder.due()) == ([], [])


def test_a_request_begun_under_the_old_one_is_finished_by_it(office: CertificateAuthority) -> None:
    request, key = csr(), uuid4()
    with patch("passphrase.authority.embedded._sign", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        EmbeddedAuthority().submit(request, AYU, key)
    rotation.rotate()

    answer = EmbeddedAuthority().submit(request, AYU, key)

    assert isinstance(answer, Issued)
    assert x509.load_der_x509_certificate(answer.certificate).issuer == subject(office)
    # It had nothing to answer for; now it has, and is found.
    assert Issuance.objects.get(pk=key).authority == office
    RevocationList.objects.filter(pk=office.pk).update(next_update=Now() + timedelta(days=1))
    assert office.pk in lists.due()


@pytest.mark.django_db(transaction=True)
def test_issuing_while_the_office_changes_is_safe(folder: Path) -> None:
    ceremony.perform()
    upkeep.keep_up()
    done = Event()

    def issue(_: int) -> list[bytes]:
        made = []
        try:
            while not done.is_set():
                answer = EmbeddedAuthority().submit(csr(), AYU, uuid4())
                assert isinstance(answer, Issued), answer
                made.append(answer.certificate)
        finally:
            connection.close()
        return made

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(issue, number) for number in range(4)]
        try:
            for _ in range(4):
                rotation.rotate()
        finally:
            done.set()
        made = [x509.load_der_x509_certificate(der) for each in running for der in each.result(60)]

    authorities = {subject(each): each for each in CertificateAuthority.objects.filter(kind="issuing")}
    assert len(authorities) == 5
    assert CertificateAuthority.objects.filter(kind="issuing", retired_at=None).count() == 1
    assert len({each.serial_number for each in made}) == len(made) == Issuance.objects.filter(der__isnull=False).count()
    for certificate in made:
        signer = authorities[certificate.issuer]
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(bytes(signer.der)))
        assert Issuance.objects.get(serial=serial_of(certificate)).authority_id == signer.pk


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_come_one_after_the_other(folder: Path) -> None:
    ceremony.perform()

    def rotate(_: int) -> Any:
        try:
            return rotation.rotate().old.slug
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(rotate, range(2)))

    assert len(set(left)) == 2
    assert CertificateAuthority.objects.filter(kind="issuing", retired_at=None).count() == 1


def test_without_the_roots_key_nothing_changes(office: CertificateAuthority) -> None:
    assert office.parent is not None
    key_files.path_of(office.parent.pk).unlink()
    key_files.read.cache_clear()

    with pytest.raises(rotation.NotPossible, match="Bring it back"):
        rotation.rotate()

    assert ceremony.in_office() == office
    # A new root needs no old one.
    assert rotation.rotate(new_root=True).new.parent != office.parent


def test_a_root_that_ends_soon_asks_for_a_new_one(office: CertificateAuthority) -> None:
    CertificateAuthority.objects.filter(kind="root").update(not_after=Now() + timedelta(days=1000))

    with pytest.raises(rotation.NotPossible, match="--new-root"):
        rotation.rotate()


def test_under_a_new_root_old_certificates_still_verify(office: CertificateAuthority, tmp_path: Path) -> None:
    before = certify()
    new = rotation.rotate(new_root=True).new
    upkeep.keep_up()
    assert office.parent is not None
    assert new.parent is not None

    assert "leaf.pem: OK" in verified(tmp_path, before, office, office.parent)
    assert "leaf.pem: OK" in verified(tmp_path, certify(), new, new.parent)
    assert (lists.due(), responder.due()) == ([], [])


def test_a_rotation_leaves_one_audit_row(office: CertificateAuthority) -> None:
    new = rotation.rotate().new

    row = AuditRow.objects.get(event="authority_rotated")
    assert row.facts == {"old": office.slug, "new": new.slug, "new_root": False}


def test_the_esign_chain_is_the_one_a_certificate_was_issued_under(
    office: CertificateAuthority, enrolled: Application, natuna: Institution
) -> None:
    from passphrase import actions
    from tests.passphrase.esign.test_esign import basic

    assert actions.issue_certificate(enrolled.pk)
    secret = clients.make(natuna, "Persuratan Contoh", "persuratan-natuna", by=None)
    rotation.rotate()

    answer = Client().get(
        f"/api/v2/user/certificate/chain/{Certificate.objects.get().serial}", headers=basic(secret)
    ).json()  # fmt: skip

    issuing, root = (x509.load_pem_x509_certificate(each.encode()) for each in answer["chain"])
    x509.load_pem_x509_certificate(answer["certificate"].encode()).verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    assert issuing.subject == subject(office)
