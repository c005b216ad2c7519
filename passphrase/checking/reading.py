"""A document's signatures, read by a process of its own that has little memory and time."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
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
    "password": "PDF ini dikunci dengan kata sandi, jadi tanda tangannya tidak dapat dibaca. Pakai berkas tanpa kunci.",
    "damaged": "PDF ini rusak dan tidak dapat dibaca. Minta berkas aslinya kepada pengirim.",
    "swollen": "Isi PDF ini terlalu besar ketika dibuka, jadi tidak dapat diperiksa di sini.",
}


class Refused(Exception):
    """The document cannot be looked at; the text is the sentence for the person."""


@dataclass(frozen=True)
class Signature(Integrity):
    """What the document says of one signature. ``at`` is the signer's own word."""

    certificate: x509.Certificate | None
    at: datetime | None


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
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(told["certificate"]))
    except ValueError:
        certificate = None
    at = datetime.fromisoformat(told["time"]) if told["time"] else None
    return Signature(told["unchanged"], told["genuine"], told["added"], certificate, at)
