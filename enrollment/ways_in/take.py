"""What becomes of a registration: a worker looks who it is, so that no answer to a stranger can tell."""

from typing import Any
from uuid import UUID

from django.db import transaction

from enrollment import actions, consents, lifecycle, receipts, terms
from enrollment.models import Application, Consent, Paper, PersonnelRecord, Registration
from enrollment.procedure import Procedure
from tte_portal import files
from tte_portal.encryption import blind_index
from tte_portal.models import SealedFile
from tte_portal.throttles import Throttle

# Mails that registrations may bring to one mailbox: enough for a person, too few to plague one.
BY_MAILBOX = Throttle("mails-on-registration", limit=5, seconds=3600)
TYPED = ("name", "front_title", "back_title", "employee_number", "position", "unit", "nik", "city", "phone")


def take(registration_id: UUID | str) -> None:
    """Turn the registration into what it leads to, once: a second time nothing is left to do."""
    with transaction.atomic():
        rows = Registration.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related(
            "institution"
        )
        registration = rows.filter(pk=registration_id).first()
        if registration is None:
            return
        if registration.institution.is_open and not Application.objects.filter(pk=registration.pk).exists():
            asked = terms.in_force(registration.institution)
            if asked.way_in.kind == "self-service":
                _serve(registration, asked)
            elif asked.way_in.kind == "public-form":
                _apply(registration, asked, "apply_to_hr" if asked.way_in.hr_approval else "apply")
        _erase_unused(registration)
        registration.delete()


def _serve(registration: Registration, asked: Procedure) -> None:
    """Self-service: who is in the registry goes on at once, a stranger with a dinas mailbox is looked at first."""
    record = _record(registration)
    if record is not None and not asked.way_in.check:
        _go_on(registration, record, asked)
    elif _domain(registration) in registration.institution.mailbox_domains:
        _apply(registration, asked, "apply", record)


def _go_on(registration: Registration, record: PersonnelRecord, asked: Procedure) -> None:
    """The record's lock keeps two registrations, or an invitation, from making two applications."""
    record = (
        PersonnelRecord.objects.select_for_update(no_key=True, of=("self",))
        .select_related("institution")
        .get(pk=record.pk)
    )
    running = actions.current_application(record.institution, record.mailbox)
    if running is not None:
        receipts.merge(registration.receipt, running)
    if not BY_MAILBOX.allows(record.mailbox):
        return
    if running is None:
        application = _application(registration, asked, record, **_of_record(record))
        lifecycle.begin("register", application, by=None)
        _attach(registration, application)
    elif lifecycle.state_of(running) == lifecycle.DRAFT:
        _attach(registration, running)
        actions.send_link_again(running, "activation", by=None)
    else:
        actions.send_link_again(running, "status", by=None)


def _apply(registration: Registration, asked: Procedure, name: str, record: PersonnelRecord | None = None) -> None:
    record = record or _record(registration)
    answers = registration.answers
    typed = {field: answers.get(field, "") for field in TYPED}
    application = _application(registration, asked, record, **typed, province=registration.institution.province)
    lifecycle.begin(name, application, by=None)
    _attach(registration, application)


def _application(
    registration: Registration, asked: Procedure, record: PersonnelRecord | None, **fields: Any
) -> Application:
    """With the registration's own id, so that a worker killed half-way makes no second one."""
    kind = Application.Kind.ASN if fields["employee_number"] else Application.Kind.OTHER
    return Application(
        pk=registration.pk, receipt=registration.receipt, institution=registration.institution, record=record,
        procedure=terms.keep(asked), since=lifecycle.now(), kind=kind, mailbox=registration.answers["mailbox"],
        **fields,
    )  # fmt: skip


def _of_record(record: PersonnelRecord) -> dict[str, str]:
    """What the records say of the person: a stranger who knows a number and its mailbox must not be able to lay a unit
    or a title of their own making before its owner, who would hand it in unread. The owner may change it in the wizard.
    """
    fields = ("name", "front_title", "back_title", "employee_number", "unit", "position", "province")
    return {field: getattr(record, field) for field in fields}


def _attach(registration: Registration, application: Application) -> None:
    """The papers and the consents under which they were given, now the application's."""
    for paper in registration.papers:
        original, copy = UUID(paper["original"]), UUID(paper["copy"])
        SealedFile.objects.filter(pk__in=(original, copy)).update(owner=application.pk)
        Paper.objects.create(
            institution=application.institution, application=application, kind=paper["kind"], original_id=original,
            copy_id=copy, pages=paper["pages"], findings=paper["findings"], signed=paper["signed"],
            signature_intact=paper["signature_intact"], at=registration.created_at,
        )  # fmt: skip
    for kind, version in registration.answers.get("consents", {}).items():
        if consents.find(kind).version == version and not consents.given(application, kind):
            consents.give(application, kind)
            given = Consent.objects.filter(application=application, text__kind=kind, text__version=version)
            given.update(given_at=registration.created_at)


def _erase_unused(registration: Registration) -> None:
    """Files of a registration that led to nothing."""
    ids = {UUID(paper[name]) for paper in registration.papers for name in ("original", "copy")}
    used = set(Paper.objects.filter(copy__in=ids).values_list("copy_id", flat=True))
    used |= set(Paper.objects.filter(original__in=ids).values_list("original_id", flat=True))
    for file in SealedFile.objects.filter(pk__in=ids - used):
        files.erase(file)


def _record(registration: Registration) -> PersonnelRecord | None:
    """The registry's record, when number and mailbox are both as typed."""
    number = registration.answers.get("employee_number", "")
    if not number:
        return None
    return PersonnelRecord.objects.filter(
        institution=registration.institution, mailbox=registration.answers["mailbox"],
        employee_number_index=blind_index("employee-number", number),
    ).first()  # fmt: skip


def _domain(registration: Registration) -> str:
    return str(registration.answers["mailbox"]).rpartition("@")[2]
