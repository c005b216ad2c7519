"""Asking the mail server, one mailbox at a time: by a sweep, with back-off, and never twice for the same person.

An order is written down before it goes out and its answer after it came, in two transactions: nothing is locked while
a server takes its time. A worker that dies in between leaves a row that says "this may have got through", so that the
next try takes "already exists" for what it is: our own mailbox, with the password that is still in the row.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import mailboxes
from enrollment.collective import going_on, passwords, rules
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.lifecycle import NotPossible
from enrollment.mailboxes import Refused, Taken, Unavailable
from tte_portal import audit, workers
from tte_portal.audit import Actor
from tte_portal.models import Account

State, Task = RequestedPerson.State, RequestedPerson.Task
# Longer than any answer may take: until then nobody else asks for the same mailbox.
LEASE = timedelta(seconds=180)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
MAX_ATTEMPTS = 12
BATCH = 100
PROVISION = "enrollment.collective.tasks.provision"


@dataclass(frozen=True, repr=False)
class Order:
    """What one call asks for. ``earlier``: an order for the same mailbox went out before, and nobody knows its end."""

    person_id: UUID
    task: str
    address: str
    password: str
    quota: int
    earlier: bool


def due() -> list[UUID]:
    """People whose mailbox is to be asked for now, oldest first."""
    rows = RequestedPerson.objects.exclude(task="").filter(due_at__lte=Now()).order_by("due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def provision(person_id: UUID | str, quota: int) -> bool:
    """Ask for one mailbox; ``True`` when it is there now. Does nothing for who is not due, or in other hands."""
    order = _begin(person_id, quota)
    if order is None:
        return False
    server = mailboxes.provisioner()
    try:
        if order.task == Task.MAKE:
            server.make(order.address, order.password, order.quota)
        else:
            server.change_password(order.address, order.password)
    except Taken as taken:
        # Ours, when an earlier order may have got through.
        return _made(order) if order.earlier and order.task == Task.MAKE else _stop(order, taken.reason)
    except Refused as refused:
        return _stop(order, refused.reason)
    except Unavailable as unavailable:
        return _later(order, unavailable)
    return _made(order)


def _begin(person_id: UUID | str, quota: int) -> Order | None:
    with transaction.atomic():
        rows = RequestedPerson.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).exclude(task="")
        person = rows.filter(pk=person_id, due_at__lte=Now()).first()
        if person is None or mailboxes.provisioner().by_hand:
            return None
        if not person.password:
            person.password = passwords.fresh()
        order = Order(person.pk, person.task, person.mailbox, person.password, quota, person.may_be_made)
        person.may_be_made, person.attempts = True, person.attempts + 1
        person.due_at = Now() + LEASE
        person.save()
        return order


def _locked(order: Order) -> RequestedPerson | None:
    """The order's row, unless somebody has changed its task or address meanwhile."""
    rows = RequestedPerson.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "request__institution", "request__opd"
    )
    return rows.filter(pk=order.person_id, task=order.task, mailbox=order.address).first()


def _made(order: Order) -> bool:
    with transaction.atomic():
        person = _locked(order)
        if person is None:
            return False
        made(person, by=None)
        return True


def made(person: RequestedPerson, *, by: Actor) -> None:
    """Note in the caller's transaction that the mailbox (or its new password) is there."""
    fresh = person.task == Task.MAKE
    person.task, person.due_at, person.error, person.may_be_made = "", None, "", False
    person.state, person.attempts = State.MADE, 0
    if fresh:
        person.made_at = Now()
    person.save()
    if fresh:
        going_on.keep_record(person)
    audit.record(
        "make_mailbox" if fresh else "set_mailbox_password", by=by, chain=person.request.institution.audit_chain,
        subject=person.request_id, facts={"person": str(person.pk)},
    )  # fmt: skip


def _stop(order: Order, reason: str) -> bool:
    """A plain no: an administrator has to do something first."""
    with transaction.atomic():
        if person := _locked(order):
            person.due_at, person.error, person.may_be_made = None, f"{reason}."[:300], False
            person.save()
    return False


def _later(order: Order, unavailable: Unavailable) -> bool:
    with transaction.atomic():
        if person := _locked(order):
            wait = min(FIRST_WAIT * 2 ** (person.attempts - 1), LONGEST_WAIT)
            person.due_at = Now() + wait if person.attempts < MAX_ATTEMPTS else None
            person.may_be_made = order.earlier or unavailable.sent
            person.error = f"{unavailable.reason}."[:300]
            person.save()
    return False


def try_again(request_id: UUID, *, by: Account) -> int:
    """Ask at once for everybody of a request who waits; returns how many."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.DECIDED)
        waiting = list(request.people.select_for_update(no_key=True).exclude(task=""))
        for person in waiting:
            person.due_at, person.attempts = Now(), 0
            person.save(update_fields=["due_at", "attempts"])
            workers.tell(PROVISION, person.pk)
        rules.note("retry_mailboxes", request, by=by, people=len(waiting))
        return len(waiting)


def give_other_address(request: CollectiveRequest, person_id: UUID, address: str, *, by: Account) -> None:
    """Change an address that the mail server does not take; raises ``NotPossible`` when it is not stuck."""
    with transaction.atomic():
        rules.decided_by(request.pk, by, rules.State.DECIDED)
        person = request.people.select_for_update(no_key=True).get(pk=person_id)
        if person.task != Task.MAKE or (person.due_at is not None and not person.error):
            raise NotPossible("The mailbox is on its way.")
        person.mailbox, person.error, person.may_be_made, person.attempts = address, "", False, 0
        person.due_at = None if mailboxes.provisioner().by_hand else Now()
        # A list that was fetched before has the old address.
        person.listed_in = None
        person.save()
        rules.note("change_requested_address", request, by=by, person=str(person.pk))
        workers.tell(PROVISION, person.pk)
