"""Cells of every file that goes out to officers: no text that a spreadsheet would take for a formula, in Python and in
SQL by one and the same pattern.

Spreadsheets skip blanks and invisible marks before the sign, and take its full-width form for it as well.
"""

import re
from typing import Any

from django.db.models import CharField, Func

# What spreadsheets in Indonesia take for the end of a cell: the comma stands in their numbers.
DELIMITER = ";"
# ``\uXXXX`` and ranges mean the same to Python's expressions and to PostgreSQL's.
_INVISIBLE = r"\u00ad\u061c\u180e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_BLANKS = rf"[\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000{_INVISIBLE}]"
_SIGNS = r"[-=+@\uff0d\uff1d\uff0b\uff20]"
PATTERN = rf"^({_BLANKS}*{_SIGNS}|[\u0001-\u001f])"
_FORMULA = re.compile(PATTERN)


def guarded(text: str) -> str:
    """The text, with an apostrophe before what would begin a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


class Guarded(Func):
    """:func:`guarded` of a text column.

    Nearly every text begins with an ASCII letter, and no formula does: two comparisons spare it the expression, which
    takes longer than all of the rest of a row.
    """

    template = (
        """CASE WHEN %(expressions)s COLLATE "C" >= 'A' AND %(expressions)s COLLATE "C" < chr(127)"""
        f" THEN %(expressions)s WHEN %(expressions)s ~ '{PATTERN}'"
        " THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )
    output_field = CharField()

    def __init__(self, expression: Any) -> None:
        super().__init__(expression)
