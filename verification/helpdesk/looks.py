"""Looking at a number, a face or a KTP from the help desk: why comes first, and stays with the look."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404, HttpResponse

from enrollment.models import Application, Paper
from tte_portal import audit, files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable
from tte_portal.models import Account, SealedFile
from verification import review
from verification.helpdesk.acts import must_not_be_own
from verification.helpdesk.models import Look
from verification.helpdesk.people import READS, Person

# Long enough to look at it, too short to come back to it.
LASTS = timedelta(minutes=5)
REASONS = (
    ("caller", "Memastikan siapa yang menghubungi meja bantuan"),
    ("photo-problem", "Foto atau berkasnya dilaporkan bermasalah"),
    ("mix-up", "Ada kemungkinan data tertukar dengan orang lain"),
    ("other", "Alasan lain, ditulis di bawah ini"),
)
NUMBERS = {"nik": "NIK", "employee_number": "NIP / NRP", "phone": "Nomor telepon"}


def show_number(person: Person, field: str, reason: str, words: str, *, by: Account) -> str:
    """The whole number; who saw it and why is on record first. Raises ``rules.Refused`` for one's own."""
    must_not_be_own(person, by)
    with transaction.atomic():
        audit.record(
            "view_number", by=by, chain=person.institution.audit_chain, subject=person.id,
            facts={"field": field, "reason": reason}, detail={"words": words},
        )  # fmt: skip
    return str(getattr(person, field))


def begin(person: Person, application: Application, what: str, reason: str, words: str, *, by: Account) -> Look:
    """Keep why somebody looks at a picture or paper of the application; the look itself is logged when it happens."""
    must_not_be_own(person, by)
    return Look.objects.create(
        institution=person.institution, record=person.record, holder=person.holder, application=application,
        what=what, reason=reason, words=words, by=by,
    )  # fmt: skip


def title_of(application: Application, what: str) -> str | None:
    """What the picture or paper is called; ``None`` when the application has none."""
    if what in review.PICTURES:
        return review.PICTURES[what] if getattr(application, f"{what}_id") else None
    paper = _paper(application, what)
    return paper.get_kind_display() if paper else None


def is_picture(application: Application, what: str) -> bool:
    """Whether a page can show it; a PDF opens in a tab of its own."""
    file = _file(application, what)
    return file is not None and file.content_type.startswith("image/")


def _paper(application: Application, what: str) -> Paper | None:
    try:
        paper_id = UUID(what)
    except ValueError:
        return None
    return Paper.objects.filter(application=application, pk=paper_id).select_related("copy").first()


def picture(look_id: UUID, officer: Account) -> HttpResponse:
    """What the look is at, for the officer who said why, for a few minutes; each time leaves its row."""
    rows = Look.objects.for_officer(officer, *READS).filter(pk=look_id, by=officer, at__gt=Now() - LASTS)
    look = rows.select_related("institution", "application").first()
    if look is None or look.application is None:
        raise Http404
    file = _file(look.application, look.what)
    if file is None:
        raise Http404
    try:
        content = files.read(file)
    except (Unreadable, Erased, FileNotFoundError) as error:
        raise Http404 from error
    _note(look, officer)
    response = HttpResponse(content, content_type=file.content_type)
    response.headers["Content-Disposition"] = "inline"
    return response


def _file(application: Application, what: str) -> SealedFile | None:
    if what in review.PICTURES:
        found: SealedFile | None = getattr(application, what)
        return found
    paper = _paper(application, what)
    return paper.copy if paper else None


def _note(look: Look, officer: Account) -> None:
    """Before it is shown: who, when, whose, which, and why (UU 27/2022)."""
    of_picture = look.what in review.PICTURES
    facts = {"reason": look.reason, "look": str(look.pk), "field" if of_picture else "paper": look.what}
    with transaction.atomic():
        audit.record(
            "view_photo" if of_picture else "view_paper", by=officer, chain=look.institution.audit_chain,
            subject=look.application_id, facts=facts, detail={"words": look.words},
        )  # fmt: skip
