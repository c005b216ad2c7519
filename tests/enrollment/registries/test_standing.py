"""The words by which a registry says that somebody's employment has ended."""

import pytest

from enrollment.registries.standing import has_left


@pytest.mark.parametrize(
    "words",
    ["Pensiun", "PENSIUN BUP", "Diberhentikan dengan hormat", "Meninggal dunia", "Pindah Instansi", "non-aktif"],
)
def test_an_end_is_understood(words: str) -> None:
    assert has_left(words)


@pytest.mark.parametrize(
    "words",
    ["", "PNS", "CPNS", "Aktif", "Masa Persiapan Pensiun", "Calon Pensiun", "Diberhentikan sementara", "Cuti", "???"],
)
def test_anything_else_says_nothing(words: str) -> None:
    assert not has_left(words)
