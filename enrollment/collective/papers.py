"""The letter and the decrees of a request: checked, sealed, and erased once another has taken their place."""

import logging
from uuid import UUID

from django.db import transaction

from enrollment import papers, photos
from enrollment.collective import rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson, RequestPaper
from enrollment.papers import CheckedPaper
from enrollment.photos import Refused
from tte_portal import files
from tte_portal.models import Account

logger = logging.getLogger(__name__)

NOT_KEPT = (
    "Berkas belum tersimpan karena ada gangguan pada penyimpanan kami; ini bukan kesalahan Anda. Coba lagi beberapa "
    "menit lagi."
)
# On a sheet of A4, smaller than this is not read any more.
LEAST_TO_READ = 1000


def check(content: bytes) -> CheckedPaper:
    """What may be kept and shown of a PDF or a picture of a sheet; raises :class:`enrollment.photos.Refused`."""
    if b"%PDF-" in content[:1024] or not content:
        return papers.check_pdf(content)
    try:
        image = photos.clean(content, longest=papers.LONGEST_SIDE, least=papers.LEAST_SIDE)
    except Refused as error:
        told = str(error).replace("Berkas ini bukan foto yang dapat dibaca.", "Berkas ini bukan PDF atau foto.")
        raise Refused(told) from error
    findings = ("small",) if max(image.size) < LEAST_TO_READ else ()
    return CheckedPaper(photos.encoded(image), 1, "image/jpeg", False, None, findings)


def keep(
    request_id: UUID, kind: RequestPaper.Kind, content: bytes, *, by: Account, person: RequestedPerson | None = None
) -> RequestPaper:
    """Check and seal one paper of a draft in place of an earlier one. Raises ``Refused`` or ``NotPossible``."""
    checked = check(content)
    try:
        with transaction.atomic():
            request = rules.locked(request_id, rules.State.DRAFT)
            for earlier in request.papers.filter(kind=kind, person=person).select_related("original", "copy"):
                erase(earlier)
            paper = _store(request, kind, content, checked, person)
            rules.note("write_collective", request, by=by, what=kind.value, paper=str(paper.pk))
            return paper
    except OSError as error:
        logger.error("A paper was not kept, for its store takes nothing: %s", error.strerror)
        raise Refused(NOT_KEPT) from error


def _store(
    request: CollectiveRequest, kind: str, content: bytes, checked: CheckedPaper, person: RequestedPerson | None
) -> RequestPaper:
    copy = files.store(checked.copy, owner=request.pk, kind=f"opd-{kind}", content_type=checked.content_type)
    # A signature stands in the letter as it came. Of a picture nothing is kept but the picture: no place, no device.
    original = copy
    if checked.content_type == "application/pdf":
        original = files.store(
            content, owner=request.pk, kind=f"opd-{kind}-original", content_type="application/pdf"
        )  # fmt: skip
    return RequestPaper.objects.create(
        request=request, person=person, kind=kind, original=original, copy=copy, pages=checked.pages,
        findings=list(checked.findings),
    )  # fmt: skip


def erase(paper: RequestPaper) -> None:
    """The row, its files and their keys."""
    original, copy = paper.original, paper.copy
    paper.delete()
    files.erase(copy)
    if original.pk != copy.pk:
        files.erase(original)
