"""The printed sheet of first passwords: a strip for each person, to be cut off and handed over closed."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer, Table

from enrollment import letters
from enrollment.collective.models import CollectiveRequest, PasswordSheet, RequestedPerson
from enrollment.letters import BOTTOM, SIDE, SMALL, TOP, WIDTH, line, shown

TITLE_TEXT = "Lembar kata sandi pertama surel dinas"
SECRET = ParagraphStyle("secret", letters.PLAIN, fontName="Courier-Bold", fontSize=15, leading=20)
TELLS = (
    "Ganti kata sandi ini saat pertama kali masuk ke surel. Jangan beri tahu siapa pun, termasuk petugas. "
    "Setelah itu buka surel dinas Anda: di sana ada petunjuk untuk mengajukan tanda tangan elektronik (TTE)."
)
CUT = f"{'- ' * 37} gunting di sini {'- ' * 37}"
FRAME: Any = [("PADDING", (0, 0), (-1, -1), 2), ("VALIGN", (0, 0), (-1, -1), "TOP")]


def written(request: CollectiveRequest, sheet: PasswordSheet, people: list[RequestedPerson]) -> bytes:
    printed = timezone.localtime(sheet.printed_at)
    told = f"{printed:%d-%m-%Y %H.%M} oleh {sheet.printed_by.name}"
    story: list[Flowable] = [
        line(TITLE_TEXT, letters.TITLE),
        line(f"Lembar {sheet.receipt} · Permohonan {request.receipt} · {request.opd.name}", letters.CENTRED),
        line(f"{len(people)} orang. Dicetak satu kali: {told}.", letters.CENTRED),
        Spacer(0, 6),
    ]
    story += [_strip(request, each) for each in people]
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=f"{TITLE_TEXT} {sheet.receipt}", author=shown(request.institution.name), lang="id-ID"
    )
    room = Frame(SIDE, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", room, onPageEnd=_foot(sheet), pagesize=A4))
    document.build(story)
    return buffer.getvalue()


def _foot(sheet: PasswordSheet) -> Any:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setFont(letters.BODY, 7)
        canvas.setFillColor("#4b5563")
        canvas.drawString(SIDE, 9 * mm, f"Lembar {sheet.receipt}. Rahasia: gunting, serahkan, jangan disimpan.")
        canvas.drawRightString(A4[0] - SIDE, 9 * mm, f"Halaman {document.page}")

    return draw


def _strip(request: CollectiveRequest, person: RequestedPerson) -> KeepTogether:
    rows = [
        [line("Nomor", SMALL), line(person.receipt)],
        [line("Nama", SMALL), line(f"{person.name}, {request.opd.name}")],
        [line("Surel dinas", SMALL), line(person.mailbox)],
        [line("Kata sandi pertama", SMALL), line(person.password, SECRET)],
    ]
    table = Table(rows, [WIDTH * 0.22, WIDTH * 0.78], style=FRAME)
    return KeepTogether([line(CUT, SMALL), table, line(TELLS, SMALL), Spacer(0, 8)])
