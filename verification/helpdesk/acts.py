"""What an officer does at once for a person: a link again, a note, a stuck case set going, a typing error put right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import actions, lifecycle
from enrollment.lifecycle import EDIT
from enrollment.models import Application
from passphrase.actions import ISSUE
from passphrase.models import CertificateRequest
from tte_portal import audit, outbox, workers
from tte_portal.models import Account, OutboxMessage
from tte_portal.throttles import Throttle
from verification import issuer
from verification.helpdesk.models import Note
from verification.helpdesk.people import Person
from verification.helpdesk.rules import Refused

# Enough for somebody who cannot find the mail, too few to plague them; shared by all officers.
AGAIN = Throttle("helpdesk-links", limit=5, seconds=3600)
# The registries may take 40 seconds, the sweep comes after 90: later than this nobody is at work on it.
HANGING = timedelta(minutes=5)
# What of a draft an officer may put right; numbers and titles are the person's own to type.
CORRECTABLE = {"name": "Nama lengkap", "unit": "Unit organisasi", "position": "Jabatan"}
REFERRED = "Pencocokan otomatis tidak selesai; diteruskan oleh meja bantuan."


def must_not_be_own(person: Person, by: Account) -> None:
    if person.is_own(by):
        raise Refused("Ini data Anda sendiri. Minta rekan lain membantu Anda.")


def send_link(person: Person, application: Application, purpose: str, *, by: Account, problem: str = "") -> None:
    """The link that is the right one now, to the application's own mailbox. Raises :class:`Refused` or Throttled."""
    must_not_be_own(person, by)
    if purpose not in (*actions.RESENDABLE, "status"):
        raise Refused("Jenis tautan ini tidak ada.")
    if not application.record_id and actions.is_unproven(application):
        raise Refused("Surel ini diketik pendaftar dan belum diperiksa siapa pun; verifikator memeriksanya dahulu.")
    AGAIN.count(str(application.pk))
    with transaction.atomic():
        if not actions.send_link_again(application, purpose, by=by):
            raise Refused("Keadaan pengajuan sudah berubah; tautan itu tidak diperlukan lagi.")
        if problem:
            _record("help_with_problem", application, by=by, facts={"problem": problem})


def write_note(person: Person, text: str, *, by: Account) -> Note:
    """For colleagues; the person themselves asks to read it by their right of access, not here."""
    must_not_be_own(person, by)
    with transaction.atomic():
        note = Note.objects.create(text=text, by=by, **person.ties())
        facts = {"note": str(note.pk)}
        audit.record("write_note", by=by, chain=person.institution.audit_chain, subject=person.id, facts=facts)
        return note


def correct(person: Person, application_id: UUID, answers: dict[str, str], reason: str, *, by: Account) -> list[str]:
    """Put typing errors of a draft right; returns the fields. Whoever did may not approve the case (``EDIT``)."""
    must_not_be_own(person, by)
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if lifecycle.state_of(application) != lifecycle.DRAFT:
            raise Refused("Pengajuan ini sudah dikirim; hanya verifikator yang dapat meminta perbaikan.")
        old = {field: getattr(application, field) for field in CORRECTABLE}
        changed = [f for f in CORRECTABLE if f in answers and answers[f] and answers[f] != old[f]]
        if not changed:
            raise Refused("Tidak ada yang berubah.")
        for field in changed:
            setattr(application, field, answers[field])
        # What the person left half typed in a step would come back over it.
        left = application.draft.items()
        application.draft = {slug: {f: v for f, v in typed.items() if f not in changed} for slug, typed in left}
        application.save(update_fields=["draft", *changed])
        detail = {"old": {f: old[f] for f in changed}, "new": {f: answers[f] for f in changed}, "reason": reason}
        _record(EDIT, application, by=by, facts={"fields": changed}, detail=detail)
        return changed


@dataclass(frozen=True)
class Stuck:
    """One kind of standstill. ``told``: what is wrong, for the officer; ``button`` and ``done``: what is done about it.
    ``act(application, by)`` looks again under the lock and says whether there was anything to do."""

    told: str
    button: str
    done: str
    act: Callable[[Application, Account], bool]


def _release_lease(application: Application, by: Account) -> bool:
    held = Application.objects.filter(pk=application.pk, claimed_by__isnull=False, claimed_until__gt=Now())
    return held.update(claimed_by=None, claimed_until=None) == 1


def _refer(application: Application, by: Account) -> bool:
    hanging = Application.objects.filter(pk=application.pk, since__lt=Now() - HANGING).exists()
    if not hanging or lifecycle.state_of(application) != lifecycle.MATCHING:
        return False
    application.referral = [REFERRED]
    lifecycle.change("refer", application, by=None, detail={"reasons": [REFERRED]})
    return True


def _ask_authority(application: Application, by: Account) -> bool:
    return issuer.ask_again(application.pk, by=by)


def _hurry(application: Application, by: Account) -> bool:
    pending = CertificateRequest.objects.filter(application=application, state=CertificateRequest.State.PENDING)
    if not pending.update(due_at=Now()):
        return False
    workers.tell(ISSUE, application.pk)
    return True


STUCK: dict[str, Stuck] = {
    "lease": Stuck(
        "Kasus ini masih dipegang {holder}.", "Lepaskan kasus",
        "Kasus dikembalikan ke antrean.", _release_lease,
    ),
    "matching": Stuck(
        "Pencocokan otomatis tidak kunjung selesai.", "Teruskan ke verifikator",
        "Pengajuan diteruskan ke verifikator.", _refer,
    ),
    "authority": Stuck(
        "Otoritas sertifikat menolak permintaannya.", "Ajukan lagi ke otoritas",
        "Permintaan diajukan lagi ke otoritas.", _ask_authority,
    ),
    "pending": Stuck(
        "Otoritas sertifikat belum menjawab.", "Tanyakan lagi sekarang",
        "Otoritas ditanya lagi sekarang.", _hurry,
    ),
}  # fmt: skip


def release(person: Person, application_id: UUID, what: str, reason: str, *, by: Account) -> Stuck:
    """Set a case going that stands still. Raises :class:`Refused` when it does not (any more)."""
    must_not_be_own(person, by)
    stuck = STUCK[what]
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if not stuck.act(application, by):
            raise Refused("Keadaannya sudah berubah; tidak ada yang perlu dilepaskan lagi.")
        _record("release_stuck", application, by=by, facts={"what": what}, detail={"reason": reason})
        return stuck


def send_message_again(person: Person, message_id: UUID, *, by: Account) -> None:
    """A message that failed goes back into the queue. Raises :class:`Refused` when it is not one of those."""
    must_not_be_own(person, by)
    with transaction.atomic():
        rows = OutboxMessage.objects.select_for_update(no_key=True).filter(pk=message_id, subject__in=person.subjects)
        row = rows.filter(state=OutboxMessage.State.FAILED).first()
        if row is None:
            raise Refused("Pesan ini tidak (lagi) gagal.")
        outbox.send_again(row)
        facts = {"message": str(row.pk), "template": row.template}
        audit.record(
            "send_message_again", by=by, chain=person.institution.audit_chain, subject=row.subject, facts=facts
        )


def _record(
    event: str, application: Application, *, by: Account, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:
    audit.record(
        event, by=by, chain=application.institution.audit_chain, subject=application.pk, facts=facts, detail=detail
    )
