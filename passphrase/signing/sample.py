"""The page that is signed on trial, and the stamp that shows the signature on it: drawn here, in Indonesian."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

from enrollment.letters import BODY, BOLD, MONTHS, TIGHT, line, shown
from enrollment.models import Institution
from passphrase.authority.profile import PILOT_NOTICE

TITLE = "Dokumen Percobaan Tanda Tangan Elektronik"
SIDE = 25 * mm
WIDTH = A4[0] - 2 * SIDE
LABEL = 45 * mm
# Where the stamp stands on the page, from the lower left corner: left, bottom, width, height.
STAMP = (SIDE, 105 * mm, 100 * mm, 30 * mm)
INK, EDGE, PAPER = HexColor("#14222e"), HexColor("#0b4a7d"), HexColor("#f5f8fb")

TEXT = ParagraphStyle("sample", fontName=BODY, fontSize=10.5, leading=16, textColor=INK)
HEADING = ParagraphStyle("sample heading", TEXT, fontName=BOLD, fontSize=16, leading=22, textColor=EDGE)
NAME = ParagraphStyle("sample name", TEXT, fontName=BOLD)
NOTE = ParagraphStyle("sample note", TEXT, fontSize=9, leading=13)


@dataclass(frozen=True)
class Signer:
    """Whose signature it is, as the certificate names them, and when."""

    name: str
    organization: str
    serial: str
    institution: Institution
    at: datetime

    @property
    def moment(self) -> str:
        local = self.at.astimezone(ZoneInfo(self.institution.time_zone))
        day = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
        return f"{day} pukul {local:%H.%M.%S} {self.institution.timezone_label}"


def page(signer: Signer, check_at: str) -> bytes:
    """The page without its signature, as PDF; ``check_at`` is where anybody may look whether it is genuine."""
    rows = [
        ("Penanda tangan", signer.name),
        ("Instansi", signer.organization),
        ("Waktu", signer.moment),
        ("Nomor seri sertifikat", signer.serial),
    ]
    table = Table(
        [[line(label, TEXT), line(value, NAME)] for label, value in rows], [LABEL, WIDTH - LABEL], style=TIGHT
    )
    story: list[Flowable] = [
        line(TITLE, HEADING), _gap(),
        line("Dokumen ini dibuat TTE Portal untuk mencoba passphrase, atas permintaan pemilik sertifikat ini:", TEXT),
        _gap(), table, _gap(),
        line(
            "Ini hanya percobaan. Tanda tangan di bawah menunjukkan bahwa passphrase yang diketik benar; isinya tidak "
            "menyatakan apa pun dan tidak mengikat siapa pun.", TEXT,
        ),
        _gap(), line(PILOT_NOTICE, TEXT), _gap(),
        line(f"Siapa pun dapat memeriksa keaslian dokumen ini di {check_at}", TEXT),
    ]  # fmt: skip
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=shown(TITLE), author=shown(signer.name), subject=shown(signer.moment), lang="id-ID"
    )
    room = Frame(SIDE, STAMP[1] + STAMP[3], WIDTH, A4[1] - 25 * mm - STAMP[1] - STAMP[3], 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", room, pagesize=A4))
    document.build(story)
    return buffer.getvalue()


def stamp(signer: Signer) -> bytes:
    """What the signature looks like on the page: a PDF of the stamp's size."""
    width, height = STAMP[2:]
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.setStrokeColor(EDGE)
    canvas.setFillColor(PAPER)
    canvas.roundRect(0.75, 0.75, width - 1.5, height - 1.5, 2.5 * mm, stroke=1, fill=1)
    words = [
        line("Ditandatangani secara elektronik oleh", NOTE),
        line(signer.name, NAME),
        line(signer.moment, NOTE),
        line("Percobaan – bukan sertifikat PSrE", NOTE),
    ]
    _write(canvas, words, width - 8 * mm, height)
    canvas.save()
    return buffer.getvalue()


def _write(canvas: Canvas, words: list[Paragraph], width: float, height: float) -> None:
    """The lines from the top, in the middle of the height; a long name takes two."""
    tall = [each.wrap(width, height)[1] for each in words]
    top = height - max(height - sum(tall), 0) / 2
    for each, own in zip(words, tall, strict=True):
        top -= own
        each.drawOn(canvas, 4 * mm, top)


def _gap() -> Spacer:
    return Spacer(0, 5 * mm)
