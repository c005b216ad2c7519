"""What a confirmed change does: to the record, the account, the running applications, and the links that are out."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from enrollment import actions, lifecycle, terms
from enrollment.holders import accounts
from enrollment.models import Application, Holder, PersonnelRecord
from tte_portal import outbox
from tte_portal.models import Account, Link
from verification.helpdesk import rules
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import Person

Kind = ChangeRequest.Kind
OF_APPLICATION = ("activation", "passphrase", "status")
OF_HOLDER = ("account", "mailbox")


def make(request: ChangeRequest, person: Person, *, by: Account) -> None:
    """Carry the change out, inside the transaction that confirms it. Raises :class:`rules.Refused`."""
    if request.kind == Kind.SECOND_FACTOR:
        if person.holder:
            # Password, authenticator, recovery codes and sessions end; a fresh link goes to the mailbox.
            accounts.reset(person.holder, by=by)
        return
    # Holder, record, applications: the order in which everybody else locks them.
    subjects = [each.pk for each in (*person.applications, person.holder) if each]
    person = _locked(person)
    _replace(subjects)
    if request.kind == Kind.MAILBOX:
        try:
            with transaction.atomic():
                _move_mailbox(person, request.old, request.new)
        except IntegrityError as error:
            raise rules.Refused("Surel ini baru saja dipakai orang lain. Tolak permintaan ini.") from error
        outbox.write("helpdesk_new_mailbox", subject=request.subject, request=request.pk)
    else:
        _change_phone(person, request.old, request.new)
    _send_links(person, by)


def _locked(person: Person) -> Person:
    if person.holder:
        holders = Holder.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "account", "institution", "record"
        )
        person.holder = holders.get(pk=person.holder.pk)
    if person.record:
        records = PersonnelRecord.objects.select_for_update(no_key=True, of=("self",)).select_related("institution")
        person.record = records.get(pk=person.record.pk)
    ids = sorted(each.pk for each in person.running)
    person.applications = [lifecycle.locked(each) for each in ids]
    return person


def _move_mailbox(person: Person, old: str, new: str) -> None:
    if person.record:
        person.record.mailbox = new
        person.record.save(update_fields=["mailbox"])
    if person.holder:
        _move_account(person.holder, old, new)
    for application in person.running:
        # One with another address is left to it: it may be somebody who typed a number wrongly.
        if application.mailbox.lower() == old.lower():
            application.mailbox = new
            application.save(update_fields=["mailbox"])


def _move_account(holder: Holder, old: str, new: str) -> None:
    """The login name follows where it was the mailbox; where the mailbox has to be proven, it is proven anew."""
    open_now = holder.institution.is_open
    proves = open_now and terms.in_force(holder.institution).way_in.proves_mailbox
    holder.mailbox, holder.mailbox_proven_at, holder.mailbox_asked = "" if proves else new, None, ""
    holder.save(update_fields=["mailbox", "mailbox_proven_at", "mailbox_asked"])
    account = holder.account
    if account.login == old.lower():
        account.login = new
    account.mailbox = new
    account.save(update_fields=["login", "mailbox"])


def _change_phone(person: Person, old: str, new: str) -> None:
    for application in person.running:
        # A number is proven by whoever holds it: the new one has to be proven anew.
        application.phone, application.phone_proven_at = new, None
        application.save(update_fields=["phone", "phone_proven_at"])
    if holder := person.holder:
        for field in ("phone", "whatsapp"):
            if getattr(holder, field) in (old, ""):
                setattr(holder, field, new)
        holder.save(update_fields=["phone", "whatsapp"])


def close_links(request: ChangeRequest) -> None:
    """After an objection: whatever link is out for the person opens nothing any more."""
    subjects = list(Application.objects.filter(**_tied(request)).values_list("pk", flat=True))
    if request.holder_id:
        subjects.append(request.holder_id)
    _replace(subjects)


def _tied(request: ChangeRequest) -> dict[str, object]:
    if request.record_id:
        return {"record": request.record_id}
    return {"institution": request.institution_id, "mailbox__in": [request.new or request.told, request.told]}


def _replace(subjects: list[UUID]) -> None:
    purposes = (*OF_APPLICATION, *OF_HOLDER)
    rows = Link.objects.filter(subject__in=subjects, purpose__in=purposes, finished_at=None, replaced_at=None)
    rows.update(replaced_at=Now())


def _send_links(person: Person, by: Account) -> None:
    """To where the mails go from now on: the link that the person needs next, if it is their turn."""
    for application in person.running:
        if purpose := next((each for each in actions.RESENDABLE if actions.can_resend(application, each)), None):
            actions.send_link_again(application, purpose, by=by)
