"""What the process apart tells is believed no further than it makes sense: times, certificates, names of strangers."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.template.loader import render_to_string
from django.utils import timezone

from passphrase.checking import judging, moments, reading
from passphrase.checking.facts import BAD, DOUBTFUL
from passphrase.checking.moments import Life

STANDS = {"unchanged": True, "genuine": True, "added": "nothing", "stamps": []}


def certificate(name: str = "Orang Lain", until: datetime | None = None) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    made = builder.not_valid_after(until or datetime(2040, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def verdict_of(**told: Any) -> judging.Verdict:
    return judging.judge(reading._signature(STANDS | {"certificate": certificate(), "time": ""} | told))


def page_of(verdict: judging.Verdict) -> str:
    return render_to_string("checking/verdict.html", {"verdict": verdict})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", "0000-01-01T12:00:00+00:00", "kemarin", ""],
)
def test_a_time_no_calendar_has_is_left_out(time: str) -> None:
    verdict = verdict_of(time=time)

    assert verdict.grade == DOUBTFUL
    assert "Tidak tertulis." in page_of(verdict)


@pytest.mark.django_db
def test_a_time_without_its_zone_is_taken_for_utc() -> None:
    # The zone of a page, which others have told before in this thread.
    with timezone.override("Asia/Jakarta"):
        assert "19.00 WIB" in page_of(verdict_of(time="2024-01-01T12:00:00"))


@pytest.mark.django_db
def test_a_certificate_that_never_ends_is_told() -> None:
    """RFC 5280, 4.1.2.5: no end is known. No clock further east can tell that moment."""
    endless = certificate(until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))

    assert "tidak dikenal di sini" in page_of(verdict_of(certificate=endless))


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_a_name_without_end_is_cut_and_is_text() -> None:
    page = page_of(verdict_of(certificate=certificate("<b>" + "A" * 50_000)))

    assert len(page) < 5_000
    assert "<b>AAA" not in page


def test_a_certificate_spoiled_inside_is_none() -> None:
    der = bytearray(base64.b64decode(certificate("Orang Lain")))
    begin = der.rindex(b"Orang Lain")
    der[begin : begin + 3] = b"\xff\xfe\xff"

    verdict = verdict_of(certificate=base64.b64encode(bytes(der)).decode())

    assert (verdict.grade, verdict.headline) == (BAD, "Tanda tangan ini rusak")


def test_the_line_shows_the_signature_on_the_right_side_of_the_end() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    days = timedelta(days=1)
    life = Life(now - 100 * days, now + 600 * days, now - 10 * days, "dicabut")

    before = moments.line(life, now - 20 * days, proven=True, now=now)
    after = moments.line(life, now - 5 * days, proven=False, now=now)

    assert [each.kind for each in before] == ["begins", "signed", "ended", "today"]
    assert [each.lives for each in before] == [True, True, False, False]
    assert [each.kind for each in after] == ["begins", "ended", "claimed", "today"]


def test_the_line_of_a_certificate_that_is_good_ends_in_the_future() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    life = Life(now - timedelta(days=100), now + timedelta(days=600))

    line = moments.line(life, None, proven=False, now=now)

    assert [each.kind for each in line] == ["begins", "today", "over"]
    assert [each.lives for each in line] == [True, True, False]
