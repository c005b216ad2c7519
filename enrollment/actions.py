"""What begins an application, and the links to it: invite, send a link again, answer whoever asks for one."""

import secrets
from typing import Any

from django.db import transaction

from enrollment import comparisons, elsewhere, lifecycle, terms
from enrollment.models import Application, Institution, PersonnelRecord
from enrollment.wizard import steps
from tte_portal import audit
from tte_portal.audit import Actor
from tte_portal.models import Link

# Ways in by which anybody may have typed anything.
TYPED_BY_STRANGERS = ("self-service", "public-form")
# Letters and digits that are not taken for one another when read aloud or by hand.
RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_receipt() -> str:
    letters = [secrets.choice(RECEIPT_LETTERS) for _ in range(8)]
    return f"TTE-{''.join(letters[:4])}-{''.join(letters[4:])}"


def is_unproven(application: Application) -> bool:
    """Whether a stranger typed it and nobody has looked yet: it stands in nobody's way."""
    if lifecycle.state_of(application) not in (lifecycle.PRE_CHECK, lifecycle.HR_CHECK):
        return False
    return terms.of(application).way_in.kind in TYPED_BY_STRANGERS


def current_application(institution: Institution, mailbox: str) -> Application | None:
    """The person's running application at that institution, if there is one."""
    live = Application.objects.filter(institution=institution, mailbox=mailbox).exclude(status__in=comparisons.ENDED)
    return next((each for each in live.order_by("-created_at") if not is_unproven(each)), None)


def invite(record: PersonnelRecord, *, by: Actor) -> Application:
    """Begin an application for a person of the registry and mail the activation link.

    Somebody who has begun already gets a fresh link; one who is further on is left alone.
    """
    with transaction.atomic():
        # The record's lock keeps two invitations at once from making two applications. The institution's row is not
        # locked: every commit that points to it would wait, and one that holds the audit chain meanwhile is a deadlock.
        rows = PersonnelRecord.objects.select_for_update(no_key=True, of=("self",)).select_related("institution")
        record = rows.get(pk=record.pk)
        application = current_application(record.institution, record.mailbox)
        if application is None:
            return _register(record, by)
        if lifecycle.state_of(application) == lifecycle.DRAFT:
            send_link_again(application, "activation", by=by)
        return application


def _register(record: PersonnelRecord, by: Actor) -> Application:
    application = Application(
        institution=record.institution, record=record, procedure=terms.keep(terms.in_force(record.institution)),
        receipt=new_receipt(), mailbox=record.mailbox, since=lifecycle.now(),
        name=record.name, front_title=record.front_title, back_title=record.back_title,
    )  # fmt: skip
    lifecycle.begin("register", application, by=by)
    return application


# Which link can be sent anew from which state, and with which message.
RESENDABLE = {
    "activation": (lifecycle.DRAFT, "activation"),
    "passphrase": (lifecycle.PASSPHRASE, "set_passphrase"),
}


def can_resend(application: Application, purpose: str) -> bool:
    if purpose == "passphrase" and elsewhere.at_bsre():
        # That link is BSrE's own.
        return False
    return purpose == "status" or RESENDABLE[purpose][0] == lifecycle.state_of(application)


def send_link_again(application: Application, purpose: str, *, by: Actor) -> bool:
    """Mail a fresh link of that purpose to the application's own mailbox; ``False`` when its time has passed."""
    with transaction.atomic():
        application = lifecycle.locked(application.pk)
        if not can_resend(application, purpose):
            return False
        template = "status_link" if purpose == "status" else RESENDABLE[purpose][1]
        if purpose == "activation" and steps.open_corrections(application):
            template = "correction"
        lifecycle.send(template, application, link=purpose)
        audit.record(
            "send_link_again", by=by, chain=application.institution.audit_chain, subject=application.pk,
            facts={"purpose": purpose},
        )  # fmt: skip
        return True


def application_of(link: Link) -> Application | None:
    return Application.objects.select_related("institution").filter(pk=link.subject).first()


def answer_mailbox_request(institution: Institution | None, mailbox: str, purpose: str) -> Any:
    """Mail the link that was asked for, if the institution's records know the mailbox; else do nothing."""
    known = Application.objects.filter(mailbox=mailbox).order_by("-created_at")
    if purpose == "status":
        # Where a stranger typed the mailbox and no record agrees, no mail goes before somebody has looked.
        told = [each for each in known if each.record_id or not is_unproven(each)]
        # Somebody with a certificate and a second application asks about the certificate; the page tells of both.
        told.sort(key=lambda each: (each.status not in comparisons.WITH_CERTIFICATE, each.status in comparisons.ENDED))
        return bool(told) and send_link_again(told[0], "status", by=None)
    record = PersonnelRecord.objects.filter(institution=institution, mailbox=mailbox).first()
    if record is None or institution is None or not institution.is_open:
        return None
    application = current_application(institution, mailbox)
    if application is None and terms.in_force(institution).way_in.kind != "invitation":
        # Elsewhere there is more to do before a link than to ask for it.
        return None
    if application is None or lifecycle.state_of(application) == lifecycle.DRAFT:
        return invite(record, by=None)
    purpose = "passphrase" if can_resend(application, "passphrase") else "status"
    return send_link_again(application, purpose, by=None)
