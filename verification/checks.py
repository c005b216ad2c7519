"""The automatic checks of a case: what two numbers, the registry, other applications and the photo say."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime

from enrollment import lapsing, lifecycle, numbers, photos, withdrawal
from enrollment.comparisons import COMPARED as COMPARED
from enrollment.comparisons import ENDED, domain_of, has_own_domain, others_with, record_of_number
from enrollment.comparisons import differences as differences
from enrollment.comparisons import normal as normal
from enrollment.comparisons import record_of as record_of
from enrollment.models import Application, PersonnelRecord, Status
from enrollment.numbers import Birth
from enrollment.wizard import steps
from verification.models import Check

OK, WARNING, UNKNOWN = Check.Outcome.OK, Check.Outcome.WARNING, Check.Outcome.UNKNOWN
MOST_TOLD = 5
SEXES = {"L": "laki-laki", "P": "perempuan"}


@dataclass(frozen=True)
class Case:
    """An application, the registry's record of its mailbox, and the record of the number that was typed."""

    application: Application
    record: PersonnelRecord | None
    of_number: PersonnelRecord | None


Result = tuple[Check.Outcome, str]


def run(application_id: UUID) -> None:
    """Check a waiting case and put the results in place of earlier ones; a case that waits no more is left alone."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if lifecycle.state_of(application) not in CHECKED:
            return
        case = Case(application, record_of(application), record_of_number(application))
        Check.objects.filter(application=application).delete()
        for position, name in enumerate(CHECKED[lifecycle.state_of(application)]):
            _, check = CHECKS[name]
            outcome, evidence = check(case)
            Check.objects.create(
                application=application, position=position, name=name, outcome=outcome, evidence=evidence
            )


def of(application: Application) -> list[Check]:
    """The checks of the present submission, made now if no worker has made them yet."""
    found = list(Check.objects.filter(application=application, made_at__gte=application.since))
    if not found and lifecycle.state_of(application) in CHECKED:
        run(application.pk)
        found = list(Check.objects.filter(application=application))
    return found


def kept(application: Application) -> list[Check]:
    """The checks as the officer saw them who decided last: nothing is looked at anew."""
    return list(Check.objects.filter(application=application))


def title_of(name: str) -> str:
    return CHECKS[name][0] if name in CHECKS else name


def _birth(birth: Birth) -> str:
    day = f"{birth.day:02}-" if birth.day is not None else ""
    sex = f", {SEXES[birth.sex]}" if birth.sex else ""
    return f"{day}{birth.month:02}-{birth.year % 100:02}{sex}"


def _numbers_agree(case: Case) -> Result:
    nik, number = case.application.nik, case.application.employee_number
    if not nik:
        return UNKNOWN, "NIK belum diisi."
    if not number:
        return UNKNOWN, "Tidak ada NIP / NRP untuk dibandingkan dengan NIK."
    of_nik, of_number = numbers.birth_of_nik(nik), numbers.birth_of_employee_number(number)
    told = f"NIK: {_birth(of_nik)}. NIP / NRP: {_birth(of_number)}."
    if of_nik.agrees(of_number):
        return OK, f"Tanggal lahir dan jenis kelamin sama. {told}"
    return WARNING, f"Tanggal lahir atau jenis kelamin berbeda. {told}"


def _in_registry(case: Case) -> Result:
    if not case.application.employee_number:
        return UNKNOWN, "Pemohon mendaftar tanpa NIP / NRP."
    if case.of_number is None:
        return WARNING, "NIP / NRP ini tidak tercatat di data pegawai instansi."
    if case.of_number.mailbox.lower() != case.application.mailbox.lower():
        return WARNING, f"NIP / NRP ini tercatat atas nama {case.of_number.name}, bukan pemilik surel dinas ini."
    return OK, "NIP / NRP tercatat dan milik surel dinas ini."


def _name(case: Case) -> Result:
    if case.record is None:
        return UNKNOWN, "Surel dinas ini tidak ada di data pegawai."
    if normal(case.record.name) == normal(case.application.name):
        return OK, "Nama sama dengan data pegawai."
    return WARNING, f"Pemohon menulis “{case.application.name}”; data pegawai mencatat “{case.record.name}”."


def _answers(case: Case) -> Result:
    if case.record is None:
        return UNKNOWN, "Tidak ada data pegawai untuk dibandingkan."
    changed = [field for field in differences(case.application, case.record) if field != "name"]
    asked = {name for step in steps.of(case.application) for name, _ in step.fields}
    if lifecycle.state_of(case.application) != lifecycle.REVIEW:
        asked = set()
    # Not every way in and not every wizard asks for titles; what nobody asked for differs from nothing.
    changed = [field for field in changed if field in asked or getattr(case.application, field)]
    if not changed:
        return OK, "Gelar, unit, jabatan, dan provinsi sama dengan data pegawai."
    return WARNING, f"Berbeda dari data pegawai: {', '.join(steps.label_of(field) for field in changed)}."


def _elsewhere(case: Case, same: Q, what: str) -> Result:
    """Other living applications with the same number. Those of other institutions are told of, not named."""
    application = case.application
    found = list(others_with(application, same)[:MOST_TOLD])
    if not found:
        return OK, f"{what} tidak dipakai pengajuan lain."
    here = [each for each in found if each.institution_id == application.institution_id]
    told = [f"{each.receipt} ({each.get_status_display()})" for each in here]
    if len(found) > len(here):
        told.append("pengajuan di instansi lain")
    return WARNING, f"{what} yang sama ada pada {', '.join(told)}."


def _nik_elsewhere(case: Case) -> Result:
    if case.application.nik_index is None:
        return UNKNOWN, "NIK belum diisi."
    return _elsewhere(case, Q(nik_index=case.application.nik_index), "NIK")


def _number_elsewhere(case: Case) -> Result:
    if case.application.employee_number_index is None:
        return UNKNOWN, "Pemohon mendaftar tanpa NIP / NRP."
    return _elsewhere(case, Q(employee_number_index=case.application.employee_number_index), "NIP / NRP")


def _phone_elsewhere(case: Case) -> Result:
    if case.application.phone_index is None:
        return UNKNOWN, "Nomor telepon belum diisi."
    return _elsewhere(case, Q(phone_index=case.application.phone_index), "Nomor telepon")


def _mailbox_elsewhere(case: Case) -> Result:
    return _elsewhere(case, Q(mailbox=case.application.mailbox), "Surel dinas")


def _photo_elsewhere(case: Case) -> Result:
    """The same picture, not the same face: no faces are compared."""
    if case.application.photo_index is None:
        return UNKNOWN, "Tidak ada foto yang dapat dibandingkan."
    return _elsewhere(case, Q(photo_index=case.application.photo_index), "Foto")


def _earlier(case: Case) -> Result:
    """Whether this person comes back: applications of the same NIK or NIP that have ended."""
    application = case.application
    same = Q(nik_index=application.nik_index) if application.nik_index else Q()
    if application.employee_number_index:
        same |= Q(employee_number_index=application.employee_number_index)
    if not same:
        return UNKNOWN, "Belum ada NIK atau NIP / NRP untuk dicari."
    past = Application.objects.filter(same, status__in=ENDED).exclude(pk=application.pk).order_by("-since")
    found = list(past[:MOST_TOLD])
    if not found:
        return OK, "Pendaftar baru: belum pernah ada pengajuan dengan NIK atau NIP ini."
    here = [each for each in found if each.institution_id == application.institution_id]
    told = [f"{each.receipt} ({each.get_status_display()}, {localtime(each.since):%d-%m-%Y})" for each in here]
    if len(found) > len(here):
        told.append("pengajuan di instansi lain")
    doubtful = any(each.status == Status.REVOKED or _was_refused(each) for each in here)
    return WARNING if doubtful else OK, f"Pernah mendaftar: {', '.join(told)}."


def _was_refused(application: Application) -> bool:
    """By an officer: neither taken back by its person nor lapsed."""
    return application.status == Status.REJECTED and application.rejection_reason not in (
        withdrawal.REASON, lapsing.REASON,
    )  # fmt: skip


def _photo(case: Case) -> Result:
    if case.application.photo_id is None:
        return WARNING, "Tidak ada foto."
    if not case.application.photo_findings:
        return OK, "Satu wajah, cukup besar, tajam, dan terang."
    return WARNING, " ".join(photos.FINDINGS.get(code, code) for code in case.application.photo_findings)


def _mailbox(case: Case) -> Result:
    domain = domain_of(case.application)
    if has_own_domain(case.application):
        return OK, f"Domain {domain} milik instansi."
    return WARNING, f"Domain {domain} tidak terdaftar untuk instansi ini."


def _link_goes(case: Case) -> Result:
    """Of a registration the number decides whose it is, so its record decides where the link goes."""
    if case.of_number is None or not case.application.employee_number:
        return UNKNOWN, f"NIP / NRP tidak tercatat. Bila diterima, tautan dikirim ke {case.application.mailbox}."
    if case.of_number.mailbox.lower() == case.application.mailbox.lower():
        return OK, f"Tautan dikirim ke {case.of_number.mailbox}, seperti tercatat."
    return WARNING, (
        f"Pendaftar menulis {case.application.mailbox}; data pegawai mencatat {case.of_number.mailbox}. "
        "Bila diterima, tautan dikirim ke surel yang tercatat."
    )


def _same_person(case: Case) -> Result:
    """Other living applications here with the same NIK, NIP, mailbox or phone, drafts and registrations included."""
    application = case.application
    same = Q(mailbox=application.mailbox)
    for index in ("nik_index", "employee_number_index", "phone_index"):
        if value := getattr(application, index):
            same |= Q(**{index: value})
    living = Application.objects.filter(institution_id=application.institution_id).exclude(pk=application.pk)
    found = living.exclude(status__in=ENDED).filter(same).order_by("-created_at")[:MOST_TOLD]
    if not found:
        return OK, "Tidak ada pengajuan lain dengan NIK, NIP, surel, atau nomor telepon yang sama."
    told = [f"{each.receipt} ({each.get_status_display()}, {_shared(application, each)})" for each in found]
    return WARNING, f"Pengajuan lain yang masih berjalan: {'; '.join(told)}."


def _shared(one: Application, other: Application) -> str:
    names = {"nik": "NIK", "employee_number": "NIP", "mailbox": "surel", "phone": "telepon"}
    same = [
        name for field, name in names.items() if getattr(one, field) and getattr(one, field) == getattr(other, field)
    ]
    return f"{' dan '.join(same)} sama"


CHECKS: dict[str, tuple[str, Callable[[Case], Result]]] = {
    "numbers-agree": ("NIK dan NIP", _numbers_agree),
    "in-registry": ("NIP di data pegawai", _in_registry),
    "name": ("Nama", _name),
    "answers": ("Isian lain", _answers),
    "nik-elsewhere": ("NIK ganda", _nik_elsewhere),
    "number-elsewhere": ("NIP ganda", _number_elsewhere),
    "phone-elsewhere": ("Telepon ganda", _phone_elsewhere),
    "mailbox-elsewhere": ("Surel ganda", _mailbox_elsewhere),
    "photo": ("Foto", _photo),
    "photo-elsewhere": ("Foto ganda", _photo_elsewhere),
    "earlier": ("Riwayat pendaftar", _earlier),
    "mailbox": ("Surel dinas", _mailbox),
    "link-goes": ("Alamat tautan", _link_goes),
    "same-person": ("Orang yang sama", _same_person),
}

_BEFORE = (
    "link-goes", "same-person", "in-registry", "numbers-agree", "name", "answers", "nik-elsewhere", "number-elsewhere",
    "phone-elsewhere", "mailbox-elsewhere", "mailbox", "earlier",
)  # fmt: skip
# In which states a case is checked, and by what.
CHECKED: dict[lifecycle.State, tuple[str, ...]] = {
    lifecycle.REVIEW: tuple(name for name in CHECKS if name not in ("link-goes", "same-person")),
    lifecycle.PRE_CHECK: _BEFORE,
    lifecycle.HR_CHECK: _BEFORE,
}
