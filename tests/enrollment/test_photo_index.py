"""The same picture has the same index, another picture another, and the index tells nobody what it shows."""

from io import BytesIO

import pytest
from PIL import Image

from enrollment import photos
from enrollment.models import Application, Institution
from enrollment.wizard import actions as wizard
from tests import cast


def jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def face() -> Image.Image:
    return Image.open(BytesIO(cast.portrait()))


def test_the_same_picture_has_the_same_index_and_a_turned_one_another() -> None:
    kept = photos.take(cast.portrait()).jpeg

    assert photos.index_of(kept) == photos.index_of(photos.take(kept).jpeg)
    assert photos.index_of(kept) != photos.index_of(jpeg(face().transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert photos.index_of(kept) != photos.index_of(jpeg(face().crop((120, 0, 420, 400))))


@pytest.mark.parametrize("colour", ["black", "white", "grey"])
def test_a_picture_of_nothing_is_like_no_other(colour: str) -> None:
    assert photos.index_of(jpeg(Image.new("RGB", (640, 640), colour))) is None


def test_a_photo_that_is_kept_is_indexed_anew_each_time(natuna: Institution) -> None:
    application = cast.begin(natuna)

    wizard.keep_photo(application, cast.portrait())
    first = Application.objects.get(pk=application.pk).photo_index
    wizard.keep_photo(application, jpeg(face().transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    second = Application.objects.get(pk=application.pk).photo_index

    assert first is not None
    assert second is not None
    assert bytes(first) != bytes(second)
    assert len(bytes(first)) == 32
