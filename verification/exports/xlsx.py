"""An XLSX written in stretches by workers that may be killed: a zip whose last member, the sheet, grows row by row.

A library that writes workbooks holds one open from the first row to the last, so a worker's end would lose it all.
Here each stretch of rows is deflated for itself up to a byte's border; what has to be known at the end (checksum,
sizes) is a few numbers that are kept with the job. Texts are inline strings: no cell can be a formula.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

# Excel's own limit, the heading included.
MOST_ROWS = 1_048_576
MOST_BYTES = 2**32 - 1
SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats"
_TYPES = f"{_KINDS}-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
    f' ContentType="{_KINDS}-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Pengajuan" sheetId="1"'
    ' r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles"'
    ' Target="styles.xml"/></Relationships>',
    # Style 1: a time; style 2: the heading.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd'
    '\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0"'
    ' fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0"'
    ' applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
# XML 1.0 knows no other control characters.
_FORBIDDEN = dict.fromkeys([*(n for n in range(32) if n not in (9, 10, 13)), 0xFFFE, 0xFFFF], "\ufffd")
_ESCAPED = str.maketrans({**_FORBIDDEN, ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", 13: "&#13;"})
_EPOCH = datetime(1899, 12, 30)


class TooLarge(Exception):
    """More than a workbook holds."""


@dataclass
class Sheet:
    """The sheet as far as it is written: checksum and length of its XML, its deflated length, where it begins."""

    begins: int = 0
    crc: int = 0
    plain: int = 0
    packed: int = 0

    def kept(self) -> dict[str, int]:
        return asdict(self)

    def add(self, xml: str, *, last: bool = False) -> bytes:
        """The next stretch of the sheet, deflated."""
        content = xml.encode()
        press = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = press.compress(content) + press.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
        self.crc = zlib.crc32(content, self.crc)
        self.plain += len(content)
        self.packed += len(packed)
        if self.begins + self.packed > MOST_BYTES or self.plain > MOST_BYTES:
            raise TooLarge
        return packed


def begin(headings: Sequence[str]) -> tuple[bytes, Sheet]:
    """Everything up to the first row of people."""
    head = b"".join(_local(name, 0, *_stored(name)) + _PARTS[name].encode() for name in _PARTS)
    sheet = Sheet(begins=len(head))
    # Sizes and checksum follow behind the content: they are not known yet.
    head += _local(SHEET, 8, 0, 0, 0)
    cells = "".join(f'<c s="2" t="inlineStr"><is><t>{each.translate(_ESCAPED)}</t></is></c>' for each in headings)
    widths = "".join(f'<col min="{n}" max="{n}" width="22" customWidth="1"/>' for n in range(1, len(headings) + 1))
    xml = (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        f' state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData><row>{cells}</row>'
    )
    return head + sheet.add(xml), sheet


def rows(sheet: Sheet, found: Iterable[Sequence[Any]]) -> bytes:
    return sheet.add("".join("<row>" + "".join(map(_cell, row)) + "</row>" for row in found))


def end(sheet: Sheet) -> bytes:
    """The end of the sheet, and the list of what is in the file."""
    closing = sheet.add("</sheetData></worksheet>", last=True)
    closing += struct.pack("<4sLLL", b"PK\7\x08", sheet.crc, sheet.packed, sheet.plain)
    offset, entries = 0, b""
    for name in _PARTS:
        crc, packed, plain = _stored(name)
        entries += _central(name, 0, crc, packed, plain, offset)
        offset += len(_local(name, 0, crc, packed, plain)) + plain
    entries += _central(SHEET, 8, sheet.crc, sheet.packed, sheet.plain, sheet.begins)
    begins = sheet.begins + len(_local(SHEET, 8, 0, 0, 0)) + sheet.packed + 16
    count = len(_PARTS) + 1
    return closing + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entries), begins, 0)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        days = (value - _EPOCH).total_seconds() / 86400
        return f'<c s="1"><v>{days:.10f}</v></c>'
    if not value:
        return "<c/>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{str(value).translate(_ESCAPED)}</t></is></c>'


def _stored(name: str) -> tuple[int, int, int]:
    content = _PARTS[name].encode()
    return zlib.crc32(content), len(content), len(content)


# Bit 3 of the flags: checksum and sizes follow the content. The time is the first a zip can tell.
def _local(name: str, method: int, crc: int, packed: int, plain: int) -> bytes:
    path = name.encode()
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, method, method, 0, 33, crc, packed, plain, len(path), 0)
    return head + path


def _central(name: str, method: int, crc: int, packed: int, plain: int, offset: int) -> bytes:
    path = name.encode()
    made = struct.pack("<4s6H3L", b"PK\1\2", 20, 20, method, method, 0, 33, crc, packed, plain)
    return made + struct.pack("<5H2L", len(path), 0, 0, 0, 0, 0, offset) + path
