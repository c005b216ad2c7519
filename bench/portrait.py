"""The picture that every journey uploads: a real face, as large as a phone's browser shrinks it."""

from functools import cache
from io import BytesIO

import skimage.data
from PIL import Image

SIZE = (1280, 960)


@cache
def portrait() -> bytes:
    """A JPEG of scikit-image's public-domain portrait, its upper part at 1280 × 960."""
    face = Image.fromarray(skimage.data.astronaut()).crop((0, 0, 512, 384))
    buffer = BytesIO()
    face.resize(SIZE, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@cache
def checked() -> bytes:
    """The same as the portal keeps it."""
    from enrollment import photos

    return photos.take(portrait()).jpeg
