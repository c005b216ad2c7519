"""The default: a list for the mail administrator, who makes the mailboxes by hand or with tools of their own."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

HEADING = ("Alamat surel", "Kata sandi pertama", "Kuota (MB)", "Nama", "Tindakan")
# As spreadsheets in Indonesia expect it; cPanel's Address Importer asks for the delimiter, and offers this one.
DELIMITER = ";"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, repr=False)
class Order:
    """One line for the mail administrator. ``fresh``: make the mailbox; else give it this password."""

    address: str
    password: str
    quota: int
    name: str
    fresh: bool


class Export:
    """Asks nobody: :func:`written` makes the list, and an officer says what was made."""

    by_hand = True

    def make(self, address: str, password: str, quota: int) -> None:
        raise TypeError("An export file is written, no mailbox is made.")

    def change_password(self, address: str, password: str) -> None:
        raise TypeError("An export file is written, no password is set.")


def written(orders: Iterable[Order]) -> bytes:
    """The list as CSV, in UTF-8 with the mark by which spreadsheets know it."""
    text = StringIO()
    rows = csv.writer(text, delimiter=DELIMITER)
    rows.writerow(HEADING)
    for each in orders:
        task = "Buat surel" if each.fresh else "Ganti kata sandi"
        rows.writerow([_plain(cell) for cell in (each.address, each.password, str(each.quota), each.name, task)])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """The cell as data: one that would begin a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
