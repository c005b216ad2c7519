"""The list for the mail administrator: with new passwords each time, fetched once, confirmed when worked off."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from enrollment.collective import passwords, provision, rules
from enrollment.collective.models import CollectiveRequest, MailboxList, RequestedPerson
from enrollment.lifecycle import NotPossible
from enrollment.mailboxes import export
from tte_portal import files
from tte_portal.models import Account

KIND = "mailbox-list"


def prepare(request_id: UUID, *, by: Account) -> MailboxList:
    """Write a list of everybody who waits, each with a new password; earlier lists that nobody fetched are erased.

    Raises ``NotPossible`` when nobody waits.
    """
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.DECIDED)
        people = list(waiting(request).select_for_update(no_key=True).order_by("position_in_list"))
        if not people:
            raise NotPossible("Nobody waits for a mailbox.")
        for earlier in request.lists.exclude(file=None).select_related("file"):
            _erase(earlier)
        made = MailboxList(request=request, rows=len(people), made_by=by)
        made.file = files.store(_content(people), owner=made.pk, kind=KIND, content_type="text/csv")
        made.save()
        for person in people:
            person.listed_in = made
            person.save()
        rules.note("prepare_mailbox_list", request, by=by, list=str(made.pk), people=len(people))
        return made


def waiting(request: CollectiveRequest) -> QuerySet[RequestedPerson]:
    """Whoever has still to be made a mailbox, or given a new password."""
    return request.people.exclude(task="")


def _content(people: list[RequestedPerson]) -> bytes:
    """The list; gives everybody on it a new password, so that an older list opens nothing."""
    for person in people:
        person.password = passwords.fresh()
    return export.written(
        export.Order(
            each.mailbox, each.password, settings.MAILBOX_QUOTA_MB, each.name, each.task == RequestedPerson.Task.MAKE
        )
        for each in people
    )


def fetch(request_id: UUID, list_id: UUID, *, by: Account) -> bytes:
    """The list's content, this once; raises ``NotPossible`` when it was fetched or replaced before."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.DECIDED)
        found = (
            request.lists.select_for_update(no_key=True, of=("self",)).select_related("file").filter(pk=list_id).first()
        )
        if found is None or found.file is None:
            raise NotPossible("The list is gone.")
        content = files.read(found.file)
        _erase(found)
        MailboxList.objects.filter(pk=found.pk).update(fetched_by=by, fetched_at=Now())
        rules.note("fetch_mailbox_list", request, by=by, list=str(found.pk), people=found.rows)
        return content


def _erase(found: MailboxList) -> None:
    file = found.file
    found.file = None
    found.save(update_fields=["file"])
    if file is not None:
        files.erase(file)


def can_confirm(request: CollectiveRequest) -> QuerySet[RequestedPerson]:
    """Those who stand on a list that somebody has fetched."""
    return waiting(request).filter(listed_in__fetched_at__isnull=False)


def confirm(request_id: UUID, people: Collection[UUID], *, by: Account) -> int:
    """The mail administrator has worked the list off for these people; returns how many that concerned."""
    with transaction.atomic():
        request = rules.decided_by(request_id, by, rules.State.DECIDED)
        rows = can_confirm(request).filter(pk__in=people).order_by("position_in_list")
        done = list(rows.select_for_update(no_key=True, of=("self",)))
        for person in done:
            person.request = request
            provision.made(person, by=by)
        return len(done)
