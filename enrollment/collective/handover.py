"""First passwords on their way to their owners: a page that opens once, or a sheet that is printed once. Then gone."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from enrollment import mailboxes
from enrollment.collective import drafts, going_on, passwords, provision, rules, sheet_pdf
from enrollment.collective.models import CollectiveRequest, PasswordSheet, RequestedPerson
from enrollment.lifecycle import NotPossible
from tte_portal import audit, links, outbox, workers
from tte_portal.links import LinkClosed
from tte_portal.models import Account

PURPOSE = "mailbox-password"
State, Task = RequestedPerson.State, RequestedPerson.Task


def ready(request: CollectiveRequest) -> QuerySet[RequestedPerson]:
    """People whose mailbox is there and whose password nobody has seen yet."""
    return request.people.filter(state=State.MADE, task="", handed_at=None)


def send_link(request_id: UUID, person_id: UUID, *, by: Account) -> None:
    """Mail the link of the one-time page to the mailbox the records had before. Raises ``NotPossible``."""
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.DECIDED)
        person = ready(request).select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None or not person.contact:
            raise NotPossible("There is no password to hand over, or no mailbox to send to.")
        link = links.make(PURPOSE, person.pk)
        outbox.write("mailbox_password", subject=person.pk, person=person.pk, link=link.pk)
        rules.note("send_password_link", request, by=by, person=str(person.pk))


def open_page(token: str) -> tuple[RequestedPerson, str]:
    """The person and the password behind a link, this once; raises :class:`tte_portal.links.LinkClosed`."""
    with transaction.atomic():
        link = links.find(PURPOSE, token)
        rows = RequestedPerson.objects.select_for_update(no_key=True, of=("self",))
        person = rows.select_related("request__institution", "request__opd", "record").filter(pk=link.subject).first()
        if person is None or person.state != State.MADE or person.task or person.handed_at is not None:
            raise LinkClosed("used", link)
        if not links.finish(link.pk):
            raise LinkClosed("used", link)
        password = person.password
        _hand_over(person, RequestedPerson.Handed.PAGE)
        person.save()
        audit.record(
            "open_password_page", by=person, chain=person.request.institution.audit_chain, subject=person.request_id,
            facts={"person": str(person.pk)},
        )  # fmt: skip
        going_on.invite(person, by=person)
        return person, password


def _hand_over(person: RequestedPerson, how: RequestedPerson.Handed) -> None:
    person.password, person.handed_how, person.handed_at = "", how, Now()
    links.open_links(person.pk, PURPOSE).update(replaced_at=Now())


def print_sheet(request_id: UUID, *, by: Account) -> tuple[PasswordSheet, bytes]:
    """A sheet with the password of everybody who waits for theirs, as PDF; afterwards they stand nowhere else.

    Raises ``NotPossible`` when nobody waits.
    """
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.DECIDED)
        people = list(ready(request).select_for_update(no_key=True, of=("self",)).select_related("record"))
        people.sort(key=lambda each: each.position_in_list)
        if not people:
            raise NotPossible("Nobody waits for a password.")
        sheet = PasswordSheet.objects.create(
            request=request, receipt=drafts.receipt("LBR"), rows=len(people), printed_by=by
        )
        sheet.refresh_from_db()
        pdf = sheet_pdf.written(request, sheet, people)
        for person in people:
            person.request = request
            _hand_over(person, RequestedPerson.Handed.SHEET)
            person.handed_by, person.sheet = by, sheet
            person.save()
            going_on.invite(person, by=by)
        rules.note(
            "print_passwords", request, by=by, sheet=sheet.receipt, people=[str(each.pk) for each in people]
        )  # fmt: skip
        return sheet, pdf


def renew(request_id: UUID, people: Collection[UUID], *, by: Account) -> int:
    """New passwords for people whose first one was handed over and lost; returns for how many."""
    with transaction.atomic():
        request = rules.locked(request_id, rules.State.DECIDED)
        rows = request.people.select_for_update(no_key=True).filter(pk__in=people, state=State.MADE, task="")
        lost = list(rows.exclude(handed_at=None))
        for person in lost:
            person.password, person.task = passwords.fresh(), Task.PASSWORD
            person.handed_at, person.handed_by, person.sheet, person.handed_how = None, None, None, ""
            person.listed_in, person.attempts = None, 0
            person.due_at = None if mailboxes.provisioner().by_hand else Now()
            person.save()
            workers.tell(provision.PROVISION, person.pk)
        rules.note("renew_passwords", request, by=by, people=[str(each.pk) for each in lost])
        return len(lost)
