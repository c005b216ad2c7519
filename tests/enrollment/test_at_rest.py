"""P3 and P6 as somebody who steals the disk sees them: what was typed is nowhere, in no spelling."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from enrollment import actions
from enrollment.emails import PATHS
from enrollment.models import Application, MailboxRequest
from enrollment.wizard import actions as wizard
from tests import cast
from tests.hostile import broker, console_log, dump, everything_written, files_under, spellings
from tte_portal import files, links
from tte_portal.embedded.postgresql import installed
from tte_portal.models import OutboxMessage

pytestmark = pytest.mark.django_db


def pg_dump() -> bytes:
    """The whole database as its own backup program writes it."""
    own = installed() / "pg_dump"
    program = str(own) if own.exists() else shutil.which("pg_dump") or "false"
    at: dict[str, Any] = connection.settings_dict
    address = ["-h", at["HOST"], "-p", at["PORT"] or "5432", "-U", at["USER"] or "postgres"]
    done = subprocess.run(
        [program, *address, "--inserts", at["NAME"]],
        capture_output=True,
        check=False,
        env={"PGPASSWORD": at["PASSWORD"]},
    )
    # Another major release refuses the server: then what SELECT shows has to do.
    return done.stdout if done.returncode == 0 else everything_written()


def found_in(written: bytes, *secrets: str | bytes) -> list[bytes]:
    plain = [each.encode() if isinstance(each, str) else each for each in secrets]
    return [spelling for secret in plain for spelling in spellings(secret) if spelling in written]


def walk_through(application: Application) -> Client:
    """The wizard as a browser sends it, with a wrong NIK first, up to the submitted application."""
    client = cast.open_link(application, "activation")
    typed = cast.answers(application)
    client.post("/pengajuan/data-diri/", typed["data-diri"] | {"nik": typed["data-diri"]["nik"][:-1]})
    client.post("/pengajuan/data-diri/", typed["data-diri"])
    client.post("/pengajuan/data-kedinasan/", typed["data-kedinasan"] | {"go": "check"})
    client.post("/pengajuan/data-kedinasan/", typed["data-kedinasan"])
    photo = SimpleUploadedFile("foto.jpg", cast.portrait(), "image/jpeg")
    client.post("/pengajuan/foto-diri/", {"photo": photo, "consent-kebijakan-privasi": "on", "go": "next"})
    assert client.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
    return client


@pytest.mark.django_db(transaction=True)
def test_a_stolen_backup_tells_no_number_phone_or_face(application: Application, tmp_path: Path) -> None:
    walk_through(application)
    typed = cast.answers(application)
    secrets = [typed["data-diri"]["nik"], typed["data-kedinasan"]["employee_number"], cast.PHONE, cast.PHONE[3:]]
    application.refresh_from_db()
    assert application.photo is not None
    face = files.read(application.photo)
    stolen = pg_dump() + everything_written() + files_under(tmp_path)
    assert application.receipt.encode() in stolen
    assert found_in(stolen, *secrets, face[600:630], face[-40:-10], cast.portrait()[600:630]) == []


@pytest.mark.django_db(transaction=True)
def test_the_broker_holds_ids_alone(application: Application) -> None:
    with broker() as redis:
        redis.flushdb()
        Client().post("/status/", {"mailbox": application.mailbox})
        walk_through(application)
        lists = [key for key in redis.scan_iter() if redis.type(key) == b"list"]
        queued = str([redis.lrange(key, 0, -1) for key in lists]).encode()
    typed = cast.answers(application)
    token = links.token_of(cast.link_of(application, "activation").pk)
    assert b"deliver_message" in queued
    assert found_in(queued, typed["data-diri"]["nik"], cast.PHONE, application.mailbox, token, application.name) == []


@pytest.mark.parametrize("purpose", ["activation", "passphrase", "status"])
def test_no_token_of_a_mailed_link_is_stored(application: Application, verifier: Any, purpose: str) -> None:
    if purpose == "passphrase":
        application = cast.approved(application.institution, verifier, 1)
    if purpose == "status":
        actions.send_link_again(application, "status", by=None)
    token = links.token_of(cast.link_of(application, purpose).pk)
    Client().get(reverse(PATHS[purpose], args=[token]))
    cast.open_link(application, purpose)
    cast.deliver_all()
    assert token not in str(dump())
    assert found_in(everything_written(), token) == []


def test_the_outbox_holds_ids_alone(application: Application) -> None:
    cast.fill(application)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    for row in OutboxMessage.objects.all():
        assert set(row.ids) <= {"application", "link"}
        assert all(len(value) == 36 for value in row.ids.values())
        assert found_in(str(row.__dict__).encode(), application.mailbox, application.name, cast.PHONE) == []


def test_a_mailbox_that_somebody_typed_is_not_stored_in_plain(application: Application) -> None:
    Client().post("/status/", {"mailbox": "seseorang@natunakab.example"})
    assert MailboxRequest.objects.get().mailbox == "seseorang@natunakab.example"
    assert found_in(everything_written(), "seseorang@natunakab.example") == []


def test_a_draft_that_is_wrong_is_sealed_like_a_right_one(application: Application) -> None:
    client = cast.open_link(application, "activation")
    client.post("/pengajuan/data-diri/", {"nik": "990101570568010X", "phone": "0812 keliru", "name": "Ayu <x>"})
    application.refresh_from_db()
    assert application.draft["data-diri"]["nik"] == "990101570568010X"
    assert found_in(everything_written(), "990101570568010", "0812 keliru") == []


# --- Logs ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("purpose", ["activation", "passphrase", "status"])
def test_the_log_never_tells_a_token_whatever_goes_wrong(
    application: Application, purpose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links.token_of(links.make(purpose, application.pk).pk)
    path = reverse(PATHS[purpose], args=[token])
    with console_log() as written:
        for wrong in (path, path + "x/", path.rstrip("/"), path.replace("/email/", "/email/email/"), f"/{path}"):
            Client().get(wrong)
            Client().post(wrong)
        Client().put(path)
        Client(enforce_csrf_checks=True).post(path)
        Client().get(path.replace("/email/", "/Email%2F").upper().replace(token.upper(), token))
        monkeypatch.setattr(links, "find", lambda *given: 1 / 0 if given else None)
        assert Client(raise_request_exception=False).post(path).status_code == 500
    assert "Internal Server Error" in written.getvalue()
    assert "ZeroDivisionError" in written.getvalue()
    assert token not in written.getvalue()


def test_an_error_that_repeats_the_address_is_masked(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    token = links.token_of(links.make("activation", application.pk).pk)

    def fail(*given: Any) -> None:
        raise RuntimeError(f"no answer for /email/aktivasi/akun/{token}/ and NIK 9901015705680100")

    monkeypatch.setattr(links, "find", fail)
    with console_log() as written:
        Client(raise_request_exception=False).post(f"/email/aktivasi/akun/{token}/")
    assert "no answer for /email/aktivasi/akun/[token]/ and NIK [nomor]" in written.getvalue()
    assert token not in written.getvalue()


def test_a_whole_journey_leaves_no_personal_word_in_the_log(application: Application) -> None:
    token = links.token_of(cast.link_of(application, "activation").pk)
    with console_log() as written:
        walk_through(application)
        cast.deliver_all()
        call_command("audit", "verify")
    assert "POST /pengajuan/<slug:slug>/ 302" in written.getvalue()
    typed = cast.answers(application)
    secrets = (typed["data-diri"]["nik"], typed["data-kedinasan"]["employee_number"], cast.PHONE[3:], token)
    assert [each for each in (*secrets, application.mailbox, application.name) if each in written.getvalue()] == []


def test_a_photo_is_kept_without_where_it_was_taken(application: Application) -> None:
    with Image.open(BytesIO(cast.portrait())) as image:
        exif = image.getexif()
        exif[0x010E] = "Jalan Contoh 7, Ranai"
        buffer = BytesIO()
        image.save(buffer, "JPEG", exif=exif)
    assert b"Jalan Contoh 7" in buffer.getvalue()
    wizard.keep_photo(application, buffer.getvalue())
    assert application.photo is not None
    assert b"Jalan Contoh 7" not in files.read(application.photo)
