"""Requests as an officer of one side may see them: the OPD its own, the administrator those that were handed in."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from enrollment.collective import rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson, RequestPaper
from enrollment.models import Institution
from tte_portal import files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable
from tte_portal.models import Account
from verification import roles
from verification.access import officer_of
from verification.keyset import cursor_of, rows_after

PAGE = 50
# Of somebody with many institutions not each is asked on every page.
MOST_LOOKED_AT = 12
ORDER = ["-saved_at", "-pk"]
# A mailbox of the request that is still to be made.
OPEN = Q(request=OuterRef("pk")) & ~Q(task="")
NEEDED = ("institution", "opd", "begun_by", "submitted_by", "decided_by")
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class Side:
    """From where somebody looks: ``role`` decides what is seen, ``space`` begins the names of the pages."""

    role: str
    space: str
    name: str

    def url(self, page: str, *args: object) -> str:
        return reverse(f"{self.space}{page}", args=args)

    def home(self, request: CollectiveRequest) -> str:
        return self.url("request", request.pk)


OPD = Side(roles.OPD_OPERATOR, "opd-", "Permohonan surel dinas")
DESK = Side(roles.ADMINISTRATOR, "admin:collective-", "Permohonan OPD")


def find(request: HttpRequest, collective_id: UUID, side: Side) -> CollectiveRequest:
    """The request, in the officer's scope; raises ``Http404``."""
    rows = CollectiveRequest.objects.for_officer(officer_of(request), side.role).select_related(*NEEDED)
    found = rows.filter(pk=collective_id).first()
    if found is None:
        raise Http404
    return found


def find_person(case: CollectiveRequest, line_id: UUID) -> RequestedPerson:
    """Somebody of a request that lies in the officer's scope; raises ``Http404``."""
    person = case.people.filter(pk=line_id).select_related("record").first()
    if person is None:
        raise Http404
    person.request = case
    return person


def page_of(request: HttpRequest, side: Side, *, to_do: bool = False) -> tuple[list[CollectiveRequest], str]:
    """Fifty requests from ``?after=`` on, newest first, and the place where the next page begins. ``to_do``: those
    alone that wait for a decision or for mailboxes."""
    rows = CollectiveRequest.objects.for_officer(officer_of(request), side.role).select_related("institution", "opd")
    if to_do:
        mailboxes = Exists(RequestedPerson.objects.for_officer(officer_of(request), side.role).filter(OPEN))
        rows = rows.filter(Q(state=CollectiveRequest.State.SUBMITTED) | Q(mailboxes))
    found = list(rows_after(rows.order_by(*ORDER), ORDER, request.GET.get("after", ""))[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return found, cursor_of(found[-1], ORDER) if more else ""


def is_used(officer: Account) -> bool:
    """Whether an OPD of the administrator's institutions may ask, or has asked before."""
    here = list(Institution.objects.for_officer(officer, roles.ADMINISTRATOR)[: MOST_LOOKED_AT + 1])
    asked = CollectiveRequest.objects.for_officer(officer, roles.ADMINISTRATOR)
    return len(here) > MOST_LOOKED_AT or any(rules.is_offered(each) for each in here) or asked.exists()


def back(request: HttpRequest, case: CollectiveRequest, side: Side, told: str, *, good: bool = False) -> HttpResponse:
    """To the request's own page, with a sentence above it."""
    (messages.success if good else messages.warning)(request, told)
    return redirect(side.home(case))


def paper(request: HttpRequest, collective_id: UUID, letter_id: UUID, side: Side) -> HttpResponse:
    """The copy of one paper. Each request is one look, and leaves one audit row."""
    case = find(request, collective_id, side)
    found = case.papers.filter(pk=letter_id).select_related("copy").first()
    if found is None:
        raise Http404
    try:
        content = files.read(found.copy)
    except (Unreadable, Erased, FileNotFoundError) as error:
        raise Http404 from error
    with transaction.atomic():
        rules.note(
            "view_paper", case, by=officer_of(request), reason="collective", kind=found.kind, paper=str(found.pk)
        )
    response = HttpResponse(content, content_type=found.copy.content_type)
    name = f"{found.kind}-{case.receipt}.{ENDINGS.get(found.copy.content_type, 'bin')}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def letter_of(case: CollectiveRequest) -> RequestPaper | None:
    return case.papers.filter(kind=RequestPaper.Kind.LETTER).first()
