"""From the mailbox to the enrolment: the person's record, and how they are told to go on."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from enrollment import actions, terms
from enrollment.collective import findings, names
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.models import Holder, PersonnelRecord
from tte_portal import audit, outbox
from tte_portal.audit import Actor

STOLEN = "Surel sudah dibuat, tetapi alamatnya tercatat untuk pegawai lain di data pegawai. Periksa data pegawai."


def contact_of(request: CollectiveRequest, person: RequestedPerson) -> str:
    """A mailbox that the institution's own records have for this person, other than the new one; empty: none."""
    record = findings.record_of(request, person)
    if record is None:
        return ""
    holder = Holder.objects.filter(record=record).first()
    known = [record.mailbox, holder.mailbox if holder else "", holder.private_mailbox if holder else ""]
    return next((each for each in known if each and each.lower() != person.mailbox), "")


def keep_record(person: RequestedPerson) -> None:
    """Write the new mailbox into the personnel registry: the person's record, or a new one."""
    request, record = person.request, findings.record_of(person.request, person)
    try:
        with transaction.atomic():
            if record is None:
                named = names.apart(person.name)
                record = PersonnelRecord(
                    institution=request.institution, opd=request.opd, employee_number=person.nip, name=named.name,
                    front_title=named.front_title, back_title=named.back_title, unit=request.opd.name,
                    position=person.position[:200], province=request.institution.province,
                    employment=names.employment_of(person.nip),
                )  # fmt: skip
            record.mailbox = person.mailbox
            record.save()
    except IntegrityError:
        person.error = STOLEN
    else:
        person.record = record
    person.save(update_fields=["record", "error"])


def invite(person: RequestedPerson, *, by: Actor) -> None:
    """Tell the person at their dinas mailbox how to go on, as the institution's procedure has it."""
    institution = person.request.institution
    if not institution.is_open or not person.mailbox:
        return
    if terms.in_force(institution).way_in.kind == "invitation" and person.record is not None:
        # Whoever hands a password over may register nobody: the mailbox, once decided upon, invites by itself.
        actions.invite(person.record, by=None)
    else:
        outbox.write("collective_invitation", subject=person.pk, person=person.pk)
    person.invited_at = Now()
    person.save(update_fields=["invited_at"])
    audit.record(
        "invite_requested", by=by, chain=institution.audit_chain, subject=person.request_id,
        facts={"person": str(person.pk)},
    )  # fmt: skip
