"""What one officer asks for and another confirms: a person's mailbox or phone, and the reset of a lost second factor.

Where the person's mails went until now hears of it before anything happens, with a link that stops it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.lifecycle import EDIT
from enrollment.scoping import institutions_of
from tte_portal import audit, links, outbox
from tte_portal.models import Account, Link
from tte_portal.throttles import Throttle
from verification.helpdesk import effects, rules
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import CONFIRMS, HELPS, Person, find

LIFETIME = timedelta(days=3)
OBJECTION = "objection"
# Each is a mail to the person: enough to mend a slip, too few to plague anybody.
ASKS = Throttle("helpdesk-requests", limit=6, seconds=3600)
# Past that nobody needs the exact number.
MOST = 99
State, Kind = ChangeRequest.State, ChangeRequest.Kind


class AlreadyDecided(Exception):
    """The request waits for nobody any more; nothing was changed."""


class NotYours(Exception):
    """This officer may not ask for or decide this; nothing was changed. The text says why."""


def ask(person: Person, kind: str, *, new: str = "", reason: str, evidence: str, by: Account) -> ChangeRequest:
    """Put a change before a second officer, and tell the present mailbox of it.

    Raises :class:`NotYours`, or :class:`rules.Refused` with a sentence for the officer.
    """
    _must_be_allowed(person.institution.pk, HELPS, by)
    if person.is_own(by, new):
        raise NotYours("Ini data Anda sendiri. Minta rekan lain mengajukan perubahannya.")
    rules.check(person, kind, new)
    ASKS.count(str(person.id))
    with transaction.atomic():
        forget_expired(person)
        request = ChangeRequest(
            kind=kind, subject=person.id, old=rules.present(person, kind), new=new, told=person.mailbox, reason=reason,
            evidence=evidence, asked_by=by, expires_at=Now() + LIFETIME, **person.ties(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError as error:
            if "helpdesk_one_waiting" in str(error):
                raise rules.Refused("Permintaan yang sama sudah menunggu persetujuan kedua.") from error
            raise
        _record(request, person, "asked", by=by)
        _tell(request, "helpdesk_asked")
        return request


def confirm(request_id: UUID, *, by: Account) -> ChangeRequest:
    """The change is in force from now on. Raises :class:`AlreadyDecided`, :class:`NotYours` or :class:`rules.Refused`
    (somebody else has taken the address meanwhile, the person's case has ended)."""
    with _decided(request_id, by) as (request, person):
        if request.asked_by_id == by.pk:
            raise NotYours("Anda sendiri yang memintanya. Petugas lain yang menyetujui.")
        rules.check(person, request.kind, request.new)
        if rules.present(person, request.kind) != request.old:
            raise rules.Refused("Data orang ini sudah berubah sejak permintaan dibuat. Tolak, lalu ajukan lagi.")
        _close(request, State.CONFIRMED, by)
        # Cases are locked before the audit chain is, as everywhere.
        effects.make(request, person, by=by)
        _record(request, person, "confirmed", by=by)
        _tell(request, "helpdesk_done")
        return request


def refuse(request_id: UUID, why: str, *, by: Account) -> ChangeRequest:
    """Everything stays as it is; the present mailbox hears of it. Raises like :func:`confirm`."""
    with _decided(request_id, by) as (request, person):
        if request.asked_by_id == by.pk:
            raise NotYours("Anda sendiri yang memintanya. Batalkan saja permintaan Anda.")
        request.refusal = why
        _close(request, State.REFUSED, by)
        _record(request, person, "refused", by=by)
        _close_objection(request)
        outbox.write("helpdesk_refused", subject=request.subject, request=request.pk)
        return request


def withdraw(request_id: UUID, *, by: Account) -> ChangeRequest:
    """Taken back by whoever asked for it. Raises like :func:`confirm`."""
    with _decided(request_id, by, own=True) as (request, person):
        if request.asked_by_id != by.pk:
            raise NotYours("Hanya yang meminta yang dapat membatalkannya.")
        _close(request, State.WITHDRAWN, by)
        _record(request, person, "withdrawn", by=by)
        _close_objection(request)
        outbox.write("helpdesk_refused", subject=request.subject, request=request.pk)
        return request


def object_to(link: Link) -> ChangeRequest | None:
    """The person says, at the old address, that it is not their wish. Before it takes effect it is stopped; afterwards
    no link that went out for it opens any more, and the desk sees the objection. ``None`` when it was told before."""
    with transaction.atomic():
        rows = ChangeRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("institution")
        request = rows.filter(pk=link.subject).first()
        if request is None or not links.finish(link.pk):
            return None
        if request.state == State.WAITING:
            request.state, request.decided_at = State.OBJECTED, lifecycle.now()
        elif request.state == State.CONFIRMED:
            effects.close_links(request)
        request.objected_at = lifecycle.now()
        request.save(update_fields=["state", "decided_at", "objected_at"])
        audit.record(
            "object_to_change", by=None, chain=request.institution.audit_chain, subject=request.subject,
            facts={"request": str(request.pk), "kind": request.kind, "state": request.state},
        )  # fmt: skip
        return request


def waiting(officer: Account) -> QuerySet[ChangeRequest]:
    """What waits for a second officer in this officer's institutions, the oldest first; expired ones wait no more."""
    rows = ChangeRequest.objects.for_officer(officer, *CONFIRMS).filter(state=State.WAITING, expires_at__gt=Now())
    return rows.select_related("institution", "asked_by", "record", "holder__account", "application").order_by(
        "asked_at", "pk"
    )


def told_waiting(officer: Account) -> str:
    """How many the officer may decide, for the start page; one's own wait for somebody else."""
    rows = waiting(officer).exclude(asked_by=officer).order_by()
    counted = rows[: MOST + 1].count()
    return f"lebih dari {MOST} menunggu" if counted > MOST else f"{counted} menunggu" if counted else ""


def objections(officer: Account) -> QuerySet[ChangeRequest]:
    """Objections of the last month, newest first."""
    since = Now() - timedelta(days=30)
    rows = ChangeRequest.objects.for_officer(officer, *CONFIRMS).filter(objected_at__gt=since)
    return rows.select_related("institution", "asked_by", "record", "holder__account", "application").order_by(
        "-objected_at"
    )


def of_person(person: Person) -> QuerySet[ChangeRequest]:
    """Every request about a person, newest first."""
    tied = Q(application__in=[each.pk for each in person.applications])
    for name in ("record", "holder"):
        if row := getattr(person, name):
            tied |= Q(**{name: row})
    rows = ChangeRequest.objects.filter(tied, institution=person.institution)
    return rows.select_related("asked_by", "decided_by").order_by("-asked_at")


def forget_expired(person: Person) -> None:
    """Those that nobody confirmed in time stand in no one's way."""
    over = ChangeRequest.objects.filter(subject=person.id, state=State.WAITING, expires_at__lte=Now())
    over.update(state=State.EXPIRED)


@contextmanager
def _decided(request_id: UUID, by: Account, *, own: bool = False) -> Iterator[tuple[ChangeRequest, Person]]:
    """The request, locked and still waiting, and its person; the lock lets one decision through."""
    with transaction.atomic():
        rows = ChangeRequest.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "institution", "asked_by"
        )
        request = rows.get(pk=request_id)
        _must_be_allowed(request.institution_id, HELPS if own else CONFIRMS, by)
        alive = ChangeRequest.objects.filter(pk=request.pk, expires_at__gt=Now()).exists()
        if request.state != State.WAITING or not alive:
            raise AlreadyDecided
        person = find(request.person_id, by, *CONFIRMS) if request.person_id else None
        if person is None:
            raise AlreadyDecided
        if person.is_own(by, request.new, request.told):
            raise NotYours("Ini data Anda sendiri. Petugas lain yang memutuskannya.")
        yield request, person


def _must_be_allowed(institution_id: int, kinds: tuple[str, ...], by: Account) -> None:
    if not by.is_active or not institutions_of(by, *kinds).filter(institution_id=institution_id).exists():
        raise NotYours("Peran Anda di instansi ini tidak mencakup hal ini.")


def _close(request: ChangeRequest, state: str, by: Account) -> None:
    request.state, request.decided_by, request.decided_at = state, by, lifecycle.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "refusal"])


def _record(request: ChangeRequest, person: Person, step: str, *, by: Account) -> None:
    """One row under the person, and one under each running case and account: who has asked for or agreed to a change
    of somebody's data does not approve that person's case (``lifecycle.EDIT``)."""
    chain = request.institution.audit_chain
    facts = {"request": str(request.pk), "kind": request.kind, "step": step}
    detail = {"old": request.old, "new": request.new, "reason": request.reason, "evidence": request.evidence}
    audit.record(f"{step}_change", by=by, chain=chain, subject=request.subject, facts=facts, detail=detail)
    if step not in ("asked", "confirmed") or request.kind == Kind.SECOND_FACTOR:
        return
    edited = [each.pk for each in person.running] + ([person.holder.pk] if person.holder else [])
    for subject in edited:
        audit.record(EDIT, by=by, chain=chain, subject=subject, facts={**facts, "field": request.kind})


def _tell(request: ChangeRequest, template: str) -> None:
    """Mail the address of before, with a fresh link to object."""
    if request.told:
        link = links.make(OBJECTION, request.pk, lifetime=LIFETIME)
        outbox.write(template, subject=request.subject, request=request.pk, link=link.pk)


def _close_objection(request: ChangeRequest) -> None:
    links.open_links(request.pk, OBJECTION).update(replaced_at=Now())
