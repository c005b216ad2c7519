"""The administrator's decision: prepared person by person, changed at will, and made for all of them at once."""

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from enrollment import mailboxes
from enrollment.collective import addresses, findings, going_on, rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotPossible
from tte_portal import audit, outbox, workers
from tte_portal.models import Account

PersonState, Verdict, Task = RequestedPerson.State, RequestedPerson.Verdict, RequestedPerson.Task
SWEEP = "enrollment.collective.tasks.sweep"


class Undecided(Exception):
    """Somebody has no verdict yet."""


class Changed(Exception):
    """The records have changed since the verdicts: ``people`` have to be looked at again."""

    def __init__(self, people: list[RequestedPerson]) -> None:
        super().__init__(len(people))
        self.people = people


def accept(request_id: UUID, person_id: UUID, address: str, *, by: Account) -> None:
    """Mean to accept somebody, with this address (none for who has a mailbox already). Raises ``addresses.Wrong``."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
        person = request.people.select_for_update(no_key=True).get(pk=person_id)
        found = findings.look(request, request.people.all()).get(person.pk, [])
        if any(each.blocks for each in found):
            raise NotPossible("The person cannot be accepted.")
        gets_none = any(each.gets_none for each in found)
        person.mailbox = "" if gets_none else addresses.checked(request, person, address)
        person.verdict, person.reason = Verdict.ACCEPT, ""
        person.save()
        _note("prepare_verdict", request, [person], by)


def refuse(request_id: UUID, person_id: UUID, reason: str, *, by: Account) -> None:
    """Mean to refuse somebody, with the words that the OPD will read."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
        person = request.people.select_for_update(no_key=True).get(pk=person_id)
        _refuse(person, reason)
        _note("prepare_verdict", request, [person], by)


def _refuse(person: RequestedPerson, reason: str) -> None:
    person.verdict, person.reason, person.mailbox = Verdict.REFUSE, reason, ""
    person.save()


def refuse_rest(request_id: UUID, reason: str, *, by: Account) -> int:
    """Mean to refuse everybody who has no verdict yet; returns how many."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
        rest = list(request.people.select_for_update(no_key=True).filter(verdict=""))
        for person in rest:
            _refuse(person, reason)
        _note("prepare_verdict", request, rest, by)
        return len(rest)


def accept_rest(request_id: UUID, *, by: Account) -> int:
    """Mean to accept, with the proposed address, everybody who has no verdict and can be accepted."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
        people = list(request.people.select_for_update(no_key=True).order_by("position_in_list"))
        found = findings.look(request, people)
        rest = [each for each in people if not each.verdict and not _blocked(found.get(each.pk, ()))]
        proposed = addresses.propose(request, [each for each in rest if not _known(found.get(each.pk, ()))])
        for person in rest:
            person.verdict, person.mailbox = Verdict.ACCEPT, proposed.get(person.pk, "")
            person.save(update_fields=["verdict", "mailbox"])
        _note("prepare_verdict", request, rest, by)
        return len(rest)


def _blocked(found: Iterable[findings.Finding]) -> bool:
    return any(each.blocks for each in found)


def _known(found: Iterable[findings.Finding]) -> bool:
    return any(each.gets_none for each in found)


def finish(request_id: UUID, *, by: Account) -> CollectiveRequest:
    """Make the decision. Raises :class:`Undecided`, or :class:`Changed` with whose verdict does not hold any more."""
    try:
        with transaction.atomic():
            request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
            people = list(request.people.select_for_update(no_key=True).order_by("position_in_list"))
            if any(not each.verdict for each in people):
                raise Undecided
            _look_again(request, people)
            for person in people:
                _settle(request, person, by)
            request.state, request.decided_by, request.decided_at = rules.State.DECIDED, by, Now()
            request.save(update_fields=["state", "decided_by", "decided_at"])
            rules.note("decide_collective", request, by=by, people=len(people))
            outbox.write("collective_decided", subject=request.pk, request=request.pk)
            workers.tell(SWEEP)
            return request
    except IntegrityError as error:
        # Somebody else gave the address, or the person a mailbox, a moment ago.
        raise Changed([]) from error


def _look_again(request: CollectiveRequest, people: list[RequestedPerson]) -> None:
    accepted = [each for each in people if each.verdict == Verdict.ACCEPT]
    found = findings.look(request, people)
    used = addresses.taken({each.mailbox for each in accepted if each.mailbox})
    wrong = [
        each
        for each in accepted
        if _blocked(found.get(each.pk, ()))
        or each.mailbox in used
        or _known(found.get(each.pk, ())) == bool(each.mailbox)
    ]
    if not wrong:
        return
    raise Changed(wrong)


def take_back(request_id: UUID, people: list[RequestedPerson], *, by: Account) -> None:
    """Take verdicts away that do not hold any more."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.SUBMITTED)
        request.people.filter(pk__in=[each.pk for each in people]).update(verdict="", mailbox="")


def _settle(request: CollectiveRequest, person: RequestedPerson, by: Account) -> None:
    """Turn one verdict into what follows from it."""
    if person.verdict == Verdict.REFUSE:
        person.state = PersonState.REFUSED
    elif person.mailbox:
        person.state, person.task = PersonState.ACCEPTED, Task.MAKE
        person.contact = going_on.contact_of(request, person)
        person.due_at = None if mailboxes.provisioner().by_hand else Now()
    else:
        person.state = PersonState.KNOWN
        person.record = findings.record_of(request, person)
        person.mailbox = person.record.mailbox if person.record else ""
    person.save()
    if person.state == PersonState.KNOWN:
        going_on.invite(person, by=by)
    _note("decide_person", request, [person], by)


def _note(event: str, request: CollectiveRequest, people: list[RequestedPerson], by: Account) -> None:
    for person in people:
        audit.record(
            event, by=by, chain=request.institution.audit_chain, subject=request.pk,
            facts={"person": str(person.pk), "verdict": person.verdict, "state": person.state},
        )  # fmt: skip
