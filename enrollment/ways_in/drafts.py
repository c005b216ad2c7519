"""A registration before it is sent: an id, a receipt, and papers that were accepted, known to the browser alone."""

import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now

from enrollment import papers
from enrollment.actions import new_receipt
from enrollment.models import Institution, Paper
from enrollment.papers import CheckedPaper
from enrollment.ways_in import sealed
from tte_portal import files
from tte_portal.models import SealedFile

# A form may stay open for a day; its files are kept for an hour after they came.
LIFETIME = 24 * 3600
KEPT = timedelta(hours=1)
# Marks files that nobody has sent yet.
UNSENT = "unsent."
SCANS: dict[str, papers.Scan] = {Paper.Kind.KTP.value: "ktp", Paper.Kind.SPECIMEN.value: "specimen"}


class Gone(Exception):
    """Papers that were accepted are not kept any more: they have to be chosen again."""


@dataclass
class Draft:
    """``papers``: kind → what a :class:`Paper` will say, with the ids of its files."""

    id: UUID = field(default_factory=uuid4)
    receipt: str = field(default_factory=new_receipt)
    began: int = field(default_factory=lambda: int(time.time()))
    papers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def age(self) -> float:
        """Seconds since the form was first shown."""
        return time.time() - self.began


def write(draft: Draft, institution: Institution) -> str:
    """The draft as a form carries it."""
    return sealed.seal({**asdict(draft), "id": draft.id.hex}, _place(institution))


def read(text: str, institution: Institution) -> Draft | None:
    """The draft that a form brought back; nothing when it is not ours, of another institution, or a day old."""
    found = sealed.unseal(text, _place(institution), LIFETIME)
    return Draft(**{**found, "id": UUID(found["id"])}) if found else None


def _place(institution: Institution) -> str:
    return f"ways-in.draft.{institution.pk}"


def keep(draft: Draft, kind: str, content: bytes) -> CheckedPaper:
    """Check and encrypt one paper in place of an earlier one. Raises :class:`enrollment.photos.Refused` or
    ``OSError`` when the store takes nothing."""
    checked = papers.check_image(content, SCANS[kind]) if kind in SCANS else papers.check_pdf(content)
    with transaction.atomic():
        copy = files.store(checked.copy, owner=draft.id, kind=f"{UNSENT}{kind}", content_type=checked.content_type)
        # A signature stands in the letter as it came. Of a scan nothing is kept but the picture: no place, no device.
        original = copy
        if checked.content_type == "application/pdf":
            original = files.store(content, owner=draft.id, kind=f"{UNSENT}original", content_type="application/pdf")
        forget(draft, kind)
    draft.papers[kind] = {
        "original": original.pk.hex, "copy": copy.pk.hex, "pages": checked.pages, "findings": list(checked.findings),
        "signed": checked.signed, "signature_intact": checked.signature_intact,
    }  # fmt: skip
    return checked


def forget(draft: Draft, kind: str) -> None:
    """Erase the paper of that kind, if one was kept."""
    ids = {draft.papers[kind]["original"], draft.papers[kind]["copy"]} if kind in draft.papers else set()
    for file in SealedFile.objects.filter(pk__in=ids, owner=draft.id, kind__startswith=UNSENT):
        files.erase(file)
    draft.papers.pop(kind, None)


def send_files(draft: Draft) -> None:
    """Mark the draft's files as sent, so that no sweep erases them. Runs inside a transaction; raises :class:`Gone`."""
    for kind, paper in draft.papers.items():
        ids = {paper["original"], paper["copy"]}
        rows = SealedFile.objects.select_for_update(no_key=True).filter(pk__in=ids, owner=draft.id)
        if len(rows) != len(ids):
            raise Gone
        SealedFile.objects.filter(pk=paper["copy"]).update(kind=kind)
        if paper["original"] != paper["copy"]:
            SealedFile.objects.filter(pk=paper["original"]).update(kind=f"{kind}-original"[:32])


def erase_unsent() -> int:
    """Erase the files of drafts that nobody sent within an hour; returns how many."""
    erased = 0
    old = SealedFile.objects.filter(kind__startswith=UNSENT, created_at__lt=Now() - KEPT)
    for file_id in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Its sending may just be under way: then it is not unsent any more when the lock is had.
            file = old.select_for_update(no_key=True, skip_locked=True).filter(pk=file_id).first()
            if file is not None:
                files.erase(file)
                erased += 1
    return erased
