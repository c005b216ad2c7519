"""Letters people print, sign and send back: text from ``enrollment/texts/surat-*.toml``, filled in with their data."""

import tomllib
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

FOLDER = Path(__file__).parent / "texts"
STATEMENT, RECOMMENDATION = "surat-pernyataan", "surat-rekomendasi"
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember")  # fmt: skip

# They come with reportlab and are embedded, so that the letter looks the same everywhere.
BODY, BOLD = "Vera", "VeraBd"
for _font in (BODY, BOLD):
    pdfmetrics.registerFont(TTFont(_font, f"{_font}.ttf"))

SIDE, TOP, BOTTOM = 22 * mm, 18 * mm, 16 * mm
WIDTH = A4[0] - 2 * SIDE
LABEL, NUMBER = 30 * mm, 7 * mm
PLAIN = ParagraphStyle("plain", fontName=BODY, fontSize=9.5, leading=13.5)
TITLE = ParagraphStyle(
    "title",
    PLAIN,
    fontName=BOLD,
    fontSize=12.5,
    leading=17,
    alignment=TA_CENTER,
    leftIndent=25 * mm,
    rightIndent=25 * mm,
)
CENTRED = ParagraphStyle("centred", PLAIN, alignment=TA_CENTER)
SMALL = ParagraphStyle("small", PLAIN, fontSize=8, leading=11)
SMALL_HEADING = ParagraphStyle("small heading", SMALL, fontName=BOLD)
BLANK = "." * 60
TIGHT = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
         ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1),
         ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Who the letter is about; what is empty becomes a dotted line to fill in by hand."""

    name: str
    nip: str = ""
    position: str = ""
    unit: str = ""
    institution: str = ""
    mailbox: str = ""


def statement_letter(person: Person, *, place: str = "", on: date | None = None, text: str = STATEMENT) -> bytes:
    """The statement on the use of personal data, filled in, as PDF; ``text`` names a file in ``enrollment/texts``."""
    return _written(person, place, on, _text(text))


def recommendation_letter(
    person: Person, *, place: str = "", on: date | None = None, text: str = RECOMMENDATION
) -> bytes:
    """A superior's recommendation for that person, to be completed by hand, as PDF."""
    return _written(person, place, on, _text(text))


@cache
def _text(name: str) -> dict[str, Any]:
    """The letter of that name; raises ``FileNotFoundError``."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def _written(person: Person, place: str, on: date | None, text: dict[str, Any]) -> bytes:
    known: dict[str, str] = asdict(person)
    story: list[Flowable] = [line(text["title"], TITLE)]
    if "number" in text:
        story += [_gap(), line(f"{text['number']} {BLANK[:40]}", CENTRED)]
    story += [Spacer(0, 6 * mm), line(text["opening"]), _gap()]
    if "signer_rows" in text:
        story += [_rows(text["signer_rows"], known), _gap(), line(text["between"]), _gap()]
    story += [_rows(text["rows"], known), _gap(), line(text["statement"]), _gap()]
    story += [_points(text["paragraphs"], known), _gap()]
    story.append(KeepTogether([line(text["closing"]), Spacer(0, 5 * mm), _signature(text, known, place, on)]))
    story.append(KeepTogether([Spacer(0, 5 * mm), _note(text)]))
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=shown(text["title"]),
        author=shown(person.institution),
        subject=shown(person.name),
        lang="id-ID",
    )
    room = Frame(SIDE, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    # The foot is drawn last: read aloud, the letter begins with its title.
    document.addPageTemplates(PageTemplate("page", room, onPageEnd=foot(text["version"]), pagesize=A4))
    document.build(story)
    return buffer.getvalue()


def line(text: str, style: ParagraphStyle = PLAIN) -> Paragraph:
    """Text as text: reportlab would read <b> and & in a name as markup."""
    return Paragraph(escape(shown(text)), style)


def shown(text: str) -> str:
    """The text in letters the font has: what it lacks loses its accent, or becomes a question mark."""
    has = cast(TTFont, pdfmetrics.getFont(BODY)).face.charToGlyph
    shown = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs"):
            continue
        if ord(letter) in has:
            shown.append(letter)
        else:
            shown.append("".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) in has) or "?")
    return "".join(shown)


def _filled(text: str, known: dict[str, str]) -> str:
    """The text with what is known put in once: a name that reads "{nip}" stays as it is."""
    filled, rest = "", text
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        filled += before + (known[name].strip() or BLANK)
    return filled + rest


def _gap() -> Spacer:
    return Spacer(0, 2.5 * mm)


def _rows(rows: list[list[str]], known: dict[str, str]) -> Table:
    cells = [[line(label), line(":"), line(_filled(value, known) or BLANK)] for label, value in rows]
    return Table(cells, [LABEL, 4 * mm, WIDTH - LABEL - 4 * mm], style=TIGHT)


def _points(paragraphs: list[dict[str, str]], known: dict[str, str]) -> Table:
    cells = []
    for number, each in enumerate(paragraphs, 1):
        heading = f'<font name="{BOLD}">{escape(shown(each["heading"]))}.</font> '
        cells.append([line(f"{number}."), Paragraph(heading + escape(shown(_filled(each["text"], known))), PLAIN)])
    return Table(cells, [NUMBER, WIDTH - NUMBER], style=TIGHT)


def _signature(text: dict[str, Any], known: dict[str, str], place: str, on: date | None) -> Table:
    dated = f"{on.day} {MONTHS[on.month - 1]} {on.year}" if on else BLANK[:26]
    name, number = text["signer"]
    cells: list[Flowable] = [line(f"{place.strip() or BLANK[:24]}, {dated}"), line(text["signed_by"])]
    cells += [Spacer(0, 20 * mm), line(_filled(name, known) or BLANK[:46])]
    cells.append(line(_filled(number, known) if "{" in number else f"{number} {BLANK[:36]}"))
    return Table([["", cells]], [WIDTH * 0.48, WIDTH * 0.52], style=TIGHT)


def _note(text: dict[str, Any]) -> Table:
    points = [[line(f"{number}.", SMALL), line(each, SMALL)] for number, each in enumerate(text["note"], 1)]
    inside = Table(points, [5 * mm, WIDTH - 11 * mm], style=TIGHT)
    frame: Any = [("BOX", (0, 0), (-1, -1), 0.6, "#6b7280"), ("PADDING", (0, 0), (-1, -1), 3 * mm)]
    return Table([[[line(text["note_heading"], SMALL_HEADING), inside]]], [WIDTH], style=frame)


def foot(version: str) -> Any:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setFont(BODY, 7)
        canvas.setFillColor("#4b5563")
        canvas.drawString(SIDE, 9 * mm, f"Versi naskah {version}")
        canvas.drawRightString(A4[0] - SIDE, 9 * mm, f"Halaman {document.page}")

    return draw
