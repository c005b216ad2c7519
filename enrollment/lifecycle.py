"""The lifecycle of an application: one table of transitions, and the one function that walks it.

``TRANSITIONS`` alone says which change is possible, who may make it, and what is sent on arrival. It guards every
change, decides which buttons show, and ``manage.py lifecycle`` draws the diagram in the docs from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.dispatch import Signal

from enrollment import elsewhere, terms
from enrollment.models import Application, Holder, Role, Status, StatusPeriod, WaitingFor
from enrollment.procedure import Procedure
from enrollment.scoping import in_force
from tte_portal import audit, links, outbox
from tte_portal.audit import Actor
from tte_portal.models import AuditRow

State = tuple[Status, WaitingFor]

START: State = (Status.NOT_REGISTERED, WaitingFor.NOBODY)
DRAFT: State = (Status.NEW, WaitingFor.APPLICANT)
HR_CHECK: State = (Status.NEW, WaitingFor.HR)
PRE_CHECK: State = (Status.NEW, WaitingFor.PRE_CHECK)
# Handed in, while the registries are asked: it is nobody's turn.
MATCHING: State = (Status.NEW, WaitingFor.NOBODY)
REVIEW: State = (Status.NEW, WaitingFor.VERIFIER)
PASSPHRASE: State = (Status.ON_SET_PASSPHRASE, WaitingFor.APPLICANT)
APPROVAL: State = (Status.ENROLL, WaitingFor.ISSUER)
ENROLLED: State = (Status.ENROLL, WaitingFor.NOBODY)
ISSUED: State = (Status.ISSUE, WaitingFor.NOBODY)
ACTIVE: State = (Status.ACTIVE, WaitingFor.NOBODY)
REJECTED: State = (Status.REJECTED, WaitingFor.NOBODY)
EXPIRED: State = (Status.EXPIRED, WaitingFor.NOBODY)
REVOKED: State = (Status.REVOKED, WaitingFor.NOBODY)
SUSPENDED: State = (Status.SUSPENDED, WaitingFor.NOBODY)

APPLICANT = "applicant"
SYSTEM = "system"


# Which procedures have a change; the words stand in the table that manage.py lifecycle draws.
def _always(procedure: Procedure) -> bool:
    """every procedure"""
    return True


@dataclass(frozen=True)
class Transition:
    """One possible change. ``by``: role kinds, ``applicant`` or ``system``. ``link``: purpose of a fresh link that
    goes with the message ``sends`` (a template of the outbox). ``when``: whether the application's procedure has this
    change at all. ``not_after``: what an officer has agreed to who may not make this one on the same application too
    (changes of this table, or :data:`PROFILE_CHECK` of its person)."""

    name: str
    sources: tuple[State, ...]
    target: State
    by: tuple[str, ...]
    sends: str = ""
    link: str = ""
    when: Callable[[Procedure], bool] = _always
    not_after: tuple[str, ...] = ()


VERIFIER = Role.Kind.VERIFIER.value
ISSUER = Role.Kind.ISSUER.value
HR = Role.Kind.HR.value
ADMINISTRATOR = Role.Kind.ADMINISTRATOR.value


def _has_wizard(procedure: Procedure) -> bool:
    """it has a wizard"""
    return bool(procedure.wizard.steps)


def _is_asked_for(procedure: Procedure) -> bool:
    """people ask for it themselves"""
    return procedure.way_in.kind != "invitation"


def _asks_hr(procedure: Procedure) -> bool:
    """the HR officer agrees to a registration"""
    return procedure.way_in.hr_approval and procedure.way_in.kind == "public-form"


def _vouches(procedure: Procedure) -> bool:
    """a verifier checks first and there is no wizard"""
    return procedure.way_in.check and not _has_wizard(procedure)


def _matches(procedure: Procedure) -> bool:
    """the registries are asked"""
    return procedure.wizard.check == "automatic"


def _issues_by_hand(procedure: Procedure) -> bool:
    """the issuer lets it be issued"""
    return procedure.certificate.issuer == "by-hand"


def _issues_at_once(procedure: Procedure) -> bool:
    """it is issued at once"""
    return not _issues_by_hand(procedure) and not elsewhere.at_bsre()


def _asks_issuer(procedure: Procedure) -> bool:
    """the issuer lets it be issued"""
    return _issues_by_hand(procedure) and not elsewhere.at_bsre()


def _at_bsre(procedure: Procedure) -> bool:
    """the authority is BSrE (`TTE_AUTHORITY=bsre`)"""
    return elsewhere.at_bsre()


# The HR officer's word about what a person has stated in the profile (enrollment/holders/changes.py).
PROFILE_CHECK = "approve_profile_change"
# Two pairs of eyes: whoever spoke for HR is not the verifier of that person too, and whoever agreed in any of these
# does not decide about the issue.
HR_CHECKS = (PROFILE_CHECK, "confirm_data")
# What an officer wrote into an application is checked by another.
EDIT = "edit_application"
MADE = (*HR_CHECKS, EDIT)
FIRST_CHECKS = (*MADE, "admit", "vouch", "approve", "succeed")
UNDECIDED = (HR_CHECK, PRE_CHECK, DRAFT, MATCHING, REVIEW, PASSPHRASE)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "register", (START,), DRAFT, (SYSTEM, APPLICANT, VERIFIER, ADMINISTRATOR), "activation", "activation",
        when=_has_wizard,
    ),
    # Whoever has a certificate already and is known as before: a new key for a new one (passphrase/succession.py).
    Transition(
        "succeed", (START,), PASSPHRASE, (SYSTEM, APPLICANT, VERIFIER, ISSUER), "set_passphrase", "passphrase",
    ),
    # Whoever has a certificate, but is not known as before: the procedure's own check once more.
    Transition("renew", (START,), DRAFT, (SYSTEM, APPLICANT), "activation", "activation", when=_has_wizard),
    Transition("renew_for_check", (START,), PRE_CHECK, (SYSTEM, APPLICANT), when=_vouches),
    Transition("apply", (START,), PRE_CHECK, (SYSTEM, APPLICANT), when=_is_asked_for),
    Transition("apply_to_hr", (START,), HR_CHECK, (SYSTEM, APPLICANT), when=_asks_hr),
    Transition("confirm_data", (HR_CHECK,), PRE_CHECK, (HR,), when=_asks_hr, not_after=(EDIT,)),
    Transition("refuse_data", (HR_CHECK,), REJECTED, (HR,), "rejected", when=_asks_hr),
    Transition(
        "admit", (PRE_CHECK,), DRAFT, (VERIFIER,), "activation", "activation", when=_has_wizard, not_after=MADE,
    ),
    Transition(
        "vouch", (PRE_CHECK,), PASSPHRASE, (VERIFIER,), "set_passphrase", "passphrase", when=_vouches,
        not_after=MADE,
    ),
    Transition("submit", (DRAFT,), REVIEW, (APPLICANT,), "submitted"),
    Transition("submit_for_matching", (DRAFT,), MATCHING, (APPLICANT,), "submitted", when=_matches),
    Transition("match", (MATCHING,), PASSPHRASE, (SYSTEM,), "set_passphrase", "passphrase", when=_matches),
    Transition("refer", (MATCHING,), REVIEW, (SYSTEM,), when=_matches),
    Transition("ask_correction", (REVIEW,), DRAFT, (VERIFIER,), "correction", "activation", when=_has_wizard),
    Transition("reject", (PRE_CHECK, REVIEW), REJECTED, (VERIFIER,), "rejected"),
    Transition(
        "approve", (REVIEW,), PASSPHRASE, (VERIFIER,), "set_passphrase", "passphrase", not_after=(EDIT,),
    ),
    Transition("set_passphrase", (PASSPHRASE,), ENROLLED, (APPLICANT,), when=_issues_at_once),
    Transition("ask_to_issue", (PASSPHRASE,), APPROVAL, (APPLICANT,), when=_asks_issuer),
    Transition(
        "approve_issue", (APPROVAL,), ENROLLED, (ISSUER,), when=_issues_by_hand, not_after=FIRST_CHECKS,
    ),
    Transition(
        "refuse_issue", (APPROVAL,), REJECTED, (ISSUER,), "rejected", when=_issues_by_hand, not_after=FIRST_CHECKS,
    ),
    Transition("withdraw", UNDECIDED, REJECTED, (APPLICANT,), "withdrawn"),
    Transition("lapse", (DRAFT, PASSPHRASE), REJECTED, (SYSTEM,), "lapsed"),
    Transition("issue", (ENROLLED,), ISSUED, (SYSTEM,), "issued"),
    Transition("activate", (ISSUED,), ACTIVE, (SYSTEM,), "active"),
    Transition("expire", (ISSUED, ACTIVE, SUSPENDED), EXPIRED, (SYSTEM,), "expired"),
    Transition("suspend", (ISSUED, ACTIVE), SUSPENDED, (APPLICANT, VERIFIER, ISSUER), "suspended"),
    # A holder ends no suspension but the own one (passphrase/revocation.py).
    Transition("resume", (SUSPENDED,), ACTIVE, (APPLICANT, VERIFIER, ISSUER), "resumed"),
    Transition("revoke", (ISSUED, ACTIVE, SUSPENDED), REVOKED, (APPLICANT, VERIFIER, ISSUER), "revoked"),
    # Its predecessor was revoked because nobody is to have one here any more; the mail of that tells of both.
    Transition("stop", (*UNDECIDED, APPROVAL, ENROLLED), REJECTED, (SYSTEM,)),
    Transition("supersede", (ISSUED, ACTIVE, SUSPENDED), REVOKED, (SYSTEM,)),
    # What BSrE says has happened there (passphrase/bsre/mirroring.py).
    Transition("enroll_at_bsre", (PASSPHRASE,), ENROLLED, (SYSTEM,), when=_at_bsre),
    Transition("suspend_at_bsre", (ISSUED, ACTIVE), SUSPENDED, (SYSTEM,), "bsre_news", when=_at_bsre),
    Transition("resume_at_bsre", (SUSPENDED,), ACTIVE, (SYSTEM,), "bsre_news", when=_at_bsre),
    Transition("revoke_at_bsre", (ISSUED, ACTIVE, SUSPENDED), REVOKED, (SYSTEM,), "bsre_news", when=_at_bsre),
)  # fmt: skip
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
    found, procedure = state_of(application), terms.of(application)
    return [each for each in TRANSITIONS if found in each.sources and each.when(procedure)]


def locked(application_id: UUID) -> Application:
    """The application with its row locked until the transaction ends, as it stands now."""
    return (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("institution", "record")
        .get(pk=application_id)
    )


def begin(name: str, application: Application, *, by: Actor) -> None:
    """Store a new application in the first state that transition leads to, and send what the table says.

    Runs inside a transaction. Raises :class:`NotPossible` or :class:`NotAllowed`.
    """
    transition = BY_NAME[name]
    _guard(transition, START, application, by)
    application.status, application.waiting_for = transition.target
    application.opd_id = application.record.opd_id if application.record else None
    application.save(force_insert=True)
    _enter(transition, application, by, START, {})


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


# Messages that a procedure may want by WhatsApp: their template there.
BY_WHATSAPP = {"set_passphrase": "set_passphrase_whatsapp"}


def send(template: str, application: Application, *, link: str = "") -> None:
    """Queue one message to the applicant, by the procedure's channel; with ``link`` a fresh link of that purpose goes
    with it. Where the passphrase is made elsewhere, the message that says so goes, and no link."""
    if instead := elsewhere.instead_of(template):
        template, link = instead, ""
    if template in BY_WHATSAPP and terms.of(application).passphrase.channel == "whatsapp":
        template = BY_WHATSAPP[template]
    ids = {"application": application.pk}
    if link:
        ids["link"] = links.make(link, application.pk).pk
    outbox.write(template, subject=application.pk, **ids)


def _guard(transition: Transition, state: State, application: Application, by: Actor) -> None:
    if state not in transition.sources or not transition.when(terms.of(application)):
        raise NotPossible(f"{transition.name} is not possible from {state[0]}/{state[1]}.")
    if not _may(transition, application, by):
        raise NotAllowed(f"{transition.name} is not for this actor.")


def _may(transition: Transition, application: Application, by: Actor) -> bool:
    if by is None:
        return SYSTEM in transition.by
    if isinstance(by, Application):
        return APPLICANT in transition.by and by.pk == application.pk
    return may_make(transition.name, application, by)


def may_make(name: str, application: Application, officer: Any) -> bool:
    """Whether the officer may make that change of this application, once it stands where the change exists: a role
    for it there, not the officer's own case, and nothing of ``not_after`` done by the same officer."""
    transition = BY_NAME[name]
    if officer.mailbox and officer.mailbox.lower() == application.mailbox.lower():
        return False
    held: models.QuerySet[Role] = Role.objects.filter(
        in_force(), account=officer, institution_id=application.institution_id
    )
    if not officer.is_active or not held.filter(kind__in=transition.by).exists():
        return False
    return not has_checked(name, application, officer)


def has_checked(name: str, application: Application, officer: Any) -> bool:
    """Whether the audit trail has one of ``not_after`` by this officer: it outlives every change of role."""
    if not BY_NAME[name].not_after:
        return False
    person = models.Q(mailbox=application.mailbox)
    if application.record_id:
        person |= models.Q(record=application.record_id)
    # What was agreed to in the profile stands under its holder.
    holders = Holder.objects.filter(person, institution_id=application.institution_id).values_list("pk", flat=True)
    rows = AuditRow.objects.filter(subject__in=[application.pk, *holders], actor=audit.actor_name(officer))
    return rows.filter(event__in=BY_NAME[name].not_after).exists()


def now() -> Any:
    """The database's clock: the only one that all parts share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
