"""The month as a PDF to hand to a head of department: a title page with what matters, then every table."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from enrollment import letters
from enrollment.letters import BODY, BOLD
from verification.reports import monthly, words
from verification.reports.monthly import Month
from verification.reports.monthly_drawing import BAR_WIDE, SOFT, STRONG, bar, funnel, line
from verification.reports.scope import Scope
from verification.reports.tables import Column, Table

# Between the margins; reportlab keeps six points of its own on each side.
WIDE = A4[0] - 36 * mm - 12
# A longer table is a file's, not a page's.
MOST_ROWS = 60
# With more columns than this the letters of the heading and the bar get smaller.
MOST_COLUMNS = 6
TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=24, leading=30, textColor=STRONG)
PLACE = ParagraphStyle("place", fontName=BOLD, fontSize=15, leading=20)
PLAIN = ParagraphStyle("plain", fontName=BODY, fontSize=9.5, leading=13.5)
QUIET = ParagraphStyle("quiet", PLAIN, textColor=HexColor("#475866"))
HEADING = ParagraphStyle("heading", fontName=BOLD, fontSize=13, leading=17, textColor=STRONG, spaceBefore=14)
CELL = ParagraphStyle("cell", PLAIN, fontSize=8.5, leading=11)
NUMBER = ParagraphStyle("number", CELL, alignment=2)
HEAD = ParagraphStyle("head", CELL, fontName=BOLD)
HEAD_NUMBER = ParagraphStyle("head number", HEAD, alignment=2)
NARROW = ParagraphStyle("narrow", HEAD_NUMBER, fontSize=6.5, leading=8.5)
VALUE = ParagraphStyle("value", fontName=BOLD, fontSize=20, leading=24, textColor=STRONG)
LABEL = ParagraphStyle("label", QUIET, fontSize=8.5, leading=11)


def document(scope: Scope, month: Month, made: list[Table], at: str) -> bytes:
    buffer = BytesIO()
    title = f"Laporan bulanan TTE {month}, {scope.place}"
    pages = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title=letters.shown(title), author=letters.shown(scope.place), lang="id-ID",
    )  # fmt: skip
    story = _title_page(scope, month, made, at)
    for table in made:
        story += _section(table)
    pages.build(story, canvasmaker=_numbered(f"{scope.place} · {month}", f"Dibuat {at}"))
    return buffer.getvalue()


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    """Text as text: reportlab would read <b> and & in a name as markup."""
    return Paragraph(escape(letters.shown(text)), style)


def _title_page(scope: Scope, month: Month, made: list[Table], at: str) -> list[Flowable]:
    numbers = monthly.key_numbers(made)
    cards = Grid(
        [[_text(words.number(value), VALUE) for _, value in numbers], [_text(name, LABEL) for name, _ in numbers]],
        colWidths=[WIDE / len(numbers)] * len(numbers),
        style=[("BACKGROUND", (0, 0), (-1, -1), SOFT), ("LINEAFTER", (0, 0), (-2, -1), 3, white),
               ("LEFTPADDING", (0, 0), (-1, -1), 10), ("TOPPADDING", (0, 0), (-1, 0), 8),
               ("BOTTOMPADDING", (0, 1), (-1, 1), 9), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )  # fmt: skip
    story: list[Flowable] = [
        Spacer(1, 22 * mm), _text("Laporan Bulanan Tanda Tangan Elektronik", TITLE), Spacer(1, 6 * mm),
        _text(scope.place, PLACE), _text(str(month), PLACE), Spacer(1, 3 * mm),
        _text(f"Periode {scope.period}. Dibuat {at}. Angka tentang keadaan sekarang adalah keadaan saat itu.", QUIET),
        Spacer(1, 10 * mm), cards, Spacer(1, 8 * mm),
    ]  # fmt: skip
    stages = next((each for each in made if each.slug == "tahapan"), None)
    if stages and stages.rows:
        story += [_text("Pengajuan per tahap, sekarang", HEADING), Spacer(1, 3 * mm), funnel(stages, WIDE)]
    growth = next((each for each in made if each.over_time), None)
    drawn = line(growth, WIDE) if growth else None
    if growth and drawn:
        story += [_text(f"{growth.columns[growth.chart].heading} per bulan", HEADING), Spacer(1, 3 * mm), drawn]
    return [*story, PageBreak()]


def _section(table: Table) -> list[Flowable]:
    opening: list[Flowable] = [_text(table.title, HEADING), _text(table.told, QUIET), Spacer(1, 2 * mm)]
    if not table.rows:
        return [KeepTogether([*opening, _text("Belum ada data untuk bulan ini.", PLAIN)])]
    closing = [_text(note, LABEL) for note in table.notes]
    if (more := len(table.rows) - MOST_ROWS) > 0:
        closing.append(_text(f"{more} baris lagi ada pada berkas XLSX.", LABEL))
    grid = _grid(table)
    short = len(table.rows) < 25
    # A long table begins where some of its rows have room, below its heading.
    first: list[Flowable] = [KeepTogether([*opening, grid])] if short else [CondPageBreak(70 * mm), *opening, grid]
    return [*first, Spacer(1, 1.5 * mm), *closing]


def _grid(table: Table) -> Grid:
    drawn = [row[table.chart] for row in table.rows]
    longest = max((each for each in drawn if each), default=0)
    if table.over_time:
        longest = max(longest, max((row[-1] or 0 for row in table.rows), default=0))
    wide = _bar_width(table)
    rows: list[list[Any]] = [[*(_head(column, table) for column in table.columns), ""]]
    for row in table.rows[:MOST_ROWS]:
        value = row[table.chart]
        ahead = table.over_time and value is None
        cells = [_value(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        rows.append([*cells, bar(row[-1] if ahead else value, longest, foreseen=ahead, wide=wide)])
    return Grid(
        rows, colWidths=_widths(table), repeatRows=1,
        style=[("LINEBELOW", (0, 0), (-1, 0), 1, STRONG), ("LINEBELOW", (0, 1), (-1, -1), 0.4, SOFT),
               ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
               ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
               ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
               ("LEFTPADDING", (0, 0), (0, -1), 0), ("LEFTPADDING", (-1, 0), (-1, -1), 8),
               ("RIGHTPADDING", (-1, 0), (-1, -1), 0)],
    )  # fmt: skip


def _widths(table: Table) -> list[float]:
    """The first column takes what the others leave, and never less than a quarter."""
    others, bars = len(table.columns) - 1, _bar_width(table) + 8
    left = WIDE - bars
    first = max(WIDE / 4, left - 78 * others)
    return [first, *[(left - first) / others if others else 0] * others, bars]


def _bar_width(table: Table) -> float:
    return BAR_WIDE if len(table.columns) <= MOST_COLUMNS else BAR_WIDE / 2


def _head(column: Column, table: Table) -> Paragraph:
    if column.kind == "text":
        return _text(column.heading, HEAD)
    return _text(column.heading, HEAD_NUMBER if len(table.columns) <= MOST_COLUMNS else NARROW)


def _value(value: Any, column: Column) -> Paragraph:
    return _text(words.shown(value, column.kind), CELL if column.kind == "text" else NUMBER)


def _numbered(left: str, right: str) -> Callable[..., Canvas]:
    """A canvas that writes "Halaman 2 dari 7" once it knows how many there are."""

    class Numbered(Canvas):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self.pages, 1):
                self.__dict__.update(page)
                self.setFont(BODY, 8)
                self.setFillColor(HexColor("#475866"))
                self.drawString(18 * mm, 11 * mm, letters.shown(left)[:70])
                self.drawRightString(A4[0] - 18 * mm, 11 * mm, f"{right} · Halaman {number} dari {len(self.pages)}")
                super().showPage()
            super().save()

    return Numbered
