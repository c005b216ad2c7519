"""Handing a request in, and taking it back before it is decided."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment.collective import findings, rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson, RequestPaper
from tte_portal.models import Account

Kind = RequestPaper.Kind


class Incomplete(Exception):
    """Something is missing: :func:`missing` says what."""


@dataclass(frozen=True)
class Missing:
    """One thing to do before the request can be handed in, and the page (of the draft) on which to do it."""

    page: str
    text: str
    person: RequestedPerson | None = None


def missing(request: CollectiveRequest) -> list[Missing]:
    """What a draft still lacks, in the order of its steps."""
    people = list(request.people.order_by("position_in_list"))
    papers = list(request.papers.all())
    lacks = []
    if not any(each.kind == Kind.LETTER for each in papers):
        lacks.append(Missing("letter", "Surat permohonan belum diunggah."))
    lacks += _of_people(request, people)
    return lacks + _of_decrees(request, people, papers)


def _of_people(request: CollectiveRequest, people: list[RequestedPerson]) -> list[Missing]:
    if not people:
        return [Missing("people", "Daftar masih kosong. Isi paling sedikit satu orang.")]
    lacks = [
        Missing("person", f"Isian baris {number}{f' ({each.name})' if each.name else ''} belum benar.", each)
        for number, each in enumerate(people, 1)
        if not each.is_complete
    ]
    found = findings.look(request, people)
    for number, each in enumerate(people, 1):
        lacks += [
            Missing("person", f"Baris {number} ({each.name}): {finding.text}", each)
            for finding in found.get(each.pk, ())
            if finding.blocks
        ]
    return lacks


def _of_decrees(request: CollectiveRequest, people: list[RequestedPerson], papers: list[RequestPaper]) -> list[Missing]:
    decrees = [each for each in papers if each.kind == Kind.DECREE]
    if request.decree != CollectiveRequest.Decree.EACH:
        has_one = request.decree and any(each.person_id is None for each in decrees)
        return [] if has_one else [Missing("decree", "SK Pangkat dan Jabatan Terakhir belum diunggah.")]
    having = {each.person_id for each in decrees}
    return [
        Missing("decree", f"SK baris {number} ({each.name}) belum diunggah.", each)
        for number, each in enumerate(people, 1)
        if each.pk not in having
    ]


def submit(request_id: UUID, *, by: Account) -> CollectiveRequest:
    """Hand a draft in. Raises :class:`Incomplete`, or ``NotPossible`` when it was handed in meanwhile."""
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.DRAFT)
        if not rules.is_offered(request.institution) or missing(request):
            raise Incomplete
        request.state, request.submitted_by = rules.State.SUBMITTED, by
        request.submitted_at = request.saved_at = Now()
        request.save(update_fields=["state", "submitted_by", "submitted_at", "saved_at"])
        rules.note("submit_collective", request, by=by, people=request.people.count())
    request.refresh_from_db()
    return request


def withdraw(request_id: UUID, *, by: Account) -> None:
    """Take a request back; raises ``NotPossible`` once it is decided."""
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.SUBMITTED)
        CollectiveRequest.objects.filter(pk=request.pk).update(state=rules.State.WITHDRAWN, saved_at=Now())
        rules.note("withdraw_collective", request, by=by)
