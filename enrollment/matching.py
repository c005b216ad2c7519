"""The automatic verification: whether answers, personnel registry, civil registry and photo agree in everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from enrollment import comparisons, numbers, photos, registries
from enrollment.comparisons import normal
from enrollment.models import Application, Correction
from enrollment.registries import Answer, Claim, Face, Person, Unavailable
from enrollment.registries.standing import has_left

# What the civil registry is asked, as verifiers call it, in the order of ``registries.Answers``.
CIVIL_FIELDS = {"nik": "NIK", "name": "nama", "birth": "tanggal lahir", "face": "wajah"}


@dataclass(frozen=True)
class Verdict:
    """Agreed in all, or the reasons why a verifier has to look: plain Indonesian, without names and numbers."""

    agreed: bool
    reasons: tuple[str, ...]


def match(application: Application) -> Verdict:
    """Compare a submitted application with both registries; changes nothing.

    Registries are asked over HTTP and may take some 40 seconds when they are slow: call it from a task and outside
    any transaction (a ``RuntimeError`` says so otherwise). The caller then locks the application anew and must find
    it unchanged, in the same state and with the same ``since``, before it acts on the verdict.
    """
    if application.kind != Application.Kind.ASN or not application.employee_number:
        # Nobody is asked about a person whom no answer could spare the verifier.
        return Verdict(False, ("Pemohon bukan ASN atau anggota POLRI; selalu diperiksa oleh verifikator.",))
    # Durable: refused inside another transaction, which would stay open for as long as the registries take.
    with transaction.atomic(durable=True):
        reasons = [*_own(application)]
    reasons += [*_personnel(application), *_civil(application)]
    return Verdict(not reasons, tuple(reasons))


def _own(application: Application) -> Iterator[str]:
    """What the portal itself knows to be doubtful."""
    if Correction.objects.filter(application=application).exists():
        yield "Pengajuan ini pernah dikembalikan untuk diperbaiki."
    of_nik = numbers.birth_of_nik(application.nik)
    if not of_nik.agrees(numbers.birth_of_employee_number(application.employee_number)):
        yield "Tanggal lahir atau jenis kelamin pada NIK dan NIP / NRP berbeda."
    if not comparisons.has_own_domain(application):
        yield "Surel dinas tidak memakai domain instansi."
    for what, same in (
        ("NIK", Q(nik_index=application.nik_index)),
        ("NIP / NRP", Q(employee_number_index=application.employee_number_index)),
    ):
        if comparisons.others_with(application, same).exists():
            yield f"{what} yang sama dipakai pengajuan lain."
    if application.photo_id is None:
        yield "Tidak ada foto diri."
    for code in application.photo_findings:
        yield f"Foto diri: {photos.FINDINGS.get(code, code)}"


def _personnel(application: Application) -> Iterator[str]:
    try:
        person = registries.personnel_registry().find(application.institution, application.employee_number)
    except Unavailable as error:
        yield f"Data pegawai belum dapat diperiksa: {error.reason}."
        return
    if person is None:
        yield "NIP / NRP tidak ditemukan di data pegawai."
        return
    if normal(person.name) != normal(application.name):
        yield "Nama berbeda dari data pegawai."
    if person.nik and person.nik != application.nik:
        yield "NIK berbeda dari data pegawai."
    if person.birth and not person.birth.agrees(numbers.birth_of_nik(application.nik)):
        yield "Tanggal lahir atau jenis kelamin pada NIK berbeda dari data pegawai."
    if application.mailbox.lower() not in _mailboxes(application, person):
        yield "Surel dinas ini tidak tercatat sebagai milik pemegang NIP / NRP."
    if has_left(person.standing):
        yield "Data pegawai mencatat orang ini sudah tidak bekerja."


def _mailboxes(application: Application, person: Person) -> set[str]:
    """Where mail to this person may go: what the registry knows, and the institution's own list."""
    record = comparisons.record_of_number(application)
    return {*person.mailboxes, *([record.mailbox.lower()] if record else [])}


def _civil(application: Application) -> Iterator[str]:
    claim = claim_of(application)
    try:
        answers = registries.civil_registry().compare(claim)
    except Unavailable as error:
        yield f"Data kependudukan belum dapat diperiksa: {error.reason}."
        return
    # An NRP tells no whole date of birth: none was claimed, so none has to agree.
    asked = [field for field in CIVIL_FIELDS if field != "birth" or claim.birth is not None]
    for answer, told in (
        (Answer.DISAGREE, "Berbeda dari data kependudukan"),
        (Answer.UNKNOWN, "Belum dapat dicocokkan dengan data kependudukan"),
    ):
        if found := [CIVIL_FIELDS[field] for field in asked if getattr(answers, field) == answer]:
            yield f"{told}: {', '.join(found)}."
    if claim.birth is None and answers.birth == Answer.DISAGREE:
        yield f"Berbeda dari data kependudukan: {CIVIL_FIELDS['birth']}."


def claim_of(application: Application) -> Claim:
    """What is put to the civil registry. The date of birth comes from the NIP: a NIK has two digits of the year."""
    born = numbers.birth_of_employee_number(application.employee_number)
    face = Face(application.photo, tuple(application.photo_findings)) if application.photo else None
    birth = date(born.year, born.month, born.day) if born.day is not None else None
    return Claim(nik=application.nik, name=application.name, birth=birth, face=face)
