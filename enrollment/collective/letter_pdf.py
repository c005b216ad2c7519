"""The letter of request, filled in with the OPD and its list, to be printed and signed."""

from datetime import date
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table

from enrollment import letters
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.letters import BOTTOM, PLAIN, SIDE, SMALL, SMALL_HEADING, TITLE, TOP, WIDTH, line, shown

VERSION = "2026-11"
LINES: Any = [
    ("GRID", (0, 0), (-1, -1), 0.4, "#6b7280"), ("BACKGROUND", (0, 0), (-1, 0), "#eef3f7"),
    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("PADDING", (0, 0), (-1, -1), 3),
]  # fmt: skip
WIDTHS = (11, 47, 41, 36, 31)
TITLE_TEXT = "Permohonan Pembuatan Surel Dinas"
ASKS = (
    "Dengan hormat, kami mohon dibuatkan surel dinas bagi {count} orang pegawai {opd} yang namanya tercantum dalam "
    "daftar di bawah ini. Salinan Surat Keputusan Pangkat dan Jabatan Terakhir kami lampirkan."
)
PROMISES = (
    "Kami menyatakan bahwa nama-nama tersebut benar pegawai kami, bahwa kata sandi pertama akan kami serahkan kepada "
    "yang bersangkutan sendiri, dan bahwa perpindahan atau pemberhentian akan segera kami beritahukan."
)
CLOSING = "Demikian permohonan ini kami sampaikan. Atas perhatian dan kerja samanya kami ucapkan terima kasih."


def written(request: CollectiveRequest, people: list[RequestedPerson], *, on: date) -> bytes:
    """The letter as PDF; what nobody knows yet (number, signer) is a dotted line."""
    opd, institution = request.opd.name, request.institution
    dots = letters.BLANK[:40]
    story: list[Flowable] = [
        line(TITLE_TEXT, TITLE), line(f"Nomor: {dots}", letters.CENTRED), Spacer(0, 14),
        line("Kepada Yth."), line(f"Dinas yang mengelola surel dinas, {institution.name}"), Spacer(0, 10),
        line(ASKS.format(count=len(people), opd=opd)), Spacer(0, 8), _table(people), Spacer(0, 8),
        line(PROMISES), Spacer(0, 6),
        KeepTogether([line(CLOSING), Spacer(0, 12), _signature(opd, on)]),
    ]  # fmt: skip
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=TITLE_TEXT, author=shown(opd), subject=request.receipt, lang="id-ID"
    )
    room = Frame(SIDE, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", room, onPageEnd=letters.foot(VERSION), pagesize=A4))
    document.build(story)
    return buffer.getvalue()


def _table(people: list[RequestedPerson]) -> Table:
    heading: list[Paragraph] = [line(each, SMALL_HEADING) for each in ("No.", "Nama", "NIP", "Jabatan", "Kontak")]
    rows = [heading]
    for number, each in enumerate(people, 1):
        cells = (str(number), each.name, each.nip, each.position, each.phone)
        rows.append([line(cell, SMALL) for cell in cells])
    scale = WIDTH / sum(WIDTHS)
    return Table(rows, [width * scale for width in WIDTHS], style=LINES, repeatRows=1)


def _signature(opd: str, on: date) -> Table:
    dated = f"{letters.BLANK[:24]}, {on.day} {letters.MONTHS[on.month - 1]} {on.year}"
    blank = letters.BLANK[:46]
    cells = [line(dated), line(f"Kepala {opd},"), Spacer(0, 56), line(blank), line(f"NIP {blank[:36]}", PLAIN)]
    return Table([["", cells]], [WIDTH * 0.45, WIDTH * 0.55], style=letters.TIGHT)
