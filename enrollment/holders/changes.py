"""Changes of one's own profile: asked for, agreed to or refused where the procedure wants that, then in force."""

from uuid import UUID

from django.db import transaction

from enrollment import lifecycle, scoping, terms
from enrollment.holders import accounts, papers
from enrollment.models import Holder, Paper, PersonnelRecord, ProfileChange
from enrollment.procedure import Procedure
from tte_portal import audit, outbox
from tte_portal.models import Account

State = ProfileChange.State
LABELS = {
    "nik": "NIK",
    "mailbox": "Email",
    "phone": "Nomor Telepon",
    "whatsapp": "Nomor Handphone (WhatsApp)",
    "private_mailbox": "Email Pribadi",
    Paper.Kind.KTP.value: "File Scan KTP",
    Paper.Kind.RECOMMENDATION.value: "File Scan Rekomendasi",
    Paper.Kind.SPECIMEN.value: "File Scan TTD",
    Paper.Kind.STATEMENT.value: "Surat Pernyataan",
}
KINDS = frozenset(Paper.Kind.values)


class AlreadyDecided(Exception):
    """The change waits for nobody any more; nothing was changed."""


class Taken(Exception):
    """The mailbox belongs to somebody else in the records; nothing was changed."""


def label_of(field: str) -> str:
    return LABELS[field]


def ask(holder: Holder, asked: Procedure, field: str, new: str, *, evidence: Paper | None = None) -> bool:
    """Put a new value in force, or have it wait for the HR officer where the procedure says so.

    One that waits already is replaced. ``True`` when it waits. ``new`` of a paper is its id.
    """
    with transaction.atomic():
        holder = _locked(holder)
        if not asked.way_in.hr_approval:
            _put(holder, field, new)
            accounts.note("change_profile", holder, by=holder.account, facts={"field": field})
            return False
        ProfileChange.objects.filter(holder=holder, field=field, state=State.WAITING).update(state=State.WITHDRAWN)
        change = ProfileChange.objects.create(
            holder=holder, field=field, old=in_force(holder, field), new=new, evidence=evidence
        )
        _note("ask_profile_change", change, by=holder.account)
        if field in KINDS:
            papers.drop_replaced(holder, field)
        return True


def in_force(holder: Holder, field: str) -> str:
    """The present value of a field; of a paper its id."""
    if field in KINDS:
        paper = papers.in_force(holder, field)
        return str(paper.pk) if paper else ""
    return str(getattr(holder, field))


def approve(change_id: UUID, *, by: Account) -> ProfileChange:
    """The new value is in force from now on. Raises :class:`AlreadyDecided`, :class:`Taken` or ``NotAllowed``."""
    with transaction.atomic():
        change = _decided(change_id, by)
        if change.field == "mailbox":
            _move_mailbox(change.holder, change.new)
        else:
            _put(change.holder, change.field, change.new)
        _close(change, State.APPROVED, by)
        if change.field in KINDS:
            papers.drop_replaced(change.holder, change.field)
        return change


def refuse(change_id: UUID, reason: str, *, by: Account) -> ProfileChange:
    """The old value stays; the person reads the reason word for word. Raises like :func:`approve`."""
    with transaction.atomic():
        change = _decided(change_id, by)
        change.reason = reason
        _close(change, State.REFUSED, by)
        return change


def _decided(change_id: UUID, by: Account) -> ProfileChange:
    # The holder first, like whoever asks: two who lock the same rows in another order would wait for each other.
    holder = _locked(ProfileChange.objects.select_related("holder").get(pk=change_id).holder)
    change = ProfileChange.objects.select_for_update(no_key=True, of=("self",)).get(pk=change_id)
    change.holder = holder
    if change.state != State.WAITING:
        raise AlreadyDecided
    if not may_decide(change, by):
        raise lifecycle.NotAllowed("This change is not for this officer.")
    return change


def may_decide(change: ProfileChange, officer: Account) -> bool:
    """HR of the person's institution, and not the person: neither by account nor by any mailbox they go by."""
    holder = change.holder
    if not officer.is_active or officer.pk == holder.account_id:
        return False
    own = {holder.mailbox, holder.mailbox_asked, holder.account.mailbox, holder.account.login}
    own |= {holder.record.mailbox} if holder.record else set()
    own |= {change.new} if change.field == "mailbox" else set()
    if {officer.mailbox.lower(), officer.login.lower()} & ({each.lower() for each in own} - {""}):
        return False
    return officer.roles.filter(scoping.in_force(), institution_id=holder.institution_id, kind=lifecycle.HR).exists()


def _close(change: ProfileChange, state: "ProfileChange.State", by: Account) -> None:
    change.state, change.decided_by, change.decided_at = state, by, lifecycle.now()
    change.save()
    verb = "approve" if state == State.APPROVED else "refuse"
    _note(f"{verb}_profile_change", change, by=by)
    outbox.write(f"profile_{state.value}", subject=change.holder_id, change=change.pk)
    if change.field == "mailbox" and state == State.APPROVED and change.old:
        # Where the mails went until now: whoever did not ask for this hears of it.
        outbox.write("profile_approved", subject=change.holder_id, change=change.pk, to="old")


def _note(event: str, change: ProfileChange, *, by: Account) -> None:
    audit.record(
        event, by=by, chain=change.holder.institution.audit_chain, subject=change.holder_id,
        facts={"change": str(change.pk), "field": change.field},
        detail={"old": change.old, "new": change.new, "reason": change.reason},
    )  # fmt: skip


def _put(holder: Holder, field: str, new: str) -> None:
    if field not in KINDS:
        setattr(holder, field, new)
        holder.save(update_fields=[field])


def _move_mailbox(holder: Holder, mailbox: str) -> None:
    """HR keeps the records: registry, profile and login name follow what it has agreed to. Raises :class:`Taken`."""
    known = PersonnelRecord.objects.filter(mailbox=mailbox).first()
    login = Account.objects.filter(login=mailbox).first()
    if (known and known.pk != holder.record_id) or (login and login.pk != holder.account_id):
        raise Taken
    holder.mailbox, holder.mailbox_proven_at = mailbox, None
    holder.save(update_fields=["mailbox", "mailbox_proven_at"])
    holder.account.login = holder.account.mailbox = mailbox
    holder.account.save(update_fields=["login", "mailbox"])
    if holder.record:
        holder.record.mailbox = mailbox
        holder.record.save(update_fields=["mailbox"])


def _locked(holder: Holder) -> Holder:
    rows = Holder.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "institution", "account", "record"
    )
    return rows.get(pk=holder.pk)


def procedure_of(holder: Holder) -> Procedure | None:
    """What the institution asks today; nothing while it is not open."""
    return terms.in_force(holder.institution) if holder.institution.is_open else None
