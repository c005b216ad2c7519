"""A photo of a face: made safe (decoded within limits, encoded anew) and looked at for what a person can mend."""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy
import pillow_heif
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tte_portal.encryption import blind_index

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = settings.PHOTO_MAX_PIXELS
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
# Its decoder holds a picture four times over, 16 bytes a pixel; no camera writes this kind.
WEBP_MAX_PIXELS = 10_000_000
LONGEST_SIDE, LEAST_SIDE = 1280, 200
ORIENTATION = 0x0112
LOOKED_AT = 640
HASHED = (9, 8)

# Measured thresholds (see docs/decisions/0004): variance of the Laplacian, and mean lightness 0–255.
BLUR_FACE, BLUR_WHOLE = 40, 60
DARK, BRIGHT = 60, 210
FACE_SHARE = 0.18

_of_thread = threading.local()

CASCADE = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt.xml"

Pixels = NDArray[numpy.uint8]


class Refused(ValueError):
    """This is no photo that can be used; the text is the sentence for the person who chose it."""


@dataclass(frozen=True)
class Photo:
    """The encoded JPEG (no metadata, longest side 1280 px) and what could be better about it."""

    jpeg: bytes
    findings: tuple[str, ...]


FINDINGS = {
    "no-face": "Wajah tidak terlihat jelas. Hadapkan wajah ke kamera, tanpa masker.",
    "many-faces": "Terlihat lebih dari satu wajah. Pastikan hanya Anda yang ada di foto.",
    "small-face": "Wajah terlalu kecil. Dekatkan kamera sampai wajah mengisi oval.",
    "blurred": "Foto kurang tajam. Pegang ponsel dengan dua tangan dan tunggu sebentar.",
    "dark": "Foto terlalu gelap. Cari tempat yang lebih terang.",
    "bright": "Foto terlalu terang. Hindari cahaya langsung dari depan.",
}


def take(content: bytes) -> Photo:
    """Turn an upload into a safe JPEG with findings; raises :class:`Refused`."""
    image = clean(content)
    return Photo(encoded(image), tuple(_look(image)))


def encoded(image: Image.Image) -> bytes:
    """The picture as JPEG, without metadata."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def clean(content: bytes, *, longest: int = LONGEST_SIDE, least: int = LEAST_SIDE) -> Image.Image:
    """The pixels alone, upright, at most ``longest`` a side; raises :class:`Refused`, also below ``least`` a side."""
    if not content:
        raise Refused("Berkas foto kosong (0 byte). Ambil foto lagi atau pilih berkas lain.")
    if len(content) > settings.PHOTO_MAX_BYTES:
        raise Refused(f"Berkas foto terlalu besar. Paling besar {settings.PHOTO_MAX_BYTES // 2**20} MB.")
    try:
        with warnings.catch_warnings():
            # Pillow only warns at the first limit, then takes 700 MB: treat the warning as the refusal it should be.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                limit = WEBP_MAX_PIXELS if opened.format == "WEBP" else settings.PHOTO_MAX_PIXELS
                if opened.width * opened.height > limit:
                    raise _too_large(limit)
                if min(opened.size) < least:
                    raise Refused(f"Foto terlalu kecil. Sisi terpendek paling sedikit {least} piksel.")
                opened.draft("RGB", (longest, longest))
                upright = _shrunk(opened, longest)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(settings.PHOTO_MAX_PIXELS) from error
    except Refused:
        raise
    except Exception as error:  # decoders raise anything on hostile bytes
        raise Refused("Berkas ini bukan foto yang dapat dibaca. Gunakan JPG, JPEG, PNG, WEBP, atau HEIC.") from error
    # A copy of the pixels alone: no EXIF, no profile, no trailing bytes reach the encoder.
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    return clean


def _too_large(limit: int) -> Refused:
    return Refused(f"Ukuran foto melebihi {limit // 10**6} megapiksel. Perkecil foto atau ambil lagi dengan kamera.")


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """The picture upright, in RGB, at its final size; shrunk first and in place, for a copy of 25 MP takes 100 MB."""
    if image.mode.startswith("I"):
        # 16 bits of grey: a plain conversion would turn everything above the lowest 256 steps white.
        image = image.point(lambda light: light * (1 / 256)).convert("L")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")
    elif image.mode in ("RGBA", "LA"):
        # Band by band: scaled as a whole, transparency takes two more copies of the full size.
        turn = image.getexif().get(ORIENTATION)
        *colours, cover = (
            _thumbnail(image.getchannel(band), longest) for band in ("RGBA" if "R" in image.mode else "LLLA")
        )
        # On white, as paper is: below a transparent background anything may lie, mostly black.
        white = Image.new("L", cover.size, 255)
        image = Image.merge("RGB", [Image.composite(colour, white, cover) for colour in colours])
        image.getexif()[ORIENTATION] = turn or 1
    return ImageOps.exif_transpose(_thumbnail(image, longest)).convert("RGB")


def _thumbnail(image: Image.Image, longest: int) -> Image.Image:
    image.thumbnail((longest, longest))
    return image


def index_of(jpeg: bytes) -> bytes | None:
    """The blind index of how a stored picture looks in small: of 8 × 8 places, whether it is lighter to the right.

    The same picture has the same, also when it was sent anew; another picture of the same face has not. ``None`` for
    a picture in which nothing is to be seen: all of those look alike.
    """
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
        opened.draft("L", (HASHED[0] * 8, HASHED[1] * 8))
        small = numpy.asarray(opened.convert("L").resize(HASHED), dtype=numpy.int16)
    lighter = small[:, 1:] > small[:, :-1]
    if not lighter.any():
        return None
    return blind_index("photo", numpy.packbits(lighter).tobytes().hex())


def _look(image: Image.Image) -> list[str]:
    small = image.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT))
    grey: Pixels = numpy.asarray(small.convert("L"))
    faces = _faces(grey)
    found = []
    if len(faces) != 1:
        found.append("no-face" if not len(faces) else "many-faces")
    face = grey
    if len(faces):
        x, y, width, height = max(faces, key=lambda each: int(each[2]))
        face = grey[y : y + height, x : x + width]
        if width < FACE_SHARE * min(grey.shape):
            found.append("small-face")
    if sharpness(grey) < BLUR_WHOLE or sharpness(face) < BLUR_FACE:
        found.append("blurred")
    light = float(face.mean())
    if light < DARK or light > BRIGHT:
        found.append("dark" if light < DARK else "bright")
    return found


def sharpness(grey: Pixels) -> float:
    """The variance of the Laplacian: low when nothing in the picture has an edge."""
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def _faces(grey: Pixels) -> Any:
    return _cascade().detectMultiScale(cv2.equalizeHist(grey), scaleFactor=1.1, minNeighbors=5, minSize=(48, 48))


def _cascade() -> cv2.CascadeClassifier:
    """One classifier for each thread: OpenCV's are not safe to share."""
    if not hasattr(_of_thread, "cascade"):
        # No threads of its own: several workers share the cores already.
        cv2.setNumThreads(1)
        _of_thread.cascade = cv2.CascadeClassifier(str(CASCADE))
    classifier: cv2.CascadeClassifier = _of_thread.cascade
    return classifier
