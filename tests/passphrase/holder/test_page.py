"""The holder's page: where the certificate stands, what to do, what was done by whom, what was written and arrived."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from enrollment import actions, lifecycle
from enrollment.models import Application, Institution
from passphrase import actions as certificates
from passphrase import revocation, succession
from passphrase.holder import history, notices, validity
from passphrase.models import Certificate
from tests import cast, holders
from tests.passphrase.holder.visits import own
from tte_portal import links
from tte_portal.models import Account, AuditRow, OutboxMessage
from tte_portal.outbox_messages import _composers

pytestmark = pytest.mark.django_db

PAGE = "/akun/sertifikat/"


def seen(application: Application) -> str:
    """What the page says, without its markup."""
    answer = own(application).get(PAGE)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def ends_in(application: Application, left: timedelta) -> None:
    """Let the whole certificate lie so that this much of it is left."""
    row = Certificate.objects.get(application=application)
    shift = row.not_after - (lifecycle.now() + left)
    Certificate.objects.filter(pk=row.pk).update(
        not_before=F("not_before") - shift, not_after=F("not_after") - shift
    )  # fmt: skip


# --- Where it stands ------------------------------------------------------------------------------------------------
def test_an_issued_one_is_waited_for(issued: Application) -> None:
    page = seen(issued)
    assert "Sertifikat Anda sudah terbit" in page
    assert "Dapat dipakai di SRIKANDI" in page


def test_an_active_one_asks_nothing_of_its_holder(active: Application) -> None:
    page = seen(active)
    assert "Sertifikat Anda aktif" in page
    assert "Tidak ada yang perlu Anda lakukan" in page
    assert "Sisa 2 tahun (730 hari)" in page
    assert "Perpanjangan dibuka" in page


@pytest.mark.parametrize(("left", "told"), [
    (timedelta(days=31), "31 hari"), (timedelta(days=29, hours=23), "30 hari"), (timedelta(days=1), "1 hari"),
    (timedelta(hours=20), "1 hari"),
])  # fmt: skip
def test_from_thirty_days_before_the_end_it_says_so(active: Application, left: timedelta, told: str) -> None:
    ends_in(active, left - timedelta(minutes=5))
    page = seen(active)
    assert f"Sisa {told}" in page
    assert ("Segera berakhir" in page) == (left < timedelta(days=30))


def test_a_suspended_one_is_not_to_be_used(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, by=verifier)
    page = seen(active)
    assert "Ditangguhkan" in page
    assert "Jangan menandatangani dulu" in page


def test_a_revoked_one_says_why_and_how_to_go_on(active: Application, verifier: Account) -> None:
    revocation.revoke(active.pk, "affiliationChanged", by=verifier)
    answer = own(active).get(PAGE).content.decode()
    assert "Pindah instansi, pensiun, atau berhenti" in answer
    assert "Ajukan sertifikat baru" in answer
    # The certificate itself can still be had: what was signed with it is checked against it.
    assert "Unduh sertifikat (PEM)" in answer
    assert "PKCS#12" not in answer


def test_an_ended_one_is_told_before_and_after_the_sweep(active: Application) -> None:
    ends_in(active, timedelta(minutes=-5))
    assert "Habis masa berlaku" in seen(active)
    certificates.expire(active.pk)
    page = seen(active)
    assert "Habis masa berlaku" in page
    assert "Ajukan sertifikat baru" in page


def test_before_there_is_one_the_turn_is_told(approved: Application) -> None:
    browser = own(approved)
    answer = browser.get(PAGE).content.decode()
    assert "Belum ada sertifikat" in answer
    assert "Giliran Anda: buat passphrase" in answer
    assert 'action="/status/pengajuan/tautan/"' in answer
    assert "Riwayat sertifikat" not in answer


def test_a_successor_stands_beside_the_living_one(active: Application) -> None:
    ends_in(active, timedelta(days=20))
    new = succession.begin(active.pk, "renewal")
    page = seen(active)
    assert "Sertifikat baru sedang dibuat (perpanjangan)" in page
    assert new.receipt in page
    assert "Yang ini tetap berlaku sampai yang baru aktif" in page
    assert "Kirim tautan passphrase ke surel saya" in page
    assert page.count(new.receipt) == 1


def test_a_forgotten_passphrase_ends_the_old_one_sooner(active: Application) -> None:
    succession.begin(active.pk, "reset")
    assert "sampai yang baru terbit" in seen(active)


def test_the_page_is_the_same_for_an_account(active: Application) -> None:
    browser = holders.browser_of(holders.holder_of(active.institution))
    page = browser.get(PAGE).content.decode()
    assert "Sertifikat Anda aktif" in page
    assert 'action="/akun/keluar/"' in page
    assert 'href="/akun/status/"' in page


def test_the_state_is_told_in_words_with_the_code_beside_it(active: Application, verifier: Account) -> None:
    assert "Status: Aktif (ACTIVE)" in seen(active)
    revocation.suspend(active.pk, by=verifier)
    browser = own(active)
    for address, words in ((PAGE, "Ditangguhkan"), ("/status/pengajuan/", "Ditangguhkan")):
        page = " ".join(re.sub("<[^>]+>", " ", browser.get(address).content.decode()).split())
        assert f"Status: {words} (SUSPENDED)" in page


def test_a_message_that_did_not_arrive_is_told_without_unfolding(active: Application) -> None:
    assert "tidak sampai" not in seen(active)
    OutboxMessage.objects.filter(subject=active.pk, template="issued").update(state="failed")
    assert "Kabar yang kami kirim 1 tidak sampai" in seen(active)


def test_nobody_elses_certificate_or_mail_is_told(active: Application, natuna: Institution) -> None:
    other = cast.begin(natuna, 1)
    page = seen(other)
    serial = Certificate.objects.get(application=active).serial
    assert serial not in page
    assert "Sertifikat Anda terbit" not in page
    assert active.receipt not in page


def test_the_law_is_told_while_the_authority_is_the_portals_own(active: Application, settings: Any) -> None:
    assert "Nomor 71 Tahun 2019" in seen(active)
    settings.EMBEDDED_AUTHORITY = False
    assert "Nomor 71 Tahun 2019" not in seen(active)


def test_the_number_of_queries_does_not_grow_with_what_happened(active: Application, verifier: Account) -> None:
    browser = own(active)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(PAGE)
        return len(found)

    queries()
    few = queries()
    for _ in range(4):
        revocation.suspend(active.pk, by=verifier)
        revocation.resume(active.pk, by=verifier)
    assert queries() <= few
    assert few < 40


# --- The picture ----------------------------------------------------------------------------------------------------
def test_the_bar_puts_today_where_it_is(active: Application) -> None:
    ends_in(active, timedelta(days=182.5))
    row, now = Certificate.objects.get(application=active), lifecycle.now()
    bar = validity.of(row, active, now, None).bar
    assert bar.today == pytest.approx(75, abs=0.1)
    assert bar.renewal == pytest.approx(100 * 700 / 730, abs=0.1)
    assert (bar.until, bar.rest, bar.anchor) == (100, 0, "middle")
    answer = own(active).get(PAGE).content.decode()
    # A comma would be no number in a drawing.
    assert f'x="{bar.today:.2f}'.rstrip("0") in answer
    assert not re.search(r'(x|width)="\d+,\d+%"', answer)
    assert "style=" not in answer


def test_the_bar_ends_where_the_certificate_was_taken_back(active: Application, verifier: Account) -> None:
    ends_in(active, timedelta(days=365))
    revocation.revoke(active.pk, "keyCompromise", by=verifier)
    active.refresh_from_db()
    bar = validity.of(Certificate.objects.get(application=active), active, lifecycle.now(), None).bar
    assert bar.until == pytest.approx(50, abs=0.1)
    assert bar.spent == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize(("days", "words"), [
    (1, "1 hari"), (60, "60 hari"), (90, "3 bulan (90 hari)"), (365, "1 tahun (365 hari)"),
    (718, "1 tahun 11 bulan (718 hari)"), (729, "1 tahun 11 bulan (729 hari)"), (730, "2 tahun (730 hari)"),
])  # fmt: skip
def test_lengths_are_said_as_people_say_them(days: int, words: str) -> None:
    assert validity.length(days) == words


# --- What was done, and by whom -------------------------------------------------------------------------------------
def test_the_history_names_who_did_what(active: Application, verifier: Account) -> None:
    revocation.suspend(active.pk, by=verifier)
    revocation.resume(active.pk, by=verifier)
    revocation.revoke(active.pk, "keyCompromise", by=active)

    told = [(entry.what, entry.who) for entry in own(active).get(PAGE).context["history"]]

    assert told == [
        ("Sertifikat dicabut. Alasan: Passphrase diketahui orang lain, atau dikhawatirkan begitu", "Anda"),
        ("Sertifikat dapat dipakai lagi", "petugas"),
        ("Sertifikat ditangguhkan", "petugas"),
        ("Sertifikat aktif", "sistem"),
        ("Sertifikat terbit", "sistem"),
        ("Passphrase dibuat dan sertifikat diminta", "Anda"),
    ]


def test_the_history_goes_on_through_a_successor(active: Application, natuna: Institution) -> None:
    ends_in(active, timedelta(days=20))
    new = succession.begin(active.pk, "renewal")
    certificates.set_passphrase(new.pk, cast.link_of(new, "passphrase").pk, cast.GOOD_PASSPHRASE, by=new)
    certificates.issue_certificate(new.pk)
    certificates.activate(new.pk)
    new.refresh_from_db()

    entries = own(new).get(PAGE).context["history"]

    # Both at one moment: the old one ends with the activation of the new.
    assert {entry.what for entry in entries[:2]} == {"Sertifikat aktif", "Diganti dengan sertifikat baru"}
    assert [entry.what for entry in entries[2:6]] == [
        "Sertifikat terbit", "Passphrase dibuat dan sertifikat diminta", "Perpanjangan dimulai", "Sertifikat aktif",
    ]  # fmt: skip
    ends = {each.serial[-8:] for each in Certificate.objects.all()}
    assert {entry.serial for entry in entries} == ends
    assert len(ends) == 2


def test_officers_are_not_named(active: Application, verifier: Account) -> None:
    verifier.name = "Vera Rahasia"
    verifier.save()
    revocation.suspend(active.pk, by=verifier)
    assert "Vera Rahasia" not in seen(active)


def test_a_state_without_a_row_in_the_trail_is_told_all_the_same(active: Application) -> None:
    """What was taken over from elsewhere has periods alone."""
    told = [entry.what for entry in history.of([active])]
    AuditRow.objects.filter(subject=active.pk).delete()
    assert [entry.what for entry in history.of([active])] == told


# --- What was written ------------------------------------------------------------------------------------------------
def test_every_message_that_went_out_is_told_with_what_became_of_it(active: Application) -> None:
    cast.deliver_all()
    found = {each.title: each for each in notices.to([active.pk])}
    assert {"Sertifikat Anda terbit", "Sertifikat Anda aktif", "Pengajuan Anda kami terima"} <= found.keys()
    assert {each.word for each in found.values()} == {"terkirim"}
    issued = OutboxMessage.objects.filter(subject=active.pk, template="issued")
    sent = issued.get().sent_at
    assert isinstance(sent, datetime)
    assert found["Sertifikat Anda terbit"].at == sent


@pytest.mark.parametrize(("change", "word", "grade"), [
    ({"state": "waiting"}, "sedang dikirim", "warm"),
    ({"state": "waiting", "attempts": 3}, "sedang dikirim ulang", "warm"),
    ({"state": "failed"}, "tidak dapat dikirim", "bad"),
    ({"state": "fell_back", "channel": "whatsapp"}, "tidak sampai, dikirim lewat surel dinas", "bad"),
    ({"state": "sent", "channel": "whatsapp", "delivery": "read"}, "sudah dibaca", "good"),
    ({"state": "sent", "channel": "whatsapp", "delivery": "delivered"}, "sampai", "good"),
    ({"state": "sent", "channel": "whatsapp"}, "terkirim", "good"),
])  # fmt: skip
def test_whether_it_arrived_is_said_plainly(active: Application, change: dict[str, Any], word: str, grade: str) -> None:
    OutboxMessage.objects.filter(subject=active.pk).exclude(template="issued").delete()
    OutboxMessage.objects.filter(subject=active.pk).update(**change)
    (notice,) = notices.to([active.pk])
    assert notice.word.startswith(word)
    assert notice.grade == grade


def test_what_was_never_sent_is_not_told(active: Application) -> None:
    OutboxMessage.objects.filter(subject=active.pk).update(state="dropped")
    assert notices.to([active.pk]) == []


def test_the_page_shows_no_token(active: Application) -> None:
    actions.send_link_again(active, "status", by=None)
    cast.deliver_all()
    browser = cast.open_link(active, "status")
    answer = browser.get(PAGE).content.decode()
    for purpose in ("status", "activation", "passphrase"):
        assert links.token_of(cast.link_of(active, purpose).pk) not in answer


def test_every_message_has_its_place() -> None:
    """A new one is told to holders in words of its own, or is none of theirs: see passphrase/holder/notices.py."""
    ours = {name for name in _composers if not name.startswith("test")}
    assert ours - notices.TITLES.keys() - notices.OFFICERS == set()
    assert not notices.TITLES.keys() & notices.OFFICERS
