"""A holder revokes, suspends and resumes: proven anew each time, told plainly, and a second request changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from enrollment import actions as invitations
from enrollment.holders import access
from enrollment.models import Application, Holder
from passphrase import actions, revocation
from passphrase.models import Certificate, CertificateAuthority, Issuance, SigningKey
from passphrase.pki import responder
from tests import cast, holders
from tests.passphrase import statuses
from tte_portal import links
from tte_portal.models import Account, AuditRow, Link, OutboxMessage

REVOKE, SUSPEND, RESUME = (f"/akun/sertifikat/{each}/" for each in ("cabut", "tangguhkan", "aktifkan-lagi"))
RIGHT = {"how": "passphrase", "passphrase": cast.GOOD_PASSPHRASE}


@pytest.fixture
def active(issued: Application) -> Application:
    actions.activate(issued.pk)
    cast.deliver_all()
    mail.outbox.clear()
    return Application.objects.get(pk=issued.pk)


@pytest.fixture
def browser(active: Application) -> Client:
    """Come by the mailed link of the status page."""
    invitations.send_link_again(active, "status", by=None)
    return cast.open_link(active, "status")


@pytest.fixture
def holder(active: Application) -> Holder:
    return holders.holder_of(active.institution)


def state_of(application: Application) -> str:
    return str(Application.objects.get(pk=application.pk).status)


def reason_of(application: Application) -> str:
    serial = Certificate.objects.get(application=application).serial
    return Issuance.objects.get(serial=serial).revocation_reason


def proof_link(application: Application, purpose: str) -> Link:
    return Link.objects.filter(subject=application.pk, purpose=purpose).latest("created_at")


def address_of(application: Application, act: str, purpose: str) -> str:
    return f"/email/sertifikat/{act}/{links.token_of(proof_link(application, purpose).pk)}/"


def test_the_page_says_what_follows_and_offers_the_holders_reasons(browser: Client) -> None:
    page = browser.get(REVOKE).content.decode()

    assert "tidak dapat dipakai lagi untuk selamanya" in page
    assert "tetap sah" in page
    for each in revocation.OF_HOLDER:
        assert each.words in page
    assert "Hak memakai sertifikat dicabut instansi" not in page


def test_the_passphrase_revokes_and_everybody_is_told_at_once(
    active: Application, browser: Client, certificate_authority: CertificateAuthority
) -> None:
    responder._kept.clear()
    certificate = Certificate.objects.get(application=active)
    assert statuses.online(certificate_authority, certificate) == "good"

    answer = browser.post(REVOKE, {"reason": "keyCompromise", **RIGHT})

    assert "sudah dicabut" in answer.content.decode()
    assert state_of(active) == "REVOKED"
    assert statuses.online(certificate_authority, certificate) == "keyCompromise"
    assert statuses.listed(certificate_authority) == {certificate.serial: "keyCompromise"}
    assert "revoked" in cast.deliver_all()
    row = AuditRow.objects.get(subject=active.pk, event="revoke")
    assert row.actor == f"applicant:{active.pk}"


def test_a_wrong_passphrase_counts_and_changes_nothing(active: Application, browser: Client) -> None:
    answer = browser.post(REVOKE, {"reason": "keyCompromise", "how": "passphrase", "passphrase": "Salah-Sekali 1"})

    assert answer.status_code == 422
    assert "Sisa percobaan: 9" in answer.content.decode()
    assert b"Salah-Sekali" not in answer.content
    # What was chosen still stands there.
    assert 'value="keyCompromise" checked' in answer.content.decode()
    assert state_of(active) == "ACTIVE"


def test_the_tenth_wrong_passphrase_locks_and_the_holder_is_told(active: Application, browser: Client) -> None:
    SigningKey.objects.filter(application=active).update(guesses=9)

    browser.post(REVOKE, RIGHT | {"reason": "keyCompromise", "passphrase": "Bukan-Ini 1 !"})

    assert OutboxMessage.objects.filter(template="passphrase_locked", subject=active.pk).count() == 1
    assert AuditRow.objects.filter(event="lock_passphrase", subject=active.pk).count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"how": "passphrase", "reason": "keyCompromise"}, "Passphrase belum diisi"),
        (RIGHT, "Pilih satu alasan"),
        ({**RIGHT, "reason": "privilegeWithdrawn"}, "Pilih"),
        ({**RIGHT, "reason": "certificateHold"}, "Pilih"),
        ({"reason": "keyCompromise"}, "Pilih cara"),
        ({"reason": "keyCompromise", "how": "code", "code": "123456"}, "Pilih"),
    ],
)
def test_what_is_missing_or_not_theirs_is_refused(
    active: Application, browser: Client, typed: dict[str, str], words: str
) -> None:
    answer = browser.post(REVOKE, typed)

    assert answer.status_code == 422
    assert words in answer.content.decode() or answer.context["form"].errors
    assert state_of(active) == "ACTIVE"


def test_a_second_request_changes_nothing_and_says_so(active: Application, browser: Client) -> None:
    browser.post(REVOKE, {"reason": "keyCompromise", **RIGHT})
    before = Certificate.objects.values().get(application=active)

    answer = browser.post(REVOKE, {"reason": "cessationOfOperation", **RIGHT})

    assert answer.status_code == 409
    assert "sudah dicabut sebelumnya" in answer.content.decode()
    assert "Tidak ada yang berubah" in answer.content.decode()
    assert Certificate.objects.values().get(application=active) == before


def test_the_authenticator_proves_it_as_well(active: Application, holder: Holder) -> None:
    browser = holders.browser_of(holder)
    wrong = browser.post(SUSPEND, {"how": "code", "code": "000000"})
    assert (wrong.status_code, state_of(active)) == (422, "ACTIVE")

    browser.post(SUSPEND, {"how": "code", "code": holders.code_of(holders.rewind(holder))})

    assert state_of(active) == "SUSPENDED"


def test_whom_a_provider_signed_in_has_no_authenticator_here(holder: Holder) -> None:
    browser = holders.browser_of(holder)
    session = browser.session
    session[access.BY_PROVIDER] = "contoh"
    session.save()

    page = browser.get(REVOKE).content.decode()

    assert 'value="code"' not in page
    assert 'value="link"' in page


def ask_for_link(browser: Client, address: str, **typed: str) -> Any:
    answer = browser.post(address, {"how": "link", **typed})
    assert "Belum ada yang berubah" in answer.content.decode()
    return answer


def test_the_mailed_link_finishes_the_act_on_any_device(active: Application, browser: Client) -> None:
    ask_for_link(browser, REVOKE, reason="affiliationChanged")
    assert state_of(active) == "ACTIVE"
    assert cast.deliver_all()[-1] == "proof"
    assert "mencabut sertifikat" in mail.outbox[-1].subject
    elsewhere, address = Client(), address_of(active, "cabut", "proof-revoke")
    assert f"{address}?alasan=affiliationChanged" in mail.outbox[-1].body

    # Mail scanners follow links: nothing is shown and nothing changes.
    for _ in range(3):
        assert "Lanjutkan" in elsewhere.get(address).content.decode()
    assert proof_link(active, "proof-revoke").opened_at is None
    opened = elsewhere.post(f"{address}?alasan=affiliationChanged")
    page = elsewhere.get(opened["Location"])
    assert 'value="affiliationChanged" checked' in page.content.decode()
    assert b"Passphrase Anda" not in page.content
    elsewhere.post(REVOKE, {"reason": "affiliationChanged"})

    assert (state_of(active), reason_of(active)) == ("REVOKED", "affiliationChanged")


def test_a_link_works_once_and_for_its_own_act(active: Application, browser: Client, verifier: Account) -> None:
    ask_for_link(browser, SUSPEND)
    elsewhere, address = Client(), address_of(active, "tangguhkan", "proof-suspend")
    assert elsewhere.post(address.replace("tangguhkan", "cabut")).status_code == 404
    elsewhere.post(address)
    assert elsewhere.get(REVOKE)["Location"] == "/akun/sertifikat/masuk/"
    elsewhere.post(SUSPEND)
    assert state_of(active) == "SUSPENDED"
    revocation.resume(active.pk, by=verifier)

    assert elsewhere.post(address).status_code == 410
    assert elsewhere.post(SUSPEND)["Location"] == "/akun/sertifikat/masuk/"
    assert state_of(active) == "ACTIVE"


@pytest.mark.parametrize(("seconds", "opens"), [(-2, False), (5, True)])
def test_a_link_lives_a_day(active: Application, browser: Client, seconds: int, opens: bool) -> None:
    ask_for_link(browser, SUSPEND)
    link = proof_link(active, "proof-suspend")
    Link.objects.filter(pk=link.pk).update(expires_at=Now() + timedelta(seconds=seconds))

    answer = Client().post(address_of(active, "tangguhkan", "proof-suspend"))

    assert (answer.status_code == 302) is opens


def test_only_so_many_links_go_to_one_mailbox(active: Application, browser: Client) -> None:
    for _ in range(5):
        ask_for_link(browser, SUSPEND)

    assert browser.post(SUSPEND, {"how": "link"}).status_code == 429
    assert OutboxMessage.objects.filter(template="proof").count() == 5


def test_at_night_without_an_officer_a_lost_phone_is_dealt_with(active: Application) -> None:
    """No authenticator, the passphrase perhaps in other hands: the dinas mailbox alone is enough, from any device."""
    invitations.answer_mailbox_request(None, active.mailbox, "status")
    borrowed = cast.open_link(active, "status")
    ask_for_link(borrowed, SUSPEND)
    borrowed.post(address_of(active, "tangguhkan", "proof-suspend"))
    borrowed.post(SUSPEND)
    assert (state_of(active), reason_of(active)) == ("SUSPENDED", "certificateHold")

    page = borrowed.get(RESUME).content.decode()
    assert "passphrase tidak cukup" in page
    assert 'name="passphrase"' not in page
    borrowed.post(RESUME, RIGHT)
    assert state_of(active) == "SUSPENDED"
    borrowed.post(address_of(active, "aktifkan", "proof-resume"))
    borrowed.post(RESUME)

    assert state_of(active) == "ACTIVE"
    assert reason_of(active) == ""


def test_what_an_officer_suspended_is_not_resumed_here(active: Application, browser: Client, verifier: Account) -> None:
    revocation.suspend(active.pk, by=verifier)

    assert "ditangguhkan petugas" in browser.get(RESUME).content.decode()
    assert browser.post(RESUME, {"how": "link"}).status_code == 409
    # But revoked, if the holder wants that.
    browser.post(REVOKE, {"reason": "cessationOfOperation", **RIGHT})
    assert state_of(active) == "REVOKED"


def test_a_suspended_one_is_not_suspended_again(active: Application, browser: Client) -> None:
    browser.post(SUSPEND, RIGHT)
    answer = browser.post(SUSPEND, RIGHT)

    assert "sudah ditangguhkan" in answer.content.decode()
    assert AuditRow.objects.filter(subject=active.pk, event="suspend").count() == 1


def test_no_secret_is_written_down(active: Application, browser: Client) -> None:
    ask_for_link(browser, REVOKE, reason="keyCompromise")
    token = links.token_of(proof_link(active, "proof-revoke").pk)
    browser.post(SUSPEND, RIGHT)

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s',  # noqa: S608
                [
                    f"%{token}%",
                    f"%{cast.GOOD_PASSPHRASE}%",
                ],
            )
            assert cursor.fetchone() == (0,), table


def test_a_first_certificate_is_suspended_in_its_pause_too(issued: Application) -> None:
    invitations.send_link_again(issued, "status", by=None)
    browser = cast.open_link(issued, "status")
    assert "Tangguhkan sementara" in browser.get("/akun/sertifikat/").content.decode()

    browser.post(SUSPEND, RIGHT)

    assert (state_of(issued), reason_of(issued)) == ("SUSPENDED", "certificateHold")


def test_a_suspended_one_is_revoked_from_the_suspension_on_and_everything_says_so(
    active: Application, browser: Client, verifier: Account
) -> None:
    revocation.suspend(active.pk, "keyDoubt", by=verifier)
    serial = Certificate.objects.get(application=active).serial
    Issuance.objects.filter(serial=serial).update(revoked_at=Now() - timedelta(days=3))
    since = Issuance.objects.get(serial=serial).revoked_at
    assert "sejak sertifikat ditangguhkan" in browser.get(REVOKE).content.decode()

    told = browser.post(REVOKE, {"reason": "keyCompromise", **RIGHT}).content.decode()

    assert Certificate.objects.get(application=active).revoked_at == since
    assert "Pencabutan berlaku sejak sertifikat ditangguhkan" in told
    assert "sebelum ditangguhkan tetap sah" in told
    page = browser.get("/akun/sertifikat/").content.decode()
    assert "Tanda tangan yang dibuat sebelum ditangguhkan tetap berlaku" in page
    assert "Pencabutan berlaku sejak sertifikat ditangguhkan" in page
    assert "Sertifikat dicabut, berlaku sejak ditangguhkan. Alasan" in page
    cast.deliver_all()
    assert "pencabutannya berlaku sejak saat itu" in mail.outbox[-1].body


def test_of_one_that_was_in_use_the_moment_is_that_of_the_revocation(active: Application, browser: Client) -> None:
    told = browser.post(REVOKE, {"reason": "keyCompromise", **RIGHT}).content.decode()
    assert "Dicabut <time" in told
    assert "ditangguhkan" not in told
    cast.deliver_all()
    assert "sebelum pencabutan tetap berlaku" in mail.outbox[-1].body


def test_a_locked_passphrase_is_not_the_way_chosen_beforehand(active: Application, browser: Client) -> None:
    SigningKey.objects.filter(application=active).update(guesses=9)

    page = browser.post(SUSPEND, {"how": "passphrase", "passphrase": "Salah-Sekali 1"}).content.decode()

    assert "Pilih cara lain untuk membuktikan diri" in page
    assert "di atas" not in page
    assert 'value="link" checked' in page
    assert 'value="link" checked' in browser.get(SUSPEND).content.decode()
    browser.post(SUSPEND, RIGHT)
    assert state_of(active) == "ACTIVE"


def test_a_code_that_was_used_just_now_is_called_so(active: Application, holder: Holder) -> None:
    browser = holders.browser_of(holder)
    code = holders.code_of(holders.rewind(holder))
    browser.post(SUSPEND, {"how": "code", "code": code})

    again = browser.post(REVOKE, {"reason": "keyCompromise", "how": "code", "code": code})

    assert "Kode itu sudah dipakai. Tunggu kode berikutnya" in again.content.decode()
    other = browser.post(REVOKE, {"reason": "keyCompromise", "how": "code", "code": f"{(int(code) + 1) % 10**6:06}"})
    assert "Kode tidak cocok" in other.content.decode()
    assert state_of(active) == "SUSPENDED"


def test_there_is_a_way_out_until_the_last_press(active: Application, browser: Client, settings: Any) -> None:
    settings.DEMO = True
    assert "kotak keluar" in ask_for_link(browser, REVOKE, reason="keyCompromise").content.decode()
    browser.post(address_of(active, "cabut", "proof-revoke"))
    assert ">Batal</a>" in browser.get(REVOKE).content.decode()
