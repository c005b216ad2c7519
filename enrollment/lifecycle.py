"""The lifecycle of an application: one table of transitions, and the one function that walks it.

``TRANSITIONS`` alone says which change is possible, who may make it, and what is sent on arrival. It guards every
change, decides which buttons show, and ``manage.py lifecycle`` draws the diagram in the docs from it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.dispatch import Signal

from enrollment.models import Application, Role, Status, StatusPeriod, WaitingFor
from tte_portal import audit, links, outbox
from tte_portal.audit import Actor

State = tuple[Status, WaitingFor]

START: State = (Status.NOT_REGISTERED, WaitingFor.NOBODY)
DRAFT: State = (Status.NEW, WaitingFor.APPLICANT)
REVIEW: State = (Status.NEW, WaitingFor.VERIFIER)
PASSPHRASE: State = (Status.ON_SET_PASSPHRASE, WaitingFor.APPLICANT)
ENROLLED: State = (Status.ENROLL, WaitingFor.ISSUER)
ISSUED: State = (Status.ISSUE, WaitingFor.NOBODY)
ACTIVE: State = (Status.ACTIVE, WaitingFor.NOBODY)
REJECTED: State = (Status.REJECTED, WaitingFor.NOBODY)
EXPIRED: State = (Status.EXPIRED, WaitingFor.NOBODY)
REVOKED: State = (Status.REVOKED, WaitingFor.NOBODY)
SUSPENDED: State = (Status.SUSPENDED, WaitingFor.NOBODY)

APPLICANT = "applicant"
SYSTEM = "system"


@dataclass(frozen=True)
class Transition:
    """One possible change. ``by``: role kinds, ``applicant`` or ``system``. ``link``: purpose of a fresh link that
    goes with the message ``sends`` (a template of the outbox)."""

    name: str
    sources: tuple[State, ...]
    target: State
    by: tuple[str, ...]
    sends: str = ""
    link: str = ""


VERIFIER = Role.Kind.VERIFIER.value
ISSUER = Role.Kind.ISSUER.value
ADMINISTRATOR = Role.Kind.ADMINISTRATOR.value

TRANSITIONS: tuple[Transition, ...] = (
    Transition("register", (START,), DRAFT, (SYSTEM, VERIFIER, ADMINISTRATOR), "activation", "activation"),
    Transition("submit", (DRAFT,), REVIEW, (APPLICANT,), "submitted"),
    Transition("ask_correction", (REVIEW,), DRAFT, (VERIFIER,), "correction", "activation"),
    Transition("reject", (REVIEW,), REJECTED, (VERIFIER,), "rejected"),
    Transition("approve", (REVIEW,), PASSPHRASE, (VERIFIER,), "set_passphrase", "passphrase"),
    Transition("set_passphrase", (PASSPHRASE,), ENROLLED, (APPLICANT,)),
    Transition("issue", (ENROLLED,), ISSUED, (SYSTEM, ISSUER), "issued"),
    Transition("activate", (ISSUED,), ACTIVE, (SYSTEM,), "active"),
    Transition("expire", (ISSUED, ACTIVE, SUSPENDED), EXPIRED, (SYSTEM,)),
    Transition("suspend", (ACTIVE,), SUSPENDED, (VERIFIER, ISSUER)),
    Transition("resume", (SUSPENDED,), ACTIVE, (VERIFIER, ISSUER)),
    Transition("revoke", (ISSUED, ACTIVE, SUSPENDED), REVOKED, (VERIFIER, ISSUER)),
)
BY_NAME = {transition.name: transition for transition in TRANSITIONS}


# Sent inside the transaction of every change (application=, transition=): rooms above react without being named here.
entered = Signal()


class NotPossible(Exception):
    """The application is not (any more) in a state in which this change exists; nothing was changed."""


class NotAllowed(Exception):
    """This actor may not make this change; nothing was changed."""


def state_of(application: Application) -> State:
    return Status(application.status), WaitingFor(application.waiting_for)


def possible(application: Application) -> list[Transition]:
    """The transitions that exist from where the application stands: what buttons show."""
    return [transition for transition in TRANSITIONS if state_of(application) in transition.sources]


def locked(application_id: UUID) -> Application:
    """The application with its row locked until the transaction ends, as it stands now."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("institution", "record")
        .get(pk=application_id)
    )


def register(application: Application, *, by: Actor) -> None:
    """Store a new application in its first state and send what the table says. Runs inside a transaction."""
    _guard(BY_NAME["register"], START, application, by)
    application.save(force_insert=True)
    _enter(BY_NAME["register"], application, by, START, {})


def change(name: str, application: Application, *, by: Actor, detail: dict[str, Any] | None = None) -> None:
    """Walk one transition of an application whose row the caller holds :func:`locked`, fields saved with it.

    Updates status and turn, writes the period, one audit row and the outbox row, all in the caller's transaction.
    Raises :class:`NotPossible` or :class:`NotAllowed`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Lock the application in the transaction that changes it.")
    transition, before = BY_NAME[name], state_of(application)
    _guard(transition, before, application, by)
    application.status, application.waiting_for = transition.target
    application.since = now()
    application.claimed_by = application.claimed_until = None
    application.save()
    StatusPeriod.objects.filter(application=application, until=None).update(until=application.since)
    _enter(transition, application, by, before, detail or {})


def _enter(transition: Transition, application: Application, by: Actor, before: State, detail: dict[str, Any]) -> None:
    StatusPeriod.objects.create(
        application=application, institution_id=application.institution_id, status=application.status,
        waiting_for=application.waiting_for, since=application.since,
    )  # fmt: skip
    audit.record(
        transition.name, by=by, chain=application.institution.audit_chain, subject=application.pk,
        facts={"from": list(before), "to": [application.status, application.waiting_for]}, detail=detail,
    )  # fmt: skip
    if transition.sends:
        send(transition.sends, application, link=transition.link)
    entered.send(Application, application=application, transition=transition)


def send(template: str, application: Application, *, link: str = "") -> None:
    """Queue one message to the applicant; with ``link`` a fresh link of that purpose goes with it."""
    ids = {"application": application.pk}
    if link:
        ids["link"] = links.make(link, application.pk).pk
    outbox.write(template, subject=application.pk, **ids)


def _guard(transition: Transition, state: State, application: Application, by: Actor) -> None:
    if state not in transition.sources:
        raise NotPossible(f"{transition.name} is not possible from {state[0]}/{state[1]}.")
    if not _may(transition, application, by):
        raise NotAllowed(f"{transition.name} is not for this actor.")


def _may(transition: Transition, application: Application, by: Actor) -> bool:
    if by is None:
        return SYSTEM in transition.by
    if isinstance(by, Application):
        return APPLICANT in transition.by and by.pk == application.pk
    return may_decide(by, application, transition.by)


def may_decide(account: Any, application: Application, kinds: tuple[str, ...]) -> bool:
    """Whether the officer holds one of these roles there, and the case is not the officer's own."""
    if account.mailbox and account.mailbox.lower() == application.mailbox.lower():
        return False
    held: models.QuerySet[Role] = Role.objects.filter(account=account, institution_id=application.institution_id)
    return bool(account.is_active) and held.filter(kind__in=kinds).exists()


def now() -> Any:
    """The database's clock: the only one that all parts share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
