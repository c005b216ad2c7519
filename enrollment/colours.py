"""One accent colour of an institution, checked for contrast, and the stylesheet of its shades."""

import hashlib
import re
from functools import lru_cache

# WCAG 2.2, success criterion 1.4.3: white words on a button of this colour.
LEAST_CONTRAST = 4.5
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
_HEX = re.compile(r"#[0-9a-f]{6}")

Rgb = tuple[int, int, int]


class Unfit(ValueError):
    """This colour cannot be used; the text is the sentence for whoever chose it."""


def read(text: str) -> str:
    """The colour as ``#rrggbb``; raises :class:`Unfit` when it is none, or too light for white words on it."""
    colour = "#" + text.strip().lower().removeprefix("#")
    if not _HEX.fullmatch(colour):
        raise Unfit("Tulis warna sebagai tanda pagar dan enam angka atau huruf a–f, misalnya #0b5cab.")
    found = contrast(_rgb(colour), WHITE)
    if found < LEAST_CONTRAST:
        told = f"{found:.1f}".replace(".", ",")
        raise Unfit(
            f"Warna ini terlalu muda: tulisan putih di atasnya sulit dibaca (kontras {told} : 1, paling sedikit "
            f"4,5 : 1). Pilih warna yang lebih tua, misalnya {_dark_enough(colour)}."
        )
    return colour


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _dark_enough(colour: str) -> str:
    """The same hue, darkened in small steps until white can be read on it."""
    shades = (mixed(colour, BLACK, share / 20) for share in range(1, 21))
    return next(shade for shade in shades if contrast(_rgb(shade), WHITE) >= LEAST_CONTRAST)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: Rgb, share: float) -> str:
    """``colour`` with that share of ``other`` in it."""
    parts = (round(c * (1 - share) + o * share) for c, o in zip(_rgb(colour), other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def shades(colour: str) -> dict[str, str]:
    """The portal's custom properties in this colour: itself, pressed or hovered, and as a background."""
    return {"brand": colour, "brand-dark": mixed(colour, BLACK, 0.35), "brand-soft": mixed(colour, WHITE, 0.92)}


# Small words in the accent colour stand on tinted backgrounds too, where a colour that is just dark enough on white
# would be too light: they take the darker shade.
_WORDS = "a,summary,.tag.todo,.reveal,.button.secondary,.file::file-selector-button"


@lru_cache(maxsize=1000)
def stylesheet(colour: str) -> str:
    """What stands after ``portal.css`` on the pages of an institution with a colour."""
    told = ";".join(f"--{name}:{value}" for name, value in shades(colour).items())
    return f":root{{{told}}}\n{_WORDS}{{color:var(--brand-dark)}}\n"


@lru_cache(maxsize=1000)
def digest_of(colour: str) -> str:
    return hashlib.sha256(stylesheet(colour).encode()).hexdigest()[:12]
