"""A certificate asked for by its number, however it was copied; and numbers that nobody has."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application
from passphrase.authority import rotation, taking_back
from passphrase.checking import serials
from passphrase.models import Certificate, Issuance

pytestmark = pytest.mark.django_db


def asked(typed: str) -> Any:
    return Client().post("/verifikasi/", {"serial": typed})


def pairs(serial: str, between: str) -> str:
    return between.join(serial[n : n + 2] for n in range(0, len(serial), 2))


def test_a_number_tells_whose_it_is_and_that_it_is_good(issued: Application) -> None:
    page = asked(Certificate.objects.get().serial).content.decode()

    assert "Sertifikat ini berlaku" in page
    assert issued.full_name in page


def test_it_may_be_written_as_any_program_writes_it(issued: Application) -> None:
    serial = Certificate.objects.get().serial
    written = (
        serial.lower(), pairs(serial, ":"), pairs(serial.lower(), " "), pairs(serial, "-"), pairs(serial, "\u00a0"),
        f"0x{serial.lower()}", f"0X{serial}", f"00{serial}", f"  {serial}\n", f"Nomor seri: {pairs(serial, ':')}",
        f"SN={serial}", f"\u200e{serial}", str(int(serial, 16)), f"{serial[:20]}\u2011{serial[20:]}.",
    )  # fmt: skip

    for typed in written:
        answer = asked(typed)
        assert "Sertifikat ini berlaku" in answer.content.decode(), typed


def test_a_revoked_and_an_ended_certificate_are_told(issued: Application) -> None:
    serial = Certificate.objects.get().serial
    Certificate.objects.update(not_after=Now() - timedelta(days=1))
    assert "sudah habis" in asked(serial).content.decode()

    Issuance.objects.update(revoked_at=Now(), revocation_reason="superseded")

    page = asked(serial).content.decode()
    assert "Sertifikat ini dicabut" in page
    assert "Diganti sertifikat baru" in page
    assert "<dt>Sejak</dt>" in page


def test_one_whose_issuer_was_revoked_is_told(issued: Application) -> None:
    authority = rotation.rotate().old
    taking_back.revoke(authority.slug, "cACompromise", even_living=True)

    page = asked(Certificate.objects.get().serial).content.decode()

    assert "Sertifikat ini dicabut bersama penerbitnya" in page


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "belum diisi"),
        ("XYZ", 422, "angka dan huruf A sampai F"),
        ("0x", 422, "angka dan huruf A sampai F"),
        ("::", 422, "angka dan huruf A sampai F"),
        ("12 AB; DROP TABLE", 422, "angka dan huruf A sampai F"),
        ("A" * 300, 422, "200"),
        ("0", 200, "tidak dikenal"),
        ("abcdef", 200, "paling banyak 40 angka dan huruf, biasanya 39 atau 40; yang diketik ada 6"),
        ("9" * 48, 200, "tidak dikenal"),
    ],
)
def test_a_wrong_number(typed: str, status: int, sentence: str) -> None:
    answer = asked(typed)

    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)


def test_an_unknown_number_is_repeated_so_that_it_can_be_compared(issued: Application) -> None:
    serial = Certificate.objects.get().serial
    wrong = f"{serial[:-1]}{'0' if serial[-1] != '0' else '1'}"

    page = asked(pairs(wrong, ":")).content.decode()

    assert "Nomor seri ini tidak dikenal" in page
    assert wrong in page
    assert "yang diketik ada" not in page, "its length is right"
    assert issued.full_name not in page


def test_only_digits_remain() -> None:
    assert serials.tidy("SERIAL 0x0a:Bc") == "0ABC"
    assert serials.tidy("\uff11\uff12") == "12", "as a phone's keyboard for wide letters writes them"
    assert serials.tidy("12-XY") == ""
