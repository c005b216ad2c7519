"""What a change needs before anybody is asked to confirm it, and again when it is confirmed."""

from enrollment.comparisons import ENDED
from enrollment.holders import accounts
from enrollment.holders.mailbox import domains_for
from enrollment.models import Application, Holder, PersonnelRecord
from tte_portal.models import Account
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import Person

Kind = ChangeRequest.Kind


class Refused(Exception):
    """It cannot be done; the text is the sentence for the officer. Nothing was changed."""


def present(person: Person, kind: str) -> str:
    """What is in force now of what would be changed."""
    return {Kind.MAILBOX.value: person.mailbox, Kind.PHONE.value: person.phone}.get(kind, "")


def check(person: Person, kind: str, new: str) -> None:
    """Raises :class:`Refused` with the reason why this cannot be done for this person."""
    if kind == Kind.SECOND_FACTOR:
        if why := no_reset(person):
            raise Refused(why)
        return
    if new == present(person, kind):
        raise Refused("Nilai baru sama dengan yang berlaku sekarang.")
    if kind == Kind.MAILBOX:
        _check_mailbox(person, new)
    elif why := no_phone(person):
        raise Refused(why)


def no_reset(person: Person) -> str:
    """Why this person's second factor cannot be reset here; empty when it can."""
    if person.holder is None:
        return "Orang ini belum punya akun, jadi tidak ada faktor kedua yang perlu diatur ulang."
    if not person.holder.account.is_active or person.holder.account.is_staff:
        return "Akun ini tidak aktif atau akun petugas; pengelola portal yang menanganinya."
    if accounts.signs_in_elsewhere(person.holder):
        return "Orang ini masuk lewat layanan instansinya sendiri; faktor keduanya diatur ulang di sana."
    return ""


def no_phone(person: Person) -> str:
    """Why there is no number to change; empty when there is."""
    if person.running or person.holder:
        return ""
    return "Tidak ada pengajuan berjalan atau akun yang menyimpan nomor telepon."


def _check_mailbox(person: Person, new: str) -> None:
    allowed = domains_for(person.institution, person.record.employment if person.record else "")
    if new.rpartition("@")[2] not in allowed:
        raise Refused(f"Surel dinas orang ini harus berakhir dengan @{' atau @'.join(allowed)}.")
    if is_taken(person, new):
        raise Refused("Surel ini sudah dipakai orang lain. Periksa ejaannya dengan bagian pengelola surel.")


def is_taken(person: Person, mailbox: str) -> bool:
    """Whether the address stands for somebody else: in a registry, as an account, or in a running application."""
    records = PersonnelRecord.objects.filter(mailbox=mailbox)
    if person.record:
        records = records.exclude(pk=person.record.pk)
    accounts_ = Account.objects.filter(login=mailbox)
    holders = Holder.objects.filter(mailbox=mailbox)
    if person.holder:
        accounts_ = accounts_.exclude(pk=person.holder.account_id)
        holders = holders.exclude(pk=person.holder.pk)
    running = Application.objects.filter(mailbox=mailbox).exclude(status__in=ENDED)
    running = running.exclude(pk__in=[each.pk for each in person.applications])
    return any(rows.exists() for rows in (records, accounts_, holders, running))
