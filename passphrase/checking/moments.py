"""What happened when, as the page draws it: the certificate's life, the signature in it, today."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """One point of the line. ``kind``: "begins", "signed", "claimed", "ended", "over" or "today"; ``lives``: whether
    the certificate was good from then on."""

    kind: str
    at: datetime
    words: str
    lives: bool


@dataclass(frozen=True)
class Life:
    """A certificate's: from when, until when, and what ended it before that (``ended`` with ``how``)."""

    begins: datetime
    over: datetime
    ended: datetime | None = None
    how: str = ""

    def good_at(self, at: datetime) -> bool:
        return self.begins <= at <= self.over and (self.ended is None or at < self.ended)


def line(life: Life, at: datetime | None, *, proven: bool, now: datetime) -> tuple[Event, ...]:
    """The points in their order."""
    points = [("begins", life.begins, "Sertifikat mulai berlaku")]
    if life.ended is not None:
        points.append(("ended", life.ended, f"Sertifikat {life.how}"))
    else:
        # Whatever is over by revocation has no other end that matters.
        points.append(("over", life.over, "Sertifikat habis masa berlakunya"))
    if at is not None and proven:
        points.append(("signed", at, "Dokumen ditandatangani, terbukti oleh cap waktu"))
    elif at is not None:
        points.append(("claimed", at, "Dokumen ditandatangani, menurut penanda tangan saja"))
    points.append(("today", now, "Hari ini"))
    points.sort(key=lambda each: each[1])
    return tuple(Event(kind, when, words, life.good_at(when) and kind != "over") for kind, when, words in points)
