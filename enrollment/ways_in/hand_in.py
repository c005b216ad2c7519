"""Handing in what a stranger filled in: papers made safe, one row written, a worker told. Nobody is looked up here."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from enrollment.models import Institution, Paper, Registration
from enrollment.photos import Refused
from enrollment.ways_in import drafts
from enrollment.ways_in.drafts import Draft
from enrollment.ways_in.forms import SendingForm
from tte_portal import workers
from tte_portal.throttles import Throttle

logger = logging.getLogger(__name__)

# More in an hour than any institution's people send; less than would bury its verifiers.
BY_INSTITUTION = Throttle("registrations-at-institution", limit=500, seconds=3600)
NOT_KEPT = (
    "Berkas belum tersimpan karena ada gangguan pada penyimpanan kami; ini bukan kesalahan Anda. Isian Anda tidak "
    "hilang. Coba kirim lagi beberapa menit lagi; bila masih gagal, beri tahu kontak bantuan instansi Anda."
)
AGAIN = "Berkas yang tadi diterima sudah kami hapus karena lebih dari satu jam. Pilih lagi berkasnya."
CROWDED = "Terlalu banyak pendaftaran dalam satu jam ini. Isian Anda tidak hilang: coba kirim lagi beberapa saat lagi."


def take_papers(form: SendingForm) -> None:
    """Check what was chosen and keep what is accepted with the draft, whatever else is wrong with the form.

    Nothing is kept before the consents are given, and nothing is looked at that has not cost its sender anything.
    """
    form.is_valid()
    if form.costs:
        return
    for kind in form.papers:
        if upload := form.cleaned_data.get(kind):
            if form.has_consents():
                _take(form, kind, upload.read())
        elif kind not in form.draft.papers:
            form.add_error(kind, f"{Paper.Kind(kind).label} belum dipilih.")


def _take(form: SendingForm, kind: str, content: bytes) -> None:
    try:
        drafts.keep(form.draft, kind, content)
        form.show_kept(kind)
    except Refused as refused:
        form.add_error(kind, str(refused))
    except OSError as error:
        logger.error("A paper was not kept, for its store takes nothing: %s", error.strerror)
        form.add_error(kind, NOT_KEPT)


def send(form: SendingForm, institution: Institution, answers: Mapping[str, Any]) -> bool:
    """Write a valid form down for a worker; ``False``, with the reason on the form, when that cannot be.

    Sent twice it is one: its id is the draft's.
    """
    if not form.is_valid():
        return False
    if not BY_INSTITUTION.allows(str(institution.pk)):
        form.add_error(None, CROWDED)
        return False
    try:
        _write(form.draft, institution, {**answers, "consents": {text.kind: text.version for text in form.consents}})
    except drafts.Gone:
        for kind in form.draft.papers:
            form.show_kept(kind, False)
            form.add_error(kind, AGAIN)
        form.draft.papers.clear()
        return False
    except IntegrityError:
        logger.info("Registration %s was sent before.", form.draft.id)
    return True


def _write(draft: Draft, institution: Institution, answers: dict[str, Any]) -> None:
    papers = [{"kind": kind, **paper} for kind, paper in draft.papers.items()]
    with transaction.atomic():
        drafts.send_files(draft)
        Registration.objects.create(
            id=draft.id, institution=institution, receipt=draft.receipt, answers=answers, papers=papers
        )
        workers.tell("enrollment.tasks.take_registration", draft.id)
