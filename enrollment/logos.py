"""An institution's logo: made safe like any photo, and small enough to stand on every page."""

import hashlib
from io import BytesIO

from PIL import Image

from enrollment import photos

LARGEST_BYTES = 40 * 1024
LEAST_SIDE = 24
# Twice the height it is shown at; wide logos get their room too. Smaller ones are tried until it is light enough.
SIDES = (320, 240, 180, 120, 88)


class Unfit(ValueError):
    """This file cannot be a logo; the text is the sentence for whoever chose it."""


def take(content: bytes) -> bytes:
    """A small PNG on white, without metadata; raises :class:`Unfit`."""
    try:
        image = photos.clean(content, longest=SIDES[0], least=LEAST_SIDE)
    except photos.Refused as refused:
        raise Unfit(f"Berkas ini tidak dapat dipakai sebagai logo. {refused} SVG tidak diterima.") from refused
    for side in SIDES:
        image.thumbnail((side, side))
        for attempt in (image, image.quantize(128)):
            png = _png(attempt)
            if len(png) <= LARGEST_BYTES:
                return png
    raise Unfit("Logo ini terlalu rumit untuk dijadikan gambar kecil. Gunakan gambar yang lebih sederhana.")


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def digest_of(png: bytes) -> str:
    return hashlib.sha256(png).hexdigest()[:12]
