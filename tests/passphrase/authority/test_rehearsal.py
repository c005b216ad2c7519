"""The rehearsal tries everything and leaves nothing; status tells what is due."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from passphrase.authority import ceremony, key_files, rehearsal, standing
from passphrase.models import CertificateAuthority, RevocationList
from passphrase.pki import lists, upkeep
from tests.hostile import dump
from tests.passphrase.authority.conftest import forget
from tests.passphrase.pki.conftest import certify


@pytest.fixture
def office(db: None) -> CertificateAuthority:
    made = ceremony.perform()
    upkeep.keep_up()
    return made


def run(*words: str) -> str:
    said = StringIO()
    call_command("authority", *words, stdout=said)
    return said.getvalue()


def test_every_step_succeeds_and_nothing_stays(office: CertificateAuthority, folder: Path) -> None:
    certify()
    before, files = str(dump()), sorted(folder.iterdir())

    said = run("rehearse")

    assert "✗" not in said
    assert said.count("✓") >= 10
    assert "openssl verify" in said
    assert (str(dump()), sorted(folder.iterdir())) == (before, files)
    assert ceremony.in_office() == office


def test_a_missing_root_key_is_told_and_the_rest_is_played_all_the_same(office: CertificateAuthority) -> None:
    assert office.parent is not None
    key_files.path_of(office.parent.pk).unlink()
    forget()

    steps = list(rehearsal.rehearse())

    assert [each.what for each in steps if each.fine is False] == [
        f"The key of {office.parent.slug} is on this machine, opens and fits its certificate"
    ]
    assert len(steps) > 8


def test_what_would_go_wrong_on_the_day_goes_wrong_now(office: CertificateAuthority) -> None:
    before = str(dump())
    real = lists.build

    def fails(authority_id: Any) -> Any:
        if authority_id not in (office.pk, office.parent_id):
            raise OSError("the disk is full")
        return real(authority_id)

    with patch.object(lists, "build", fails), pytest.raises(CommandError, match="1 of the steps failed"):
        run("rehearse")

    assert str(dump()) == before


def test_a_rehearsal_before_the_first_ceremony_says_so(db: None) -> None:
    with pytest.raises(CommandError):
        run("rehearse")
    assert not CertificateAuthority.objects.exists()


def test_the_ceremony_prints_fingerprints_and_is_held_once(db: None) -> None:
    said = run("ceremony")

    office = ceremony.in_office()
    assert office is not None
    for each in standing.all_in_service():
        assert each.fingerprint in said
        assert each.due == []
    assert len(standing.all_in_service()) == 2
    with pytest.raises(CommandError, match="already"):
        run("ceremony")
    assert CertificateAuthority.objects.count() == 2


def test_rotate_says_how_long_the_old_key_is_needed(office: CertificateAuthority) -> None:
    assert "of no use any more" in run("rotate")
    until = certify().not_valid_after_utc

    assert f"Keep its key until {until:%Y-%m-%d}" in run("rotate")


def test_status_tells_who_is_in_office_and_that_nothing_is_due(office: CertificateAuthority) -> None:
    certify()
    run("rotate")

    said = run("status")

    assert f"{office.slug}: penerbit, retired" in said
    assert said.count("in office") == 2
    assert "1 living" in said
    assert "Nothing is due." in said


def due(office: CertificateAuthority) -> str:
    return " ".join(standing.of(CertificateAuthority.objects.get(pk=office.pk)).due)


def test_status_tells_what_is_due(office: CertificateAuthority) -> None:
    assert due(office) == ""

    RevocationList.objects.filter(pk=office.pk).update(next_update=Now() - timedelta(hours=1))
    assert "the revocation list ended" in due(office)
    RevocationList.objects.filter(pk=office.pk).delete()
    assert "no revocation list is out" in due(office)
    office.responders.all().delete()
    assert "OCSP" in due(office)
    CertificateAuthority.objects.filter(pk=office.pk).update(not_after=Now() + timedelta(days=800))
    assert "rotate before" in due(office)
    key_files.path_of(office.pk).unlink()
    assert "not on this machine" in due(office)


def test_a_root_in_its_safe_is_asked_for_when_its_list_ends_soon(office: CertificateAuthority) -> None:
    root = office.parent
    assert root is not None
    key_files.path_of(root.pk).unlink()
    assert due(root) == ""

    RevocationList.objects.filter(pk=root.pk).update(next_update=Now() + timedelta(days=59))

    assert "its key is needed here" in due(root)


def test_status_tells_of_a_key_that_does_not_open(office: CertificateAuthority, settings: Any) -> None:
    forget()
    settings.AUTHORITY_PASSWORD = "another"

    assert "TTE_AUTHORITY_PASSWORD" in due(office)
