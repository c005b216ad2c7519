"""Papers in a holder's profile: checked, encrypted, and erased once another has taken their place."""

import logging

from django.db import transaction

from enrollment import papers
from enrollment.models import Holder, Paper, ProfileChange
from enrollment.papers import CheckedPaper
from enrollment.photos import Refused
from tte_portal import files

logger = logging.getLogger(__name__)

SCANS: dict[str, papers.Scan] = {Paper.Kind.KTP.value: "ktp", Paper.Kind.SPECIMEN.value: "specimen"}
NOT_KEPT = (
    "Berkas belum tersimpan karena ada gangguan pada penyimpanan kami; ini bukan kesalahan Anda. Coba kirim lagi "
    "beberapa menit lagi; bila masih gagal, beri tahu kontak bantuan instansi Anda."
)


def check(kind: str, content: bytes) -> CheckedPaper:
    """What may be kept and shown of an upload; raises :class:`enrollment.photos.Refused`."""
    return papers.check_image(content, SCANS[kind]) if kind in SCANS else papers.check_pdf(content)


def keep(holder: Holder, kind: str, content: bytes) -> Paper:
    """Check and encrypt one paper. Raises :class:`enrollment.photos.Refused`."""
    checked = check(kind, content)
    try:
        with transaction.atomic():
            return _store(holder, kind, content, checked)
    except OSError as error:
        logger.error("A paper was not kept, for its store takes nothing: %s", error.strerror)
        raise Refused(NOT_KEPT) from error


def _store(holder: Holder, kind: str, content: bytes, checked: CheckedPaper) -> Paper:
    copy = files.store(checked.copy, owner=holder.pk, kind=kind, content_type=checked.content_type)
    # A signature stands in the letter as it came. Of a scan nothing is kept but the picture: no place, no device.
    original = copy
    if checked.content_type == "application/pdf":
        original = files.store(content, owner=holder.pk, kind=f"{kind}-original"[:32], content_type="application/pdf")
    return Paper.objects.create(
        institution=holder.institution, holder=holder, kind=kind, original=original, copy=copy, pages=checked.pages,
        findings=list(checked.findings), signed=checked.signed, signature_intact=checked.signature_intact,
    )  # fmt: skip


def drop_replaced(holder: Holder, kind: str) -> None:
    """Erase papers of that kind that nothing points to any more: refused, withdrawn or replaced ones.

    What an application was decided on stays with it.
    """
    changes = ProfileChange.objects.filter(holder=holder)
    waiting = list(changes.filter(state=ProfileChange.State.WAITING))
    kept = {each.new for each in waiting if each.field == kind} | {str(each.evidence_id) for each in waiting}
    if agreed := in_force(holder, kind):
        kept.add(str(agreed.pk))
    for paper in Paper.objects.filter(holder=holder, kind=kind, application=None).select_related("original", "copy"):
        if str(paper.pk) not in kept:
            erase(paper)


def erase(paper: Paper) -> None:
    """The row, its files and their keys."""
    original, copy = paper.original, paper.copy
    paper.delete()
    files.erase(copy)
    if original.pk != copy.pk:
        files.erase(original)


def in_force(holder: Holder, kind: str) -> Paper | None:
    """The paper of that kind that the HR officer agreed to last."""
    agreed = ProfileChange.objects.filter(holder=holder, field=kind, state=ProfileChange.State.APPROVED)
    latest = agreed.order_by("-decided_at").first()
    return find(holder, latest.new) if latest else None


def newest(holder: Holder, kind: str) -> Paper | None:
    return Paper.objects.filter(holder=holder, kind=kind).select_related("copy").order_by("-at").first()


def find(holder: Holder, paper_id: str) -> Paper | None:
    """One paper of that holder's profile."""
    return Paper.objects.filter(pk=paper_id, holder=holder).select_related("copy").first()
