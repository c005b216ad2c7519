"""The trial page and its stamp: who, when by the institution's clock, that it is a trial; whatever the name."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from enrollment.models import Institution
from passphrase.signing import sample

CHECK_AT = "https://tte.instansi-dengan-nama-panjang.example/verifikasi/"
LONG = "Prof. Dr. Ir. Raden Ajeng Maria Magdalena Contoh Percobaan, M.Si"


def text_of(pdf: bytes) -> list[str]:
    """What stands on each page, line ends as blanks."""
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(BytesIO(pdf))]


def signer(institution: Institution, name: str = "Ayu Contoh, S.Kom.", organization: str = "") -> sample.Signer:
    at = datetime(2026, 11, 21, 18, 5, 9, tzinfo=UTC)
    return sample.Signer(name, organization or institution.name, "A" * 40, institution, at)


@pytest.mark.parametrize(
    ("slug", "moment"),
    [("natuna", "22 November 2026 pukul 01.05.09 WIB"), ("sulteng", "22 November 2026 pukul 02.05.09 WITA")],
)
def test_page_and_stamp_tell_who_when_and_that_it_is_a_trial(
    institutions: dict[str, Institution], slug: str, moment: str
) -> None:
    found = signer(institutions[slug])
    (page,), (stamp,) = text_of(sample.page(found, CHECK_AT)), text_of(sample.stamp(found))

    for words in ("Ayu Contoh, S.Kom.", institutions[slug].name, moment, "A" * 40, CHECK_AT):
        assert words in page
    for words in ("Ini hanya percobaan", "tidak mengikat siapa pun", "Bukan sertifikat PSrE menurut PP 71/2019"):
        assert words in page
    for words in ("Ayu Contoh, S.Kom.", moment, "Percobaan – bukan sertifikat PSrE"):
        assert words in stamp


@pytest.mark.parametrize("name", [LONG, "W" * 64, "<b>Ayu</b> & <para>", "Ayu\u202egnotoC", "文 Ayu"])
def test_any_name_stays_text_on_one_page_and_inside_the_stamp(natuna: Institution, name: str) -> None:
    found = signer(natuna, name, organization="Organisasi " * 5 + "Contoh")
    pages = text_of(sample.page(found, CHECK_AT))

    assert len(pages) == 1
    assert ("<b>Ayu</b>" in pages[0]) is ("<b>" in name)
    assert inside(sample.stamp(found))


def inside(pdf: bytes) -> bool:
    """Whether every letter on the page stands within its border."""
    page: Any = pypdfium2.PdfDocument(BytesIO(pdf))[0]
    text, (width, height) = page.get_textpage(), page.get_size()
    boxes = [text.get_charbox(number) for number in range(text.count_chars())]
    return all(left > 1 and bottom > 1 and right < width - 1 and top < height - 1 for left, bottom, right, top in boxes)


def test_the_stamp_is_as_large_as_its_place(natuna: Institution) -> None:
    page: Any = pypdfium2.PdfDocument(BytesIO(sample.stamp(signer(natuna))))[0]

    assert page.get_size() == pytest.approx(sample.STAMP[2:], abs=0.1)
