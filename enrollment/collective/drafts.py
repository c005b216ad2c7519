"""A draft of a request, saved at every step: begun, its people written down one by one or from a list, thrown away."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from enrollment.actions import new_receipt
from enrollment.collective import papers, rules
from enrollment.collective.forms import PersonForm
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.models import Opd
from tte_portal.encryption import blind_index
from tte_portal.models import Account

MAX_PEOPLE = 500
FIELDS = ("name", "nip", "position", "phone")


class TooMany(Exception):
    """The list would be longer than one request may be."""


def receipt(kind: str) -> str:
    """A number to tell by phone: "OPD-…" for a request, "SRL-…" for a person, "LBR-…" for a printed sheet."""
    return f"{kind}{new_receipt()[3:]}"


def begin(opd: Opd, *, by: Account) -> CollectiveRequest:
    with transaction.atomic():
        request = CollectiveRequest.objects.create(
            institution=opd.institution, opd=opd, receipt=receipt("OPD"), begun_by=by
        )
        rules.note("begin_collective", request, by=by, opd=opd.pk)
        return request


def choose_decree(request_id: UUID, decree: str, *, by: Account) -> None:
    """Say whether the decree comes in one file or in one for each person."""
    with transaction.atomic():
        request = _draft(request_id)
        if request.decree != decree:
            CollectiveRequest.objects.filter(pk=request.pk).update(decree=decree)
            rules.note("write_collective", request, by=by, what="decree", decree=decree)


def save_person(
    request_id: UUID, typed: Mapping[str, str], *, by: Account, person_id: UUID | None = None
) -> RequestedPerson:
    """Keep one line as it was typed, valid or not. Raises ``TooMany`` or ``NotPossible``."""
    with transaction.atomic():
        request = _draft(request_id)
        if person_id is None:
            _make_room(request, 1)
            person = RequestedPerson(request=request, receipt=receipt("SRL"), position_in_list=_last(request) + 1)
        else:
            person = request.people.select_for_update(no_key=True).get(pk=person_id)
        fill(person, typed)
        person.save()
        rules.note("write_collective", request, by=by, what="person", person=str(person.pk))
        return person


def fill(person: RequestedPerson, typed: Mapping[str, str]) -> None:
    """Put what was typed into the row: in its stored form what is valid, as it is what is not."""
    form = PersonForm(typed)
    form.is_valid()
    for field in FIELDS:
        setattr(person, field, form.cleaned_data.get(field) or typed.get(field, "").replace("\0", "")[:300])
    person.nip_index = blind_index("employee-number", person.nip) if "nip" in form.cleaned_data else None
    person.is_complete = not form.errors


def take_list(request_id: UUID, lines: Iterable[Mapping[str, str]], *, by: Account) -> tuple[int, int]:
    """Add the people of a list; who is there already (by NIP) is brought up to date. Returns (new, changed)."""
    with transaction.atomic():
        request = _draft(request_id)
        known = {bytes(each.nip_index): each for each in request.people.all() if each.nip_index}
        last, fresh, changed = _last(request), [], []
        for line in lines:
            person = RequestedPerson(request=request)
            fill(person, line)
            index = bytes(person.nip_index) if person.nip_index else None
            if index in known:
                person = known[index]
                fill(person, line)
                if not person._state.adding and person not in changed:
                    changed.append(person)
                continue
            last += 1
            person.receipt, person.position_in_list = receipt("SRL"), last
            fresh.append(person)
            if index:
                known[index] = person
        _make_room(request, len(fresh))
        RequestedPerson.objects.bulk_create(fresh)
        for person in changed:
            # One by one: a sealed value is written for its row alone.
            person.save()
        rules.note("write_collective", request, by=by, what="list", new=len(fresh), changed=len(changed))
        return len(fresh), len(changed)


def remove_person(request_id: UUID, person_id: UUID, *, by: Account) -> None:
    with transaction.atomic():
        request = _draft(request_id)
        person = request.people.filter(pk=person_id).first()
        if person is None:
            return
        for paper in person.papers.select_related("original", "copy"):
            papers.erase(paper)
        person.delete()
        rules.note("write_collective", request, by=by, what="removed", person=str(person_id))


def discard(request_id: UUID, *, by: Account) -> None:
    """Throw a draft away, with its people, its papers and their keys."""
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.DRAFT)
        rules.note("discard_collective", request, by=by)
        for paper in request.papers.select_related("original", "copy"):
            papers.erase(paper)
        request.delete()


def _draft(request_id: UUID) -> CollectiveRequest:
    request = rules.locked(request_id, rules.State.DRAFT)
    CollectiveRequest.objects.filter(pk=request.pk).update(saved_at=Now())
    return request


def _last(request: CollectiveRequest) -> int:
    found: int | None = request.people.aggregate(last=Max("position_in_list"))["last"]
    return found or 0


def _make_room(request: CollectiveRequest, more: int) -> None:
    if request.people.count() + more > MAX_PEOPLE:
        raise TooMany
