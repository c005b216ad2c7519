"""The people of a list written to the registry and invited, part by part, each part in one transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from enrollment import inviting, terms
from enrollment.holders import accounts
from enrollment.inviting import Invited
from enrollment.models import Holder, Institution, PersonnelRecord
from enrollment.roster import comparing, storing
from enrollment.roster.comparing import Compared, Person
from enrollment.roster.storing import Invitee
from tte_portal import audit
from tte_portal.models import Account
from verification.people import lists
from verification.people.models import ListPart, PersonnelList

# What an invitation is, by the institution's procedure.
LINK, ACCOUNT, NONE = "link", "account", ""


def invitation_of(institution: Institution) -> str:
    """A mailed activation link; where people register from their profile a mail that opens their account; nothing
    where enrolment is closed or people sign in at a provider of their own."""
    if not institution.is_open:
        return NONE
    procedure = terms.in_force(institution)
    if procedure.way_in.kind == "profile":
        return ACCOUNT if procedure.way_in.sign_in == "password" else NONE
    return LINK if inviting.REGISTER.when(procedure) else NONE


class Stopped(Exception):
    """The officer's role is over: nothing more is registered; the text is for the list's page."""


def register_part(made: PersonnelList, by: Account) -> int:
    """Register the next people of a list, in the caller's transaction. Returns how many rows that were; 0: all done.

    Raises :class:`Stopped`. Whoever the registry has taken otherwise since the check becomes a faulty row.
    """
    institution = made.institution
    writes = lists.writes_registry(by, institution)
    if not writes and not inviting.may_invite(institution, by):
        raise Stopped("Peran Anda di instansi ini sudah berakhir. Yang sudah terdaftar tetap tersimpan.")
    comparing.hold(institution)
    part = made.parts.filter(stage=ListPart.Stage.CHECKED).order_by("number").select_for_update(no_key=True).first()
    if part is None:
        return 0
    people = lists.read_back(part.content)
    found = comparing.compare(people, institution, made.given, lock=True)
    faults = dict(found.faults)
    if not writes:
        faults |= {person.row: [comparing.READ_ONLY] for person in _unwritten(found)}
        found.new, found.changed = [], []
    cells = {row: list(values) for row, values, _ in part.content["people"]}
    lists.keep_faulty(made, {row: (cells[row], each) for row, each in faults.items()})
    invitees = storing.store(found, institution, made.given)
    audit.record(
        "import_personnel", by=by, chain=institution.audit_chain,
        facts={"list": str(made.pk), "new": len(found.new), "changed": len(found.changed)},
    )  # fmt: skip
    invited = _invite(invitees, institution, by) if made.choice == PersonnelList.Choice.INVITE else Invited()
    _count(made, found, invited, people)
    part.stage, part.count = ListPart.Stage.DONE, len(invitees)
    part.content = _receipt(found, invitees, invited)
    part.save()
    made.save()
    return len(people)


def _unwritten(found: Compared) -> list[Person]:
    return [*found.new, *(person for person, _ in found.changed)]


def _invite(people: Sequence[Invitee], institution: Institution, by: Account) -> Invited:
    match invitation_of(institution):
        case "link":
            return inviting.invite_many(people, institution, by=by)
        case "account":
            return _open_accounts(people, by)
    return Invited()


def _open_accounts(people: Sequence[Invitee], by: Account) -> Invited:
    """A mail to choose a password for everybody who has none yet: one by one, for each account is a row of its own."""
    found = Invited()
    records = [each.record for each in people]
    holders = Holder.objects.filter(record_id__in=records).select_related("account")
    known = {holder.record_id for holder in holders}
    rows = PersonnelRecord.objects.select_related("institution").in_bulk(records)
    for each in people:
        if each.record in known:
            found.running.append(each)
            continue
        with transaction.atomic():
            accounts.send_link(accounts.open_for(rows[each.record]), by=by)
        found.begun.append(each)
    return found


def _count(made: PersonnelList, found: Compared, invited: Invited, people: Sequence[Person]) -> None:
    made.stored_new += len(found.new)
    made.stored_changed += len(found.changed)
    made.stored_same += len(found.same)
    made.invited += len(invited.begun)
    made.already_invited += len(invited.running)
    # What waits is counted down by what was counted up at the check, whatever has become of it since.
    left = len(people)
    for name in ("same", "changed", "new"):
        taken = min(left, getattr(made, name))
        setattr(made, name, getattr(made, name) - taken)
        left -= taken


def _receipt(found: Compared, invitees: Sequence[Invitee], invited: Invited) -> dict[str, Any]:
    """Record, what was done, whether it was invited: what the list of results is made from; and the rows of the
    list, by which a later row with the same number is known for a second one."""
    changed = {record.pk for _, record in found.changed}
    same = {record.pk for _, record in found.same}
    begun: set[UUID] = {each.record for each in invited.begun}
    running: set[UUID] = {each.record for each in invited.running}
    return {
        "done": [
            [
                str(each.record),
                "same" if each.record in same else "changed" if each.record in changed else "new",
                "invited" if each.record in begun else "running" if each.record in running else "",
            ]
            for each in invitees
        ],
        "rows": [each.row for each in invitees],
    }
