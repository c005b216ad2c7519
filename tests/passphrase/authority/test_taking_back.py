"""A retired issuing authority is revoked under its root: list, status service and OpenSSL say so, once and for good."""

from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponse
from django.core.management import CommandError, call_command

from enrollment.models import Application
from passphrase import actions
from passphrase.authority import ceremony, key_files, rotation, standing, taking_back
from passphrase.models import CertificateAuthority, Issuance
from passphrase.pki import lists, responder, upkeep
from tests.passphrase.authority.test_rotation import verified
from tests.passphrase.pki.conftest import certify
from tests.passphrase.pki.test_ocsp import ask, request_for
from tte_portal.models import AuditRow

Status = OCSPCertStatus


@pytest.fixture
def office(db: None) -> CertificateAuthority:
    responder._kept.clear()
    made = ceremony.perform()
    upkeep.keep_up()
    return made


def serial_of(authority: CertificateAuthority) -> int:
    return x509.load_der_x509_certificate(bytes(authority.der)).serial_number


def above(authority: CertificateAuthority) -> CertificateAuthority:
    assert authority.parent is not None
    return authority.parent


def asked(authority: CertificateAuthority) -> OCSPResponse:
    """What the root's status service says of it."""
    certificate = x509.load_der_x509_certificate(bytes(authority.der))
    return ask(above(authority), request_for(certificate, above(authority)))


def run(*words: str) -> str:
    said = StringIO()
    call_command("authority", *words, stdout=said)
    return said.getvalue()


def test_whoever_checks_the_whole_chain_refuses_what_it_has_signed(
    office: CertificateAuthority, tmp_path: Path
) -> None:
    old = certify()
    new = rotation.rotate().new
    fresh, root = certify(), above(office)
    assert "leaf.pem: OK" in verified(tmp_path, old, office, new, root)

    said = run("revoke", office.slug, "--reason", "cACompromise")

    assert f"/pki/{root.slug}.crl" in said
    # Not the leaf's own list says so, but the root's (depth 1 of the chain).
    told = verified(tmp_path, old, office, new, root)
    assert "error 23 at 1 depth lookup: certificate revoked" in told
    assert "leaf.pem: OK" in verified(tmp_path, fresh, office, new, root)


def test_the_status_service_has_a_word_for_each_of_them(office: CertificateAuthority) -> None:
    new = rotation.rotate().new
    taking_back.revoke(office.slug, "superseded")

    told = asked(office)

    entered = Issuance.objects.get(pk=office.pk).revoked_at
    assert entered is not None
    assert (told.certificate_status, told.revocation_time_utc, told.revocation_reason) == (
        Status.REVOKED, entered.replace(microsecond=0), x509.ReasonFlags.superseded
    )  # fmt: skip
    assert asked(new).certificate_status == Status.GOOD


def test_a_second_revocation_changes_nothing(office: CertificateAuthority) -> None:
    rotation.rotate()
    run("revoke", office.slug, "--reason", "superseded")

    with pytest.raises(CommandError, match="already"):
        run("revoke", office.slug, "--reason", "keyCompromise")

    assert Issuance.objects.get(pk=office.pk).revocation_reason == "superseded"
    row = AuditRow.objects.get(event="authority_revoked")
    assert row.facts == {
        "authority": office.slug, "root": above(office).slug, "reason": "superseded", "living": 0
    }  # fmt: skip


def test_neither_the_one_in_office_nor_a_root_nor_nobody(office: CertificateAuthority) -> None:
    rotation.rotate()
    serving = ceremony.in_office()
    assert serving is not None
    for slug, why in ((serving.slug, "in office"), (above(office).slug, "--new-root"), ("penerbit-0", "no authority")):
        with pytest.raises(CommandError, match=why):
            run("revoke", slug, "--reason", "superseded")
    assert not AuditRow.objects.filter(event="authority_revoked").exists()


def test_people_with_good_certificates_are_not_forgotten(enrolled: Application) -> None:
    office = ceremony.ensure()
    upkeep.keep_up()
    assert actions.issue_certificate(enrolled.pk)
    rotation.rotate()

    with pytest.raises(CommandError, match="1 people hold good certificates"):
        run("revoke", office.slug, "--reason", "superseded")
    assert not taking_back.is_revoked(office)

    run("revoke", office.slug, "--reason", "cACompromise", "--even-living")
    assert taking_back.is_revoked(office)
    assert f"{office.slug}: penerbit, revoked" in run("status")


def test_without_the_roots_key_it_is_written_down_and_told_when_the_key_is_back(office: CertificateAuthority) -> None:
    certify()
    rotation.rotate()
    root = above(office)
    place = key_files.path_of(root.pk)
    away = place.rename(place.with_suffix(".safe"))

    assert "does not tell it yet" in run("revoke", office.slug, "--reason", "cACompromise")

    assert asked(office).certificate_status == Status.REVOKED
    assert any("what was revoked last" in each for each in standing.of(root).due)
    away.rename(place)
    upkeep.keep_up()
    assert not any("what was revoked last" in each for each in standing.of(root).due)
    listed = x509.load_der_x509_crl(bytes(lists.build(root.pk).der))
    assert listed.get_revoked_certificate_by_serial_number(serial_of(office)) is not None
