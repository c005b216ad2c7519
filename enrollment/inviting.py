"""Thousands of people invited in a few statements: the same table, checks and rows as ``actions.invite`` one by one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from enrollment import actions, comparisons, lifecycle, terms
from enrollment.models import Application, Institution, StatusPeriod
from enrollment.roster.storing import Invitee
from tte_portal import audit, copying, links, outbox
from tte_portal.audit import Actor
from tte_portal.models import Account

REGISTER = lifecycle.BY_NAME["register"]


@dataclass
class Invited:
    """Whose application began, and who was left alone: theirs runs already, or is the officer's own."""

    begun: list[Invitee] = field(default_factory=list)
    running: list[Invitee] = field(default_factory=list)
    own: list[Invitee] = field(default_factory=list)


def may_invite(institution: Institution, by: Actor) -> bool:
    """Whether this actor may begin applications there, by the lifecycle's own table."""
    if not institution.is_open or not REGISTER.when(terms.in_force(institution)):
        return False
    if by is None:
        return lifecycle.SYSTEM in REGISTER.by
    return isinstance(by, Account) and lifecycle.may_make(REGISTER.name, Application(institution=institution), by)


def invite_many(people: Sequence[Invitee], institution: Institution, *, by: Actor) -> Invited:
    """Begin an application for everybody who has none, in the caller's transaction, which holds their records.

    Whoever is on the way already gets no second mail. Raises :class:`lifecycle.NotAllowed`.
    """
    if not may_invite(institution, by):
        raise lifecycle.NotAllowed("These people are not this actor's to invite.")
    running, own = _running(people, institution), isinstance(by, Account) and by.mailbox.lower()
    found = Invited()
    for each in people:
        if each.record in running or each.mailbox in running:
            found.running.append(each)
        elif own and each.mailbox.lower() == own:
            found.own.append(each)
        else:
            found.begun.append(each)
    _begin(found.begun, institution, by)
    return found


def _running(people: Sequence[Invitee], institution: Institution) -> set[Any]:
    """Records and mailboxes with a running application."""
    live = Application.objects.filter(institution=institution).exclude(status__in=comparisons.ENDED)
    found: set[Any] = set()
    for rows in (
        live.filter(mailbox__in=[each.mailbox for each in people]),
        live.filter(record_id__in=[each.record for each in people]),
    ):
        for application in rows.only("mailbox", "record_id", "status", "waiting_for", "procedure_id"):
            if not actions.is_unproven(application):
                found |= {application.mailbox, application.record_id}
    return found - {None}


def _begin(people: Sequence[Invitee], institution: Institution, by: Actor) -> None:
    if not people:
        return
    version, since = terms.keep(terms.in_force(institution)), lifecycle.now()
    status, waiting_for = REGISTER.target
    applications = [
        Application(
            institution=institution, record_id=each.record, opd_id=each.opd, procedure=version, receipt=receipt,
            mailbox=each.mailbox, status=status, waiting_for=waiting_for, since=since, name=each.name,
            front_title=each.front_title, back_title=each.back_title,
        )
        for each, receipt in zip(people, _receipts(len(people)), strict=True)
    ]  # fmt: skip
    copying.insert(applications)
    ids: list[uuid.UUID] = [application.pk for application in applications]
    copying.copy_in(
        StatusPeriod, ("application_id",), ((each,) for each in ids), institution_id=institution.pk,
        status=status, waiting_for=waiting_for, since=since,
    )  # fmt: skip
    facts = {"from": list(lifecycle.START), "to": [status, waiting_for]}
    audit.record_many(REGISTER.name, ids, by=by, chain=institution.audit_chain, facts=facts)
    mailed = zip(ids, links.make_many(REGISTER.link, ids), strict=True)
    outbox.write_many(REGISTER.sends, ids, ({"application": str(a), "link": str(link)} for a, link in mailed))
    for application in applications:
        lifecycle.entered.send(Application, application=application, transition=REGISTER)


def _receipts(count: int) -> list[str]:
    """Numbers that nobody has: among millions one in a few thousand lists would meet one that is taken."""
    found: set[str] = set()
    while len(found) < count:
        fresh = {actions.new_receipt() for _ in range(count - len(found))}
        found |= fresh - set(Application.objects.filter(receipt__in=fresh).values_list("receipt", flat=True))
    return list(found)
