"""What may stand in a log: no token, no identity number, no phone, whoever wrote the line."""

import logging
import sys
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from tests.hostile import console_log, guesses
from tte_portal import links
from tte_portal.logs import Masked, mask


@guesses
@given(
    link=some.uuids(), around=some.sampled_from(["{}", "/email/status/{}/", "%2F{}%2F", "token={}&x=1", "'{}'", "//{}"])
)
def test_a_token_is_masked_wherever_it_stands(link: object, around: str) -> None:
    token = links.token_of(link)  # type: ignore[arg-type]
    assert token not in mask(around.format(token))
    assert "[token]" in mask(around.format(token))


@pytest.mark.parametrize(
    "number", ["9901015705680100", "196805172026032100", "85120001", "+6280010000100", "080010000100"]
)
@pytest.mark.parametrize("around", ["{}", "NIK {} ditolak", "nik={}, ", "({})", "/cari/{}/", "'{}'", '"{}"', "a: {};"])
def test_numbers_of_people_are_masked(number: str, around: str) -> None:
    assert mask(around.format(number)) == around.format("[nomor]")


@pytest.mark.parametrize("text", [
    "POST /pengajuan/<slug:slug>/ 302 17 ms",
    "Message 0b6fe22c-55a7-4a4a-9f8e-122334455667 not sent, try 3: SMTPException",
    "Certificate 5F3A00112233445566778899AABBCCDD issued",
    "2026-11-21 18:34:30,357",
    "port 54321, 1234567 rows",
])  # fmt: skip
def test_what_operators_need_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_a_uuid_of_digits_alone_is_no_number() -> None:
    text = f"application {str(uuid4())[:24]}123456789012"
    assert mask(text) == text


def test_arguments_and_tracebacks_are_masked_too() -> None:
    with console_log() as written:
        try:
            raise ValueError("NIK 9901015705680100")
        except ValueError:
            logging.getLogger("anybody").exception("failed for %s", "+6280010000100")
    assert "failed for [nomor]" in written.getvalue()
    assert "ValueError: NIK [nomor]" in written.getvalue()


def test_a_traceback_is_written_once_and_without_its_objects() -> None:
    try:
        raise ValueError("NIK 9901015705680100")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed %s", ("now",), sys.exc_info())
    assert Masked().filter(record)
    assert record.exc_info is None
    assert "[nomor]" in (record.exc_text or "")
    assert record.getMessage() == "failed now"


@pytest.mark.django_db
def test_a_request_leaves_its_route_and_never_its_path() -> None:
    with console_log() as written:
        Client().get("/natuna-9901015705680100/")
        Client().get("/healthz?nik=9901015705680100")
    assert "GET /healthz 200" in written.getvalue()
    assert "GET /<slug:slug>/ 404" in written.getvalue()
    assert "9901015705680100" not in written.getvalue()
