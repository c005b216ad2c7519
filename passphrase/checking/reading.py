"""A document's signatures, read by a process of its own that has little memory and time."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from django.conf import settings

from enrollment.pdf.integrity import Integrity
from tte_portal import apart

WORKER = "passphrase.checking.worker"

REFUSALS = {
    "empty": "Berkas kosong (0 byte). Pilih berkas lain.",
    "large": f"Berkas terlalu besar. Paling besar {settings.PAPER_MAX_BYTES // 2**20} MB.",
    "no-pdf": "Berkas ini bukan PDF. Yang diperiksa adalah berkas PDF aslinya, bukan foto atau cetakannya.",
    "password": "PDF ini dikunci, jadi tanda tangannya tidak dapat dibaca. Minta berkas tanpa kunci kepada pengirim.",
    "damaged": "PDF ini rusak dan tidak dapat dibaca. Minta berkas aslinya kepada pengirim.",
    "many": "PDF ini memuat lebih dari 50 tanda tangan. Sebanyak itu tidak dapat diperiksa di sini.",
    "swollen": "Isi PDF ini terlalu besar ketika dibuka, jadi tidak dapat diperiksa di sini.",
}


# Years within which every clock of the world can tell a time.
EARLIEST, LATEST = 1000, 9999


class Refused(Exception):
    """The document cannot be looked at; the text is the sentence for the person."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp beside a signature: ``fault`` names what is wrong with its own bytes, none if nothing is."""

    fault: str
    certificate: x509.Certificate | None
    at: datetime | None


@dataclass(frozen=True)
class Signature(Integrity):
    """What the document says of one signature. ``at`` is the signer's own word."""

    certificate: x509.Certificate | None
    at: datetime | None
    stamps: tuple[Stamp, ...] = ()


def signatures(content: bytes) -> list[Signature]:
    """The document's signatures in their order, none for an unsigned one; raises :class:`Refused`."""
    if not content:
        raise Refused(REFUSALS["empty"])
    if len(content) > settings.PAPER_MAX_BYTES:
        raise Refused(REFUSALS["large"])
    if b"%PDF-" not in content[:1024]:
        raise Refused(REFUSALS["no-pdf"])
    # A process that was ended for its greed has said nothing.
    said = apart.read(WORKER, content)
    told: dict[str, Any] = json.loads(said) if said else {"refused": "swollen"}
    if "refused" in told:
        raise Refused(REFUSALS[told["refused"]])
    return [_signature(each) for each in told["signatures"]]


def _signature(told: dict[str, Any]) -> Signature:
    certificate, at = _certificate(told["certificate"]), _moment(told["time"])
    stamps = (Stamp(each["fault"], _certificate(each["certificate"]), _moment(each["time"])) for each in told["stamps"])
    return Signature(told["unchanged"], told["genuine"], told["added"], certificate, at, tuple(stamps))


def _certificate(told: str) -> x509.Certificate | None:
    """``None`` for one that cannot be read, in whichever part: the library looks at each only when it is asked."""
    try:
        found = x509.load_der_x509_certificate(base64.b64decode(told))
        found.subject, found.not_valid_before_utc, found.not_valid_after_utc, found.serial_number  # noqa: B018
    except ValueError:
        return None
    return found


def _moment(told: str) -> datetime | None:
    """``None`` for a time no calendar has. One without its zone is taken for UTC, as signers that leave it out do."""
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    if not EARLIEST < at.year < LATEST:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
