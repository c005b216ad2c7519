"""The papers of a case for officers: their copies alone are shown, and each look leaves one audit row."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse

from enrollment.models import Application, Paper
from enrollment.papers import FINDINGS
from tte_portal import audit, files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable
from tte_portal.models import Account, AuditRow

# Letters that count only when signed. What a pen wrote no machine here looks for: the officer does.
SIGNED = (Paper.Kind.STATEMENT, Paper.Kind.RECOMMENDATION)
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def newest(application: Application, officer: Account) -> list[Paper]:
    """The papers that count: of each kind the one handed in last, in the order in which they first came."""
    kinds: dict[str, Paper] = {}
    for paper in _papers(application, officer).order_by("at", "pk"):
        kinds[paper.kind] = paper
    return list(kinds.values())


def _papers(application: Application, officer: Account) -> QuerySet[Paper]:
    # Whoever renews handed in papers with the first application: they count until newer ones come.
    of_person = [each for each in (application.pk, application.predecessor_id) if each]
    return Paper.objects.for_officer(officer).filter(application__in=of_person).select_related("copy")


def rows(application: Application, officer: Account, page: str) -> list[dict[str, Any]]:
    """What ``verification/papers.html`` shows of them; ``page`` is the address that shows one."""
    looked_at = _looked_at(application, officer)
    return [
        {
            "title": paper.get_kind_display(),
            "url": reverse(page, args=[application.pk, paper.pk]),
            "at": paper.at,
            "pages": paper.pages,
            "is_picture": paper.copy.content_type.startswith("image/"),
            "is_card": paper.kind == Paper.Kind.KTP and paper.copy.content_type.startswith("image/"),
            "findings": [FINDINGS.get(each, each) for each in paper.findings],
            "unsigned": paper.kind in SIGNED and not paper.signed,
            # Pictures stand on the page itself; whoever has the page has them before the eyes.
            "unopened": not paper.copy.content_type.startswith("image/") and str(paper.pk) not in looked_at,
        }
        for paper in newest(application, officer)
    ]


def _looked_at(application: Application, officer: Account) -> set[str]:
    """The papers of this case that the officer has opened, by the rows that each look left."""
    looks = AuditRow.objects.filter(event="view_paper", subject=application.pk, actor=audit.actor_name(officer))
    return {str(facts.get("paper")) for facts in looks.values_list("facts", flat=True)}


def paper(case: Application, paper_id: UUID, officer: Account, *, reason: str = "verification") -> HttpResponse:
    """The copy of one paper of a case that lies in the officer's scope; raises ``Http404``."""
    found = _papers(case, officer).filter(pk=paper_id).first()
    if found is None:
        raise Http404
    try:
        content = files.read(found.copy)
    except (Unreadable, Erased, FileNotFoundError) as error:
        raise Http404 from error
    _note_view(case, found, officer, reason)
    response = HttpResponse(content, content_type=found.copy.content_type)
    name = f"{found.kind}-{case.receipt}.{ENDINGS.get(found.copy.content_type, 'bin')}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _note_view(case: Application, found: Paper, officer: Account, reason: str) -> None:
    """Every look is on record: who, when, whose, which, what for (UU 27/2022)."""
    with transaction.atomic():
        audit.record(
            "view_paper", by=officer, chain=case.institution.audit_chain, subject=case.pk,
            facts={"reason": reason, "kind": found.kind, "paper": str(found.pk)},
        )  # fmt: skip
