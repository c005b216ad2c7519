"""Holders' accounts: opened for people the institution's records know, set up by a link of 24 hours."""

from uuid import UUID

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment import numbers, terms
from enrollment.holders import recovery, sso
from enrollment.models import Application, Holder, Institution, PersonnelRecord
from tte_portal import audit, links, outbox
from tte_portal.audit import Actor
from tte_portal.encryption import blind_index
from tte_portal.models import Account

PURPOSE = "account"


class AlreadyDone(Exception):
    """The link was used up or replaced meanwhile."""


class WrongCode(Exception):
    """The code is not the authenticator's, and no recovery code either."""


def open_for(record: PersonnelRecord) -> Holder:
    """The account of a person in the registry, made when there is none."""
    return _open(record.institution, record.mailbox, record.name, record)


def open_for_application(application: Application) -> Holder:
    """The account of an applicant, by the registry's record where there is one."""
    record = application.record
    return open_for(record) if record else _open(application.institution, application.mailbox, application.name, None)


def _open(institution: Institution, mailbox: str, name: str, record: PersonnelRecord | None) -> Holder:
    with transaction.atomic():
        # Two workers at once must not make two: whoever is second waits here and finds the first one's.
        if record is not None:
            PersonnelRecord.objects.select_for_update(no_key=True, of=("self",)).get(pk=record.pk)
        found = of_person(institution, mailbox, record)
        if found is not None:
            return found
        account = Account.objects.create_user(_free_login(mailbox), None, name=name, mailbox=mailbox)
        asked = terms.in_force(institution) if institution.is_open else None
        # Where the mailbox has to be proven first, nothing is in force yet.
        in_force = "" if asked and asked.way_in.proves_mailbox else mailbox
        holder = Holder.objects.create(account=account, institution=institution, record=record, mailbox=in_force)
        note("open_account", holder, by=None)
        return holder


def of_person(institution: Institution, mailbox: str, record: PersonnelRecord | None) -> Holder | None:
    holders = Holder.objects.select_related("account", "institution", "record").filter(institution=institution)
    if record is not None and (found := holders.filter(record=record).first()):
        return found
    return holders.filter(account__mailbox=mailbox, record=None).first() if record is None else None


def _free_login(mailbox: str) -> str:
    """The mailbox itself; an officer who signs in by it already has another name as a holder."""
    login = mailbox.lower()
    while Account.objects.filter(login=login).exists():
        login = f"pegawai.{login}"
    return login


def login_of(typed: str) -> str:
    """The login name behind a NIP or NRP, where exactly one account here has it; else what was typed."""
    try:
        number = numbers.employee_number(typed)
    except numbers.Malformed:
        return typed
    # By the institutions' ids: the index of the numbers begins with them.
    here = list(Institution.objects.values_list("pk", flat=True))
    index = blind_index("employee-number", number)
    holders = Holder.objects.filter(record__institution_id__in=here, record__employee_number_index=index)
    logins = list(holders.values_list("account__login", flat=True)[:2])
    return logins[0] if len(logins) == 1 else typed


def holder_of_link(subject: UUID) -> Holder | None:
    rows = Holder.objects.select_related("account", "institution", "record")
    return rows.filter(pk=subject, account__is_active=True, account__is_staff=False).first()


def send_link(holder: Holder, *, by: Actor, application: Application | None = None) -> None:
    """Mail login name and a fresh link to choose a password to the mailbox in the institution's records.

    Who signs in at the institution's own provider has no password here: the mail says where to sign in.
    """
    with transaction.atomic():
        ids: dict[str, UUID | str] = {"holder": holder.pk}
        if application is not None:
            ids["application"] = application.pk
        if not signs_in_elsewhere(holder):
            ids["link"] = links.make(PURPOSE, holder.pk).pk
        outbox.write("account", subject=holder.pk, **ids)
        note("send_account_link", holder, by=by)


def tell_account(application: Application) -> None:
    """After verification: the account mail, with a link only where no password is chosen yet."""
    if not terms.of(application).subjects.account:
        return
    holder = open_for_application(application)
    if holder.account.has_usable_password():
        outbox.write("account", subject=holder.pk, holder=holder.pk, application=application.pk)
    else:
        send_link(holder, by=None, application=application)


def answer_request(mailbox: str) -> None:
    """Somebody asked for an account or a new password: mail it, if the records know the mailbox; else do nothing."""
    record = PersonnelRecord.objects.select_related("institution").filter(mailbox=mailbox).first()
    if record is not None:
        if record.institution.is_open:
            send_link(open_for(record), by=None)
        return
    known = Holder.objects.select_related("account", "institution")
    if holder := known.filter(account__mailbox=mailbox, record=None, account__is_active=True).first():
        send_link(holder, by=None)


def signs_in_elsewhere(holder: Holder) -> bool:
    """Whether the institution's own provider signs this person in."""
    return sso.provider_of(holder.institution) is not None


def device_of(account: Account) -> TOTPDevice | None:
    """The confirmed authenticator, if there is one."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=account, confirmed=True).first()
    return found


def pending_device(account: Account) -> TOTPDevice:
    """The authenticator that a page shows as a QR code, the same on every visit until it is confirmed."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        found = TOTPDevice.objects.filter(user=account, confirmed=False).first()
        return found or TOTPDevice.objects.create(user=account, name="Autentikator", confirmed=False)


def choose_first_password(holder: Holder, link_id: UUID, password: str) -> None:
    """The first half of setting an account up; the link stays open for the second. Raises :class:`AlreadyDone`."""
    with transaction.atomic():
        if not links.usable(link_id).select_for_update(no_key=True).exists():
            raise AlreadyDone
        _set_password(holder, password, "choose_password")


def choose_new_password(holder: Holder, link_id: UUID, password: str, code: str) -> TOTPDevice:
    """A forgotten password: the mailbox alone does not open an account, its second factor does.

    Uses the link up. Raises :class:`AlreadyDone` or :class:`WrongCode`.
    """
    device = recovery.prove(holder.account, code)
    if device is None:
        raise WrongCode
    with transaction.atomic():
        if not links.finish(link_id):
            raise AlreadyDone
        _set_password(holder, password, "choose_password")
    return device


def confirm_authenticator(holder: Holder, link_id: UUID, code: str) -> tuple[TOTPDevice, list[str]]:
    """The second half: the authenticator is proven, the link used up. The recovery codes with it are shown this once.

    Raises :class:`AlreadyDone` or :class:`WrongCode`.
    """
    device = pending_device(holder.account)
    if not device.verify_token(code):
        raise WrongCode
    with transaction.atomic():
        if not links.finish(link_id):
            raise AlreadyDone
        device.confirmed = True
        device.save()
        note("confirm_authenticator", holder, by=holder.account)
        return device, recovery.make(holder.account)


def new_recovery_codes(holder: Holder) -> list[str]:
    """Ten new ones; the earlier ones are worth nothing from now on."""
    with transaction.atomic():
        note("make_recovery_codes", holder, by=holder.account)
        return recovery.make(holder.account)


def reset(holder: Holder, *, by: Actor) -> None:
    """Everything lost: password, authenticator, recovery codes and open sessions end, and a fresh link goes out."""
    with transaction.atomic():
        holder.account.set_unusable_password()
        holder.account.save(update_fields=["password"])
        TOTPDevice.objects.filter(user=holder.account).delete()
        recovery.forget(holder.account)
        note("reset_account", holder, by=by)
        send_link(holder, by=by)


def change_password(holder: Holder, password: str) -> None:
    """Ends every other session of the account."""
    with transaction.atomic():
        _set_password(holder, password, "change_password")


def replace_authenticator(holder: Holder, present: str, code: str) -> TOTPDevice:
    """A new phone: proven by the old authenticator or a recovery code. Raises :class:`WrongCode`."""
    device = pending_device(holder.account)
    # The new one first: a recovery code is used up by proving.
    if not device.verify_token(code) or recovery.prove(holder.account, present) is None:
        raise WrongCode
    with transaction.atomic():
        TOTPDevice.objects.filter(user=holder.account, confirmed=True).delete()
        device.confirmed = True
        device.save()
        note("replace_authenticator", holder, by=holder.account)
    return device


def _set_password(holder: Holder, password: str, event: str) -> None:
    holder.account.set_password(password)
    holder.account.save(update_fields=["password"])
    note(event, holder, by=holder.account)


def note(event: str, holder: Holder, *, by: Actor, facts: dict[str, str] | None = None) -> None:
    """One audit row about a holder, in the institution's chain."""
    audit.record(event, by=by, chain=holder.institution.audit_chain, subject=holder.pk, facts=facts)
