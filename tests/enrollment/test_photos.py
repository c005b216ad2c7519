"""P8: what comes out is a clean JPEG of what was seen, or a sentence; never an error, never a gigabyte."""

import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pillow_heif
import pytest
import skimage.data
from PIL import Image, ImageFilter, ImageOps

from enrollment import photos
from enrollment.photos import Refused
from tests import cast

FULL = 1000
NORMAL = 200


@cache
def face() -> Image.Image:
    return Image.fromarray(skimage.data.astronaut())


def encoded(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def opened(photo: photos.Photo) -> Image.Image:
    return Image.open(BytesIO(photo.jpeg))


def heic(image: Image.Image) -> bytes:
    buffer = BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=80)
    return buffer.getvalue()


def empty_png(width: int, height: int) -> bytes:
    """A PNG whose heading claims that size and that holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    heading = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", heading) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# --- Clean ---------------------------------------------------------------------------------------------------------
def test_place_time_and_camera_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0110], exif[0x8825] = "Jalan Contoh 7, Ranai", "Kamera Contoh", {1: "N", 2: (3.0, 56.0, 0.0)}
    photo = photos.take(encoded(face(), exif=exif, comment=b"rahasia", icc_profile=b"profil" * 20))
    assert not opened(photo).getexif()
    assert set(opened(photo).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for told in (b"Ranai", b"Kamera", b"rahasia", b"profil", b"Exif"):
        assert told not in photo.jpeg


def zip_tail() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("shell.php", "<?php system($_GET['c']); ?>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "tail", [zip_tail(), b"<html><script>alert(1)</script>", b"%PDF-1.7", b"MZ\x90\x00", b"\0" * 9]
)
def test_what_hangs_behind_a_picture_is_cut_off(tail: bytes) -> None:
    photo = photos.take(cast.portrait() + tail)
    assert tail not in photo.jpeg
    assert photo.jpeg.endswith(b"\xff\xd9")
    assert not zipfile.is_zipfile(BytesIO(photo.jpeg))


def test_a_picture_hidden_in_a_picture_is_gone() -> None:
    photo = photos.take(encoded(face(), exif=b"Exif\0\0" + b"<?php evil() ?>" * 10))
    assert b"evil" not in photo.jpeg


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGB")]
)
def test_a_photo_stands_upright_whichever_way_the_phone_was_held(turned: int, kind: str, mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    wide = face().crop((0, 0, 512, 400)).convert(mode)
    photo = photos.take(encoded(wide, kind, exif=exif))
    assert opened(photo).size == ((512, 400) if turned < 5 else (400, 512))
    # The bright helmet and the dark background lie where they lie in the picture turned by hand.
    exif_free = ImageOps.exif_transpose(Image.open(BytesIO(encoded(wide, kind, exif=exif)))).convert("L")
    ours = numpy.asarray(opened(photo).convert("L"), dtype=float)
    assert numpy.corrcoef(ours.ravel(), numpy.asarray(exif_free, dtype=float).ravel())[0, 1] > 0.95


def test_large_photos_are_made_smaller_and_small_ones_left() -> None:
    assert max(opened(photos.take(encoded(face().resize((4000, 3000))))).size) == 1280
    assert opened(photos.take(cast.portrait())).size == (512, 512)


# --- Kinds ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_usual_kinds_are_read(kind: str) -> None:
    assert opened(photos.take(encoded(face(), kind))).format == "JPEG"


def test_a_heic_from_an_iphone_is_read() -> None:
    photo = photos.take(heic(face()))
    assert opened(photo).format == "JPEG"
    assert "no-face" not in photo.findings


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_every_way_to_write_colours_becomes_rgb(mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert opened(photos.take(encoded(face().convert(mode), kind))).mode == "RGB"


def test_sixteen_bits_of_grey_are_read() -> None:
    grey = numpy.asarray(face().convert("L")).astype("uint16") * 257
    photo = photos.take(encoded(Image.fromarray(grey), "PNG"))
    assert opened(photo).mode == "RGB"
    assert "bright" not in photo.findings


def test_a_picture_with_an_odd_palette_or_animation_is_read_as_one_still() -> None:
    moving = encoded(face(), "WEBP", save_all=True, append_images=[ImageOps.invert(face())], duration=100)
    assert opened(photos.take(moving)).size == (512, 512)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PDF", "EPS"])
def test_kinds_no_camera_makes_are_refused(kind: str) -> None:
    with pytest.raises(Refused, match="bukan foto"):
        photos.take(encoded(face(), kind))


@pytest.mark.parametrize("content", [
    b"GIF89a", b"%PDF-1.7 rekaan", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic", zip_tail(), b"x", b"\0" * 100_000,
])  # fmt: skip
def test_what_is_no_photo_gets_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused, match="bukan foto"):
        photos.take(content)


def test_an_empty_file_a_tiny_one_and_a_huge_one_each_get_their_own_sentence(settings: Any) -> None:
    with pytest.raises(Refused, match="0 byte"):
        photos.take(b"")
    with pytest.raises(Refused, match="terlalu kecil"):
        photos.take(encoded(face().resize((199, 400))))
    settings.PHOTO_MAX_BYTES = 2**20
    with pytest.raises(Refused, match="Paling besar 1 MB"):
        photos.take(b"\xff" * (2**20 + 1))


# --- Bombs ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [(12_000, 12_000), (5001, 5000), (30_000, 900), (2**31 - 1, 1), (60_000, 60_000)])
def test_more_than_25_megapixels_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        photos.take(empty_png(*size))


def test_a_bomb_is_refused_in_words_that_help() -> None:
    with pytest.raises(Refused, match="25 megapiksel"):
        photos.take(empty_png(12_000, 12_000))


MEASURE = """
import sys
import django
django.setup()
from enrollment import photos
for path in sys.argv[1:]:
    try:
        photos.take(open(path, "rb").read())
        print("taken")
    except photos.Refused:
        print("refused")
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def test_neither_a_bomb_nor_the_largest_photos_take_300_megabytes(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    largest = Image.new("RGB", (5700, 4300), (130, 120, 110))
    # Writing a HEIC takes far longer than reading it.
    iphone = largest if pytestconfig.getoption("--full") else largest.resize((2850, 2150))
    files = [empty_png(12_000, 12_000), encoded(largest), encoded(largest.convert("RGBA"), "PNG", compress_level=1),
             heic(iphone), encoded(largest.resize((3650, 2730)), "WEBP", method=0)]  # fmt: skip
    for number, content in enumerate(files):
        (tmp_path / str(number)).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MEASURE, *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "tte_portal.settings"},
    )  # fmt: skip
    *answers, megabytes = done.stdout.split()
    assert answers == ["refused", *["taken"] * 4]
    assert int(megabytes) < 300


def test_a_webp_that_would_take_more_is_refused_in_words_that_help() -> None:
    with pytest.raises(Refused, match="10 megapiksel"):
        photos.take(encoded(Image.new("RGB", (4000, 3000)), "WEBP", method=0))


# --- Findings ------------------------------------------------------------------------------------------------------
def found(image: Image.Image) -> tuple[str, ...]:
    return photos.take(encoded(image, quality=92)).findings


def two_faces() -> Image.Image:
    head = face().crop((140, 0, 340, 250))
    both = Image.new("RGB", (640, 400), (120, 110, 100))
    both.paste(head.resize((280, 350)), (20, 20))
    both.paste(head.resize((280, 350)), (340, 20))
    return both


def far_away() -> Image.Image:
    wide = face().resize((1600, 1600)).filter(ImageFilter.GaussianBlur(3))
    wide.paste(face().resize((420, 420)), (600, 600))
    return wide


@pytest.mark.parametrize(("image", "finding"), [
    (lambda: face().point(lambda light: light // 5), "dark"),
    (lambda: face().point(lambda light: 215 + light // 8), "bright"),
    (lambda: face().filter(ImageFilter.GaussianBlur(6)), "blurred"),
    (lambda: two_faces(), "many-faces"),
    (lambda: face().rotate(180), "no-face"),
    (lambda: Image.fromarray(skimage.data.coffee()), "no-face"),
    (lambda: Image.new("RGB", (400, 400), "white"), "bright"),
    (lambda: Image.new("RGB", (400, 400), "black"), "dark"),
], ids=["dark", "bright", "blurred", "two faces", "upside down", "no person", "white", "black"])  # fmt: skip
def test_what_could_be_better_is_found(image: Any, finding: str) -> None:
    assert finding in found(image())


def test_a_good_portrait_has_no_finding() -> None:
    close = face().crop((90, 0, 370, 300)).resize((840, 900))
    assert set(found(close)) <= {"blurred"}
    assert not {"dark", "bright", "no-face", "many-faces", "small-face"} & set(found(face().crop((60, 0, 400, 340))))


def test_every_finding_has_a_sentence_with_a_way_out() -> None:
    findings = {name for image in (two_faces(), far_away(), face().rotate(180)) for name in found(image)}
    assert findings
    assert findings <= set(photos.FINDINGS)
    assert all(text.count(".") >= 2 for text in photos.FINDINGS.values())


# --- A thousand spoiled files --------------------------------------------------------------------------------------
@cache
def originals() -> tuple[bytes, ...]:
    small = face().resize((220, 220))
    kinds = [encoded(small, "JPEG", quality=60), encoded(small, "JPEG", progressive=True), encoded(small, "PNG"),
             encoded(small.convert("P"), "PNG"), encoded(small, "WEBP"), heic(small)]  # fmt: skip
    return tuple(kinds)


def spoiled(seed: int) -> bytes:
    """An image with some bytes changed, cut out, doubled, or its head on another's body."""
    chance = random.Random(seed)
    content = bytearray(chance.choice(originals()))
    for _ in range(chance.choice((1, 3, 30))):
        # Half of all changes go where the headings are.
        place = chance.randrange(min(len(content), 400) if chance.random() < 0.5 else len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.choice((0, 255, chance.randrange(256)))
            case 1:
                del content[place : place + chance.randrange(1, 60)]
            case 2:
                content[place:place] = content[place : place + chance.randrange(1, 60)]
            case _:
                content[place : place + 4] = chance.randbytes(4)
        content = content or bytearray(b"x")
    if chance.random() < 0.1:
        content[len(content) // 2 :] = chance.choice(originals())[: len(content)]
    return bytes(content)


def test_a_spoiled_photo_is_taken_or_refused_and_nothing_else(pytestconfig: pytest.Config) -> None:
    taken = refused = 0
    for seed in range(FULL if pytestconfig.getoption("--full") else NORMAL):
        try:
            photo = photos.take(spoiled(seed))
        except Refused:
            refused += 1
        else:
            assert opened(photo).format == "JPEG"
            taken += 1
    assert taken
    assert refused
