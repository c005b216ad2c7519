"""A certificate that an officer has suspended: its holder reads why, and whom to turn to."""

import pytest

from enrollment.models import Application
from passphrase import revocation, succession, suspension
from tests import cast
from tests.passphrase.holder.visits import own
from tte_portal.models import Account, AuditRow

pytestmark = pytest.mark.django_db

PAGE, WORDS = "/akun/sertifikat/", suspension.REASONS["useCheck"]


@pytest.mark.parametrize("address", ["", "aktifkan-lagi/"])
def test_the_reason_and_whom_to_call_are_told(active: Application, verifier: Account, address: str) -> None:
    contact = active.institution.contacts.all()[0]
    revocation.suspend(active.pk, "useCheck", by=verifier, comment="Laporan 12")

    page = own(active).get(PAGE + address).content.decode()

    assert WORDS in page
    assert "Laporan 12" not in page
    assert contact.name in page
    assert contact.phone in page
    assert active.receipt in page


def test_without_one_that_is_said_too(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, by=verifier)
    assert "tidak dituliskan" in own(active).get(PAGE).content.decode()


def test_a_reason_of_an_earlier_time_is_not_told_again(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, "useCheck", by=verifier)
    revocation.resume(active.pk, by=verifier)
    revocation.suspend(active.pk, by=active, proof="passphrase")

    page, _, history = own(active).get(PAGE).content.decode().partition("Riwayat sertifikat")

    assert WORDS not in page
    # What was done then, and why, stands in the history for good.
    assert f"Sertifikat ditangguhkan. Alasan: {WORDS}" in history
    assert "Anda sendiri yang menangguhkannya" in page


def test_whoever_makes_a_passphrase_meanwhile_reads_it_as_well(active: Application, verifier: Account) -> None:
    reset = succession.begin(active.pk, "reset")
    browser = cast.open_link(reset, "passphrase")
    revocation.suspend(active.pk, "useCheck", by=verifier)
    page = browser.get("/passphrase/")
    assert page.status_code == 403
    assert WORDS in page.content.decode()


def test_renewing_points_to_it(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, "useCheck", by=verifier)
    page = own(active).get(f"{PAGE}perpanjang/").content.decode()
    assert "siapa yang dihubungi" in page
    assert "aktifkan-lagi" not in page


def test_a_reason_that_is_none_is_refused(active: Application, verifier: Account) -> None:
    with pytest.raises(revocation.UnknownReason):
        revocation.suspend(active.pk, "keyCompromise", by=verifier)
    assert not AuditRow.objects.filter(subject=active.pk, event="suspend").exists()


def test_the_history_tells_the_reason_and_of_ones_own_none(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, "deviceLost", by=verifier, comment="Laporan 12")
    revocation.resume(active.pk, by=verifier)
    revocation.suspend(active.pk, by=active, proof="passphrase")

    told = [entry.what for entry in own(active).get(PAGE).context["history"] if "ditangguhkan" in entry.what]

    assert told == ["Sertifikat ditangguhkan", f"Sertifikat ditangguhkan. Alasan: {suspension.REASONS['deviceLost']}"]
