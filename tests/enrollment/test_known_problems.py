"""What the demo's institutions publish as known problems follows from what their procedures have."""

import pytest

from enrollment import procedure
from enrollment.demo import problems
from enrollment.models import Institution


def told(slug: str) -> str:
    return " ".join(f"{question} {answer}" for question, answer in problems.of(procedure.find(slug)))


def test_only_what_the_procedure_has_is_told() -> None:
    everywhere = ("natuna", "sulteng", "tangsel", "kemenkeu", "magelang")
    where = {
        "Tautan aktivasi tidak masuk": {"natuna", "sulteng", "tangsel", "magelang"},
        "Minta tautan aktivasi": {"natuna"},
        "Cek NIP / NRP": {"natuna", "sulteng", "magelang"},
        "verifikator menyetujui pendaftaran Anda": {"tangsel"},
        "bagian kepegawaian": {"kemenkeu"},
        "Kode OTP": {"magelang"},
        "tidak masuk ke WhatsApp": {"magelang"},
        "Aktivasi gagal atau foto ditolak": {"natuna", "sulteng", "tangsel", "magelang"},
        "Passphrase gagal dibuat": set(everywhere),
    }
    for words, slugs in where.items():
        assert {slug for slug in everywhere if words in told(slug)} == slugs, words
    assert all("layanan di halaman ini" not in told(slug) for slug in everywhere)


@pytest.mark.django_db
def test_the_front_door_shows_them(institutions: dict[str, Institution]) -> None:
    for slug, institution in institutions.items():
        shown = list(institution.known_problems.order_by("position").values_list("question", "answer"))
        assert shown == problems.of(procedure.find(slug))
