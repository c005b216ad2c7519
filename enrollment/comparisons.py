"""What an application's answers are compared with: the imported list, other applications, the institution's domains."""

import unicodedata

from django.db.models import Q, QuerySet

from enrollment.models import Application, PersonnelRecord, Status

COMPARED = ("name", "front_title", "back_title", "employee_number", "unit", "position", "province")
# Applications whose numbers are free again, as in the constraint ``nik_taken_once``.
ENDED = (Status.REJECTED, Status.EXPIRED, Status.REVOKED)
WITH_CERTIFICATE = (Status.ISSUE, Status.ACTIVE, Status.SUSPENDED)
# Who has or had one.
CERTIFIED = (*WITH_CERTIFICATE, Status.EXPIRED, Status.REVOKED)


def normal(text: str) -> str:
    """A name or title as it is compared: capitals, no accents, no punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c if c.isalnum() else "" if unicodedata.combining(c) or c in "'’`" else " " for c in plain)
                    .upper().split())  # fmt: skip


def record_of(application: Application) -> PersonnelRecord | None:
    """The imported record of the person whose mailbox this is."""
    if application.record is not None:
        return application.record
    return PersonnelRecord.objects.filter(
        institution_id=application.institution_id, mailbox=application.mailbox
    ).first()


def record_of_number(application: Application) -> PersonnelRecord | None:
    """The imported record of the NIP or NRP that was typed."""
    return PersonnelRecord.objects.filter(
        institution_id=application.institution_id, employee_number_index=application.employee_number_index
    ).first()


def differences(application: Application, record: PersonnelRecord) -> list[str]:
    """The fields in which the answers are not what the record says."""
    return [
        field
        for field in COMPARED
        if normal(str(getattr(application, field))) != normal(str(getattr(record, field)))
        and not (field == "employee_number" and not application.employee_number)
    ]


def is_as_recorded(application: Application) -> bool:
    """Whether unit and position stand as the record of the person has them: filled in from there, or agreed to."""
    record = application.record
    if record is None or not application.unit:
        return False
    return (application.unit, application.position) == (record.unit, record.position)


def others_with(application: Application, same: Q) -> QuerySet[Application]:
    """Other living applications, of any institution, that share a number. Drafts that nobody submitted do not count:
    a stranger could type anybody's number into one."""
    others = Application.objects.filter(same, Q(nik_taken=True) | Q(submitted_at__isnull=False))
    if application.predecessor_id:
        # What it takes the place of is the same person's.
        others = others.exclude(pk=application.predecessor_id)
    return others.exclude(pk=application.pk).exclude(status__in=ENDED)


def predecessor_holds_nik(application: Application) -> bool:
    """Whether the NIK is already this person's by the certificate that this one follows: it moves when that ends."""
    if application.predecessor_id is None or application.nik_index is None:
        return False
    held = Application.objects.filter(pk=application.predecessor_id, nik_index=application.nik_index, nik_taken=True)
    return held.exclude(status__in=ENDED).exists()


def domain_of(application: Application) -> str:
    return application.mailbox.rpartition("@")[2].lower()


def has_own_domain(application: Application) -> bool:
    """Whether the mailbox lies in a domain of the institution."""
    return domain_of(application) in application.institution.mailbox_domains
