"""Trying a passphrase: the right one gives a signed document for a while, a wrong one counts, strangers get nothing."""

from datetime import timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import storages
from django.db import OperationalError
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application, Status
from passphrase import authority as authorities
from passphrase import custody
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.models import SigningKey
from passphrase.signing import samples, tasks
from passphrase.signing.models import Sample, TimestampKey
from tests import cast, holders
from tests.cast import GOOD_PASSPHRASE
from tests.passphrase.holder.visits import own
from tests.passphrase.signing import verdicts
from tests.passphrase.signing.conftest import Ready, ready
from tte_portal import files
from tte_portal.models import AuditRow, OutboxMessage, SealedFile

__all__ = ["ready"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

PAGE, RIGHT, DOCUMENT = "/akun/sertifikat/coba/", "/akun/sertifikat/coba/benar/", "/akun/sertifikat/coba/dokumen.pdf"
WRONG = {"passphrase": "Bukan-Itu 1 kapal"}
GOOD = {"passphrase": GOOD_PASSPHRASE}


def words(response: Any) -> str:
    return unescape(response.content.decode())


def events(application: Application) -> list[str]:
    return list(AuditRow.objects.filter(subject=application.pk).order_by("pk").values_list("event", flat=True))


@pytest.mark.parametrize("way", ["link", "account"])
def test_the_right_passphrase_gives_a_document_that_passes(ready: Ready, way: str) -> None:
    holder = holders.holder_of(ready.application.institution)
    browser = own(ready.application) if way == "link" else holders.browser_of(holder)

    assert browser.post(PAGE, GOOD).headers["Location"] == RIGHT
    assert "Passphrase benar" in words(browser.get(RIGHT))
    answer = browser.get(DOCUMENT)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="percobaan-{ready.application.receipt}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert verdicts.level(answer.content, ready.root) == "B-LT"
    assert events(ready.application)[-1] == "try_passphrase"


def test_a_wrong_one_counts_says_how_many_are_left_and_no_document_comes_out(ready: Ready) -> None:
    browser = own(ready.application)
    stored = SealedFile.objects.count()

    page = browser.post(PAGE, WRONG)

    assert "Sisa percobaan: 9" in words(page)
    assert WRONG["passphrase"] not in words(page)
    assert browser.get(RIGHT).headers["Location"] == PAGE
    assert browser.get(DOCUMENT).headers["Location"] == PAGE
    assert (Sample.objects.count(), SealedFile.objects.count()) == (0, stored)
    assert SigningKey.objects.get().guesses == 1


def test_the_tenth_locks_and_tells_the_holder_once(ready: Ready) -> None:
    browser = own(ready.application)
    SigningKey.objects.update(guesses=9)

    assert browser.post(PAGE, WRONG).headers["Location"] == "/akun/sertifikat/buka-kunci/"
    assert browser.post(PAGE, GOOD).headers["Location"] == "/akun/sertifikat/buka-kunci/"
    assert browser.get(PAGE).headers["Location"] == "/akun/sertifikat/buka-kunci/"

    assert OutboxMessage.objects.filter(template="passphrase_locked").count() == 1
    assert events(ready.application).count("lock_passphrase") == 1
    (mail,) = holders.mails("passphrase_locked")
    assert mail.to == ready.application.mailbox
    assert "sepuluh kali" in mail.text


def test_a_stranger_neither_guesses_nor_locks(ready: Ready) -> None:
    for _ in range(12):
        assert Client().post(PAGE, WRONG).headers["Location"] == "/akun/sertifikat/masuk/"

    assert SigningKey.objects.get().guesses == 0


def test_the_document_lies_sealed_and_is_gone_after_its_minutes(ready: Ready) -> None:
    browser = own(ready.application)
    browser.post(PAGE, GOOD)
    file = Sample.objects.get().file
    assert storages["sealed_files"].open(files._path(file.pk)).read(5) != b"%PDF-"

    Sample.objects.update(made_at=Now() - samples.KEPT + timedelta(seconds=20))
    tasks.sweep()
    assert browser.get(DOCUMENT).status_code == 200

    Sample.objects.update(made_at=Now() - samples.KEPT)
    assert browser.get(DOCUMENT).headers["Location"] == PAGE
    assert browser.get(RIGHT).headers["Location"] == PAGE


@pytest.mark.django_db(transaction=True)
def test_the_sweep_erases_row_key_and_content(ready: Ready) -> None:
    own(ready.application).post(PAGE, GOOD)
    file = Sample.objects.get().file
    Sample.objects.update(made_at=Now() - samples.KEPT)

    assert samples.sweep() == 1
    assert samples.sweep() == 0

    assert not Sample.objects.exists()
    assert not SealedFile.objects.filter(pk=file.pk).exists()
    assert not storages["sealed_files"].exists(files._path(file.pk))


def test_only_the_newest_document_is_kept(ready: Ready) -> None:
    browser = own(ready.application)
    browser.post(PAGE, GOOD)
    first = browser.get(DOCUMENT).content
    browser.post(PAGE, GOOD)

    assert browser.get(DOCUMENT).content != first
    assert SealedFile.objects.filter(kind=samples.KIND).count() == 1


def test_nobody_fetches_somebody_elses(ready: Ready, natuna: Any, verifier: Any) -> None:
    own(ready.application).post(PAGE, GOOD)
    other = cast.approved(natuna, verifier, 1)

    assert own(other).get(DOCUMENT).headers["Location"] == PAGE


def test_before_the_certificate_is_issued_it_says_right_or_wrong_all_the_same(enrolled: Application) -> None:
    browser = own(enrolled)

    assert "Passphrase benar" in words(browser.post(PAGE, GOOD))
    assert "belum terbit" in words(browser.post(PAGE, GOOD))
    assert "Sisa percobaan: 9" in words(browser.post(PAGE, WRONG))


def test_without_what_a_lasting_signature_needs_the_passphrase_is_right_all_the_same(ready: Ready) -> None:
    TimestampKey.objects.all().delete()

    page = words(own(ready.application).post(PAGE, GOOD))

    assert "Passphrase benar" in page
    assert "belum dapat dibuat" in page
    assert not Sample.objects.exists()


def test_what_fails_after_the_key_has_opened_is_told_apart_from_a_wrong_passphrase(ready: Ready) -> None:
    browser = own(ready.application)
    with patch.object(samples, "keep", side_effect=OperationalError("deadlock detected")):
        page = words(browser.post(PAGE, GOOD))

    assert "Passphrase benar" in page
    assert "belum dapat dibuat" in page
    # Nothing is broken for good: the next try has its document.
    assert browser.post(PAGE, GOOD).headers["Location"] == RIGHT


@pytest.mark.parametrize(
    ("status", "says"),
    [("SUSPENDED", "ditangguhkan"), ("REVOKED", "dimusnahkan"), ("ON_SET_PASSPHRASE", "belum membuat passphrase")],
)
def test_without_a_key_to_use_it_says_why_and_counts_nothing(ready: Ready, status: str, says: str) -> None:
    Application.objects.update(status=Status(status))
    browser = own(ready.application)

    for answer in (browser.get(PAGE), browser.post(PAGE, WRONG)):
        assert says in words(answer)
    assert SigningKey.objects.get().guesses == 0


@pytest.mark.parametrize("path", ["coba", "ganti", "lupa", "buka-kunci"])
def test_where_another_authority_holds_the_keys_the_page_says_so(
    ready: Ready, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere(EmbeddedAuthority):
        name, holds_keys = "Balai Contoh", False

    monkeypatch.setattr(authorities, "current", Elsewhere)
    browser = own(ready.application)

    for answer in (browser.get(f"/akun/sertifikat/{path}/"), browser.post(f"/akun/sertifikat/{path}/", WRONG)):
        assert "Portal ini tidak menyimpan kunci" in words(answer)
        assert "Balai Contoh" in words(answer)
        assert "<input" not in words(answer).split("<main")[1].replace('<input type="hidden"', "")
    assert SigningKey.objects.get().guesses == 0


def test_trying_too_often_is_slowed_down(ready: Ready) -> None:
    browser = own(ready.application)
    for _ in range(30):
        assert browser.post(PAGE, {"passphrase": ""}).status_code == 200

    assert browser.post(PAGE, GOOD).status_code == 429


def test_a_key_that_opens_is_the_same_key(ready: Ready) -> None:
    own(ready.application).post(PAGE, GOOD)

    opened = custody.open_key(ready.application.pk, GOOD_PASSPHRASE)
    assert opened.public_key() == ready.key.public_key()
