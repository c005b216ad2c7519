"""People whom a connected application registers: checked like everybody, mailed only where the records say."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from enrollment import actions, comparisons, lifecycle, numbers, papers, terms
from enrollment.form_fields import one_line
from enrollment.models import Application, Institution, Paper, PersonnelRecord
from enrollment.papers import CheckedPaper
from enrollment.photos import Refused
from tte_portal import files
from tte_portal.encryption import blind_index
from tte_portal.throttles import Throttle

# Numbers of the documented service; "ours" where no document has one.
NIK_MISSING, WRONG_FORM, NIK_KNOWN, NOT_A_PERSON = 4014, 4015, 4024, 2011
MAILBOX_KNOWN = "Email telah terdaftar"
OTHER_NAME = "Penandatangan tidak terdaftar: nama tidak sesuai dengan data pegawai untuk email ini"
LONGEST = {"nama": "name", "jabatan": "position", "unit_kerja": "unit", "kota": "city", "provinsi": "province"}
BY_MAILBOX = Throttle("mails-on-api-registration", limit=5, seconds=3600)

Kind = Paper.Kind
FILES: dict[str, tuple[Paper.Kind, Callable[[bytes], CheckedPaper]]] = {
    "image_ttd": (Kind.SPECIMEN, lambda content: papers.check_image(content, "specimen")),
    "ktp": (Kind.KTP, lambda content: papers.check_image(content, "ktp")),
    "surat_rekomendasi": (Kind.RECOMMENDATION, papers.check_pdf),
}

NUMBERS = (
    ("nik", "NIK", numbers.nik), ("nip", "NIP", numbers.employee_number),
    ("nomor_telepon", "nomor telepon", numbers.phone),
)  # fmt: skip


class NotTaken(Exception):
    """The registration is refused: ``code`` and words for the program that sent it; nothing was kept."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def register(institution: Institution, answers: Mapping[str, str], uploads: Mapping[str, bytes]) -> Application:
    """v1: a person with data and papers. Raises :class:`NotTaken`."""
    if not answers.get("nik", "").strip():
        raise NotTaken(NIK_MISSING, "NIK harus diisi")
    typed = _typed(answers)
    checked = {name: _checked(name, content) for name, content in uploads.items() if name in FILES and content}
    if _is_known(institution, typed["nik"]):
        raise NotTaken(NIK_KNOWN, "NIK telah terdaftar")
    record = _record(institution, typed)
    with transaction.atomic():
        application = _begin(institution, typed, record)
        for name, (content, paper) in checked.items():
            _keep(application, FILES[name][0], content, paper)
    return application


def invite(institution: Institution, mailbox: str, name: str) -> Application:
    """v2: a person of the records, by mailbox, and by name where one is given. Somebody who has not sent the form yet
    gets a fresh link; who is further on is known, as in v1. Raises :class:`NotTaken`."""
    mailbox = mailbox.strip().lower()
    record = PersonnelRecord.objects.filter(institution=institution, mailbox=mailbox).first() if mailbox else None
    if record is None:
        raise NotTaken(NOT_A_PERSON, "Penandatangan tidak terdaftar")
    if not _is_name_of(record, one_line(name)):
        raise NotTaken(NOT_A_PERSON, OTHER_NAME)
    if not institution.is_open or not terms.in_force(institution).wizard.steps:
        raise NotTaken(WRONG_FORM, "Pendaftaran lewat undangan tidak dibuka di instansi ini")
    if not BY_MAILBOX.allows(mailbox):
        raise NotTaken(WRONG_FORM, "Terlalu banyak permintaan untuk surel ini; coba lagi dalam satu jam")
    application = actions.invite(record, by=None)
    if lifecycle.state_of(application) != lifecycle.DRAFT:
        raise NotTaken(NIK_KNOWN, MAILBOX_KNOWN)
    return application


def _typed(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers in the form in which they are kept."""
    typed = {name: one_line(answers.get(name, ""))[: _length(field)] for name, field in LONGEST.items()}
    if not typed["nama"]:
        raise NotTaken(WRONG_FORM, "Nama harus diisi")
    for name, field, read in NUMBERS:
        given = answers.get(name, "").strip()
        try:
            typed[name] = read(given) if given else ""
        except numbers.Malformed as error:
            raise NotTaken(WRONG_FORM, f"Format {field} salah: {error}") from error
    typed["email"] = answers.get("email", "").strip().lower()
    try:
        validate_email(typed["email"])
    except ValidationError as error:
        raise NotTaken(WRONG_FORM, "Format email salah") from error
    if len(typed["email"]) > _length("mailbox"):
        raise NotTaken(WRONG_FORM, "Format email salah")
    return typed


def _length(field: str) -> int:
    """The most that a field of an application holds."""
    length: int = Application._meta.get_field(field).max_length  # type: ignore[union-attr,assignment]
    return length


def _checked(name: str, content: bytes) -> tuple[bytes, CheckedPaper]:
    try:
        return content, FILES[name][1](content)
    except Refused as error:
        raise NotTaken(WRONG_FORM, f"{name}: {error}") from error


def _is_known(institution: Institution, nik: str) -> bool:
    living = Application.objects.filter(institution=institution, nik_index=blind_index("nik", nik))
    return living.exclude(status__in=comparisons.ENDED).exists()


def _record(institution: Institution, typed: Mapping[str, str]) -> PersonnelRecord | None:
    if not typed["nip"]:
        return None
    index = blind_index("employee-number", typed["nip"])
    return PersonnelRecord.objects.filter(
        institution=institution, mailbox=typed["email"], employee_number_index=index
    ).first()


def _is_name_of(record: PersonnelRecord, name: str) -> bool:
    """Whether somebody of that name may be the record's: spelt alike, with titles, initials or parts of it left out.
    Nobody looks before the link goes out, so another's name must not pass for the mailbox's owner."""
    given, known = (
        {word for word in comparisons.normal(each).split() if len(word) > 1} for each in (name, record.name)
    )
    return given <= known or known <= given


def _begin(institution: Institution, typed: Mapping[str, str], record: PersonnelRecord | None) -> Application:
    """Looked at by an officer where the procedure has one at the beginning; else only somebody of the records."""
    if not institution.is_open:
        raise NotTaken(WRONG_FORM, "Pendaftaran belum dibuka di instansi ini")
    if typed["email"].rpartition("@")[2] not in institution.mailbox_domains:
        raise NotTaken(WRONG_FORM, "Email harus surel dinas instansi")
    asked = terms.in_force(institution)
    kind = Application.Kind.ASN if typed["nip"] else Application.Kind.OTHER
    application = Application(
        institution=institution, record=record, procedure=terms.keep(asked), receipt=actions.new_receipt(),
        since=lifecycle.now(), mailbox=typed["email"], name=typed["nama"], nik=typed["nik"], kind=kind,
        employee_number=typed["nip"], phone=typed["nomor_telepon"], position=typed["jabatan"], unit=typed["unit_kerja"],
        city=typed["kota"], province=typed["provinsi"] or institution.province,
    )  # fmt: skip
    if asked.way_in.check or (record is None and asked.way_in.kind != "invitation"):
        by_hr = asked.way_in.hr_approval and asked.way_in.kind == "public-form"
        lifecycle.begin("apply_to_hr" if by_hr else "apply", application, by=None)
    elif record is not None and asked.wizard.steps:
        if not _is_name_of(record, typed["nama"]):
            raise NotTaken(NOT_A_PERSON, OTHER_NAME)
        if actions.current_application(institution, record.mailbox) is not None:
            raise NotTaken(NIK_KNOWN, MAILBOX_KNOWN)
        lifecycle.begin("register", application, by=None)
    else:
        raise NotTaken(NOT_A_PERSON, "Penandatangan tidak terdaftar di data pegawai instansi")
    return application


def _keep(application: Application, kind: Paper.Kind, content: bytes, paper: CheckedPaper) -> None:
    suffix = "application/pdf" if kind == Kind.RECOMMENDATION else "application/octet-stream"
    original = files.store(content, owner=application.pk, kind=kind.value, content_type=suffix)
    copy = files.store(paper.copy, owner=application.pk, kind=kind.value, content_type=paper.content_type)
    values: dict[str, Any] = {"pages": paper.pages, "findings": list(paper.findings), "signed": paper.signed}
    Paper.objects.create(
        institution=application.institution, application=application, kind=kind, original=original, copy=copy,
        signature_intact=paper.signature_intact, **values,
    )  # fmt: skip
