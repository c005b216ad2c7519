"""What the institution's records say of a holder now, beside what the certificate was issued with."""

from dataclasses import dataclass

from cryptography import x509

from enrollment import comparisons
from enrollment.models import Application, Holder, PersonnelRecord
from enrollment.wizard import steps
from passphrase.models import Certificate

LABELS = {
    "name": "Nama", "front_title": "Gelar depan", "back_title": "Gelar belakang", "employee_number": "NIP / NRP",
    "unit": "Unit organisasi", "position": "Jabatan", "province": "Provinsi", "mailbox": "Surel dinas", "nik": "NIK",
}  # fmt: skip
# What the institution itself keeps of a person whom it knows by the same number: it may be taken over unchecked.
RECORDED = ("name", "front_title", "back_title", "unit", "position", "province", "mailbox")


@dataclass(frozen=True, repr=False)
class Row:
    """One of the person's data: as the certificate was issued with it, and as the records have it today."""

    field: str
    then: str
    now: str
    differs: bool

    @property
    def label(self) -> str:
        return LABELS[self.field]


def rows(application: Application) -> list[Row]:
    """Everything the page shows: all fields that either side has."""
    record, holder = comparisons.record_of(application), _holder_of(application)
    differing = set(_fields(application, record, holder))
    found = []
    for field in LABELS:
        then, now = str(getattr(application, field)), _now(field, record, holder)
        if field == "mailbox":
            then = certified_mailbox(application) or then
        if field == "nik":
            # Of the number its end is enough to know it by, and nothing to look at while it is the same.
            then, now = (f"… {each[-4:]}" if "nik" in differing else "" for each in (then, now))
        if then or now:
            found.append(Row(field, then, now, field in differing))
    return found


def fields(application: Application) -> list[str]:
    """The names of what differs."""
    return _fields(application, comparisons.record_of(application), _holder_of(application))


def is_known(application: Application) -> bool:
    """Whether the institution's records have the person: nobody else vouches that they still work there."""
    return comparisons.record_of(application) is not None


def is_unchanged(application: Application) -> bool:
    """Whether nothing has to be checked again: the records have the person, and as the certificate has them."""
    return is_known(application) and not fields(application)


def can_take_over(application: Application) -> bool:
    """Whether what differs are the institution's own records of the same person, and nothing but them."""
    differing = fields(application)
    return is_known(application) and bool(differing) and set(differing) <= set(RECORDED)


def of_records(application: Application) -> dict[str, object]:
    """The fields of an application as the records have them today; nothing where they do not know the person."""
    record = comparisons.record_of(application)
    if record is None:
        return {}
    return {"record": record, "opd": record.opd, **{field: getattr(record, field) for field in RECORDED}}


def known_nik(application: Application) -> str:
    """The NIK that was agreed to last: in the profile, else in the application."""
    holder = _holder_of(application)
    return (holder.nik if holder else "") or application.nik


def mailbox_of(application: Application) -> str:
    """Where mails reach the person today: the address in the records, which may have changed since the issue."""
    record = comparisons.record_of(application)
    return record.mailbox if record else application.mailbox


def certified_mailbox(application: Application) -> str:
    """The address in the newest certificate; empty when there is none."""
    newest = Certificate.objects.filter(application=application).order_by("-pk").first()
    if newest is None:
        return ""
    found = x509.load_der_x509_certificate(bytes(newest.der))
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return next(iter(names.get_values_for_type(x509.RFC822Name)), "")


def _fields(application: Application, record: PersonnelRecord | None, holder: Holder | None) -> list[str]:
    found = (
        [each for each in comparisons.differences(application, record) if _was_asked(each, application)]
        if record
        else []
    )
    certified = certified_mailbox(application) or application.mailbox
    if record and record.mailbox.lower() != certified.lower():
        found.append("mailbox")
    if holder and holder.nik and application.nik and holder.nik != application.nik:
        # Agreed to in the profile since.
        found.append("nik")
    return found


def _was_asked(field: str, application: Application) -> bool:
    """Not every way in asks for titles; what nobody asked for differs from nothing."""
    return bool(getattr(application, field)) or any(step.has_field(field) for step in steps.of(application))


def _now(field: str, record: PersonnelRecord | None, holder: Holder | None) -> str:
    if field == "nik":
        return holder.nik if holder else ""
    return str(getattr(record, field)) if record else ""


def _holder_of(application: Application) -> Holder | None:
    if application.record_id is None:
        return None
    return Holder.objects.filter(institution_id=application.institution_id, record_id=application.record_id).first()
