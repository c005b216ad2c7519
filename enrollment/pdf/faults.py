"""Why a PDF is not taken: a word that crosses from one process to another."""

from typing import Literal

Reason = Literal["password", "damaged", "pages", "no-pages", "page-size", "swollen"]
MAX_PAGES = 20


class Fault(Exception):
    """The PDF cannot be taken, for that reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
