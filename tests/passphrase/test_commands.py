"""manage.py authority and manage.py activate."""

from io import StringIO
from typing import Any

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from enrollment.models import Application, Status
from passphrase.models import CertificateAuthority, CertificateRequest


def run(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def test_create_makes_one_authority_however_often_it_runs(certificate_authority: CertificateAuthority) -> None:
    said = run("authority", "create")

    assert "Otoritas Percobaan Penerbit" in said
    assert "Otoritas Percobaan Induk" in said
    assert CertificateAuthority.objects.count() == 2


def test_status_tells_when_a_key_is_not_on_this_machine(certificate_authority: CertificateAuthority) -> None:
    from passphrase.authority import key_files

    key_files.path_of(certificate_authority.pk).unlink()

    assert "not on this machine" in run("authority", "status")


def test_chain_prints_issuing_then_root(certificate_authority: CertificateAuthority) -> None:
    issuing, root = x509.load_pem_x509_certificates(run("authority", "chain").encode())

    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


@pytest.mark.parametrize("words", [("status",), ("chain",), ("ask-again", "TTE-TIDA-KADA")])
def test_without_anything_to_show_it_says_so(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("authority", *words)


def test_ask_again_reopens_a_refused_request(enrolled: Application) -> None:
    CertificateRequest.objects.update(state=CertificateRequest.State.REJECTED)

    run("authority", "ask-again", enrolled.receipt)

    assert CertificateRequest.objects.filter(state=CertificateRequest.State.PENDING).count() == 1


def test_activate_ends_the_pause(issued: Application) -> None:
    assert "ACTIVE" in run("activate", issued.receipt)
    issued.refresh_from_db()
    assert issued.status == Status.ACTIVE


def test_activate_needs_an_issued_certificate(enrolled: Application) -> None:
    with pytest.raises(CommandError, match="is ENROLL, not ISSUE"):
        run("activate", enrolled.receipt)
    with pytest.raises(CommandError, match="no application"):
        run("activate", "TTE-TIDA-KADA")


def test_activate_is_for_the_demo_alone(issued: Application, settings: Any) -> None:
    settings.DEMO = settings.TESTING = False

    with pytest.raises(CommandError, match="demo"):
        run("activate", issued.receipt)
