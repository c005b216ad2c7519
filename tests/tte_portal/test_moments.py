"""Moments are told in the page's time zone, under the name people have for it."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tte_portal.templatetags.moments import moment

AT = datetime(2026, 12, 31, 17, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "name", "told"),
    [
        ("Asia/Jakarta", "WIB", '<time datetime="2027-01-01T00:05:30+07:00">1 Januari 2027 pukul 00.05 WIB</time>'),
        ("Asia/Jayapura", "WIT", '<time datetime="2027-01-01T02:05:30+09:00">1 Januari 2027 pukul 02.05 WIT</time>'),
    ],
)
def test_day_and_time_in_the_pages_zone(zone: str, name: str, told: str) -> None:
    with timezone.override(zone):
        assert moment(AT, name) == told


def test_a_page_of_no_institution_tells_western_time() -> None:
    assert moment(AT, None).endswith("WIB</time>")
