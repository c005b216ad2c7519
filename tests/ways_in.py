"""What tests send through the public ways in: answers, drawn papers, the proof of work."""

import re
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw

from enrollment.demo import seed
from enrollment.models import Institution
from enrollment.ways_in import effort
from tests import hostile_pdf


def typed(institution: Institution, number: int = 0) -> dict[str, str]:
    """What that person of the registry types into the public form."""
    person = seed.people(institution)[number]
    return {
        "employee_number": person["nip"], "name": person["name"], "position": "Analis", "unit": "Dinas Contoh",
        "nik": person["nik"], "city": "Kota Contoh", "mailbox": person["mailbox"], "phone": person["phone"],
        "consent-kebijakan-privasi": "on",
    }  # fmt: skip


def drawn(name: str, kind: str = "JPEG") -> SimpleUploadedFile:
    """A picture with something to see on it."""
    picture = Image.new("RGB", (860, 540), "#fafafa")
    pen = ImageDraw.Draw(picture)
    for step in range(0, 800, 40):
        pen.line((30 + step, 400 - step % 90 * 3, 60 + step, 200), fill="#1a2b6d", width=5)
    buffer = BytesIO()
    picture.save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), f"image/{kind.lower()}")


def letter() -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", hostile_pdf.letter(), "application/pdf")


def papers() -> dict[str, SimpleUploadedFile]:
    return {
        "ktp": drawn("ktp.jpg"),
        "signature-specimen": drawn("ttd.png", "PNG"),
        "recommendation-letter": letter(),
    }


def _hidden(page: Any, pattern: str) -> str:
    found = re.search(pattern, page.content.decode())
    assert found, pattern
    return found[1]


def proof_of(page: Any) -> str:
    """What the page's own script would find."""
    challenge = _hidden(page, r'data-challenge="([^"]+)"')
    number = 0
    while int.from_bytes(sha256(f"{challenge}:{number}".encode()).digest()[:4]) >> (32 - effort.BITS):
        number += 1
    return str(number)


def send(
    path: str,
    answers: dict[str, str],
    *,
    client: Client | None = None,
    page: Any = None,
    files: dict[str, SimpleUploadedFile] | None = None,
    only: bool = False,
    proof: str | None = None,
    follow: bool = False,
) -> Any:
    """Open the form (or take the page that is open) and send it. ``files`` replace some of the usual papers (``only``:
    all of them); none at all with an empty dictionary."""
    client = client or Client()
    page = page or client.get(path)
    chosen = files or {} if only or files == {} else {**papers(), **(files or {})}
    filled = {**answers, **chosen, "draft": _hidden(page, r'name="draft" value="([^"]+)"')}
    return client.post(path, {**filled, "proof": proof_of(page) if proof is None else proof}, follow=follow)
