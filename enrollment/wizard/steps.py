"""The wizard's steps as a table over the draft row: which form, whether it is complete, what it shows back."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from enrollment import terms
from enrollment.models import Application, Correction
from enrollment.procedure import Procedure
from enrollment.wizard import uploads
from enrollment.wizard.forms import EmploymentForm, PersonalForm, RegistrationForm
from enrollment.wizard.step_forms import StepForm
from enrollment.wizard.uploads import Upload

# Shown but not typed: the mailbox is the one the link went to, the institution the one that invited.
FIXED = ("mailbox", "institution")


@dataclass(frozen=True)
class Step:
    """One step: a ``form`` over fields of the application, or an ``upload`` with a page of its own kind. ``leaves``:
    whether the page offers to stop and go on another day."""

    slug: str
    title: str
    complete: Callable[[Application], bool]
    fields: tuple[tuple[str, str], ...]
    form: type[StepForm] | None = None
    upload: Upload | None = None
    fixed: tuple[str, ...] = FIXED
    leaves: bool = False

    @property
    def url(self) -> str:
        return reverse("wizard-step", args=[self.slug])

    def url_of(self, field: str) -> str:
        """The step's address, at that field."""
        return f"{self.url}#id_{'photo' if self.upload else field}"

    def is_complete(self, application: Application) -> bool:
        return self.slug not in application.draft and self.complete(application)

    def has_field(self, field: str) -> bool:
        return any(field == name for name, _ in self.fields)


def _has_phone(application: Application) -> bool:
    """The number is there, and proven where the procedure asks that."""
    proven = application.phone_proven_at is not None or not terms.of(application).wizard.proves_phone
    return bool(application.phone) and proven


def _upload(slug: str, title: str, upload: Upload) -> Step:
    return Step(slug, title, upload.is_kept, ((upload.field, title),), upload=upload)


LETTER = _upload("surat-rekomendasi", "Surat Rekomendasi", uploads.RECOMMENDATION)
# Handed in with the registration: a page of the wizard only while, or since, a verifier wants one anew.
PAPERS = {
    step.fields[0][0]: step
    for step in (
        _upload("surat-pernyataan", "Surat Pernyataan", uploads.STATEMENT),
        _upload("berkas-ktp", "Pindaian KTP", uploads.KTP_SCAN),
        _upload("spesimen", "Spesimen Tanda Tangan", uploads.SPECIMEN),
        LETTER,
    )
}

STEPS = {
    step.slug: step
    for step in (
        Step(
            "data-diri", "Data Diri",
            lambda each: bool(each.name and each.nik) and _has_phone(each),
            (
                ("name", "Nama Lengkap"), ("nik", "NIK"), ("front_title", "Gelar Depan"),
                ("back_title", "Gelar Belakang"), ("mailbox", "Email"), ("phone", "Nomor Telepon"),
            ),
            PersonalForm,
        ),
        Step(
            "data-kedinasan", "Data Kedinasan",
            lambda each: bool(each.kind and each.unit and each.position and each.province),
            (
                ("institution", "Instansi"), ("kind", "Jenis pemohon"), ("employee_number", "NIP / NRP"),
                ("unit", "Unit Organisasi"), ("position", "Jabatan"), ("province", "Provinsi"),
            ),
            EmploymentForm,
        ),
        Step(
            "data-pendaftaran", "Data Pendaftaran",
            lambda each: all((each.name, each.nik, each.position, each.unit, each.city, each.province, each.kind))
            and _has_phone(each),
            (
                ("name", "Nama"), ("mailbox", "E-Mail"), ("institution", "Organisasi"), ("nik", "NIK"),
                ("employee_number", "NIP"), ("position", "Jabatan"), ("unit", "Unit Organisasi"), ("city", "Kota"),
                ("province", "Provinsi"), ("phone", "Nomor Handphone"),
            ),
            RegistrationForm, fixed=(*FIXED, "name"), leaves=True,
        ),
        *PAPERS.values(),
        _upload("foto-ktp", "Foto KTP", uploads.KTP),
        _upload("foto-diri", "Foto Diri", uploads.SELFIE),
    )
}  # fmt: skip


UPLOADS = {step.upload.field: step.upload for step in STEPS.values() if step.upload}


def of(application: Application) -> list[Step]:
    """The steps of this application's procedure, in their order."""
    asked = terms.of(application)
    row = [STEPS[slug] for slug in asked.wizard.steps]
    place = next((number for number, step in enumerate(row) if step.upload), len(row))
    wanted = _papers_wanted(application)
    row[place:place] = [
        step for kind, step in PAPERS.items()
        if kind in wanted or (step == LETTER and _needs_letter(application, asked))
    ]  # fmt: skip
    return row


def _papers_wanted(application: Application) -> set[str]:
    """Kinds of paper that a verifier has asked for anew."""
    if application.submitted_at is None:
        return set()
    rows = Correction.objects.filter(application=application, field__in=PAPERS)
    return set(rows.values_list("field", flat=True))


def correctable(application: Application) -> list[tuple[str, str]]:
    """(field, label) of what the person can put right in the wizard: its fields, and the papers that came before."""
    found = {name: label for step in of(application) for name, label in step.fields if name not in step.fixed}
    if found:
        kinds = [kind for kind in terms.of(application).way_in.papers if kind in PAPERS]
        found |= {kind: PAPERS[kind].title for kind in kinds if kind not in found}
    return list(found.items())


def _needs_letter(application: Application, asked: Procedure) -> bool:
    """Whoever is no ASN is recommended by somebody, here unless the letter came with the registration."""
    return application.kind == Application.Kind.OTHER and LETTER.fields[0][0] not in asked.way_in.papers


def label_of(field: str, application: Application | None = None) -> str:
    """What people call a field of the application: its own steps' word, where it is known."""
    row = [*(of(application) if application else ()), *STEPS.values()]
    return next((label for step in row for name, label in step.fields if name == field), field)


def open_corrections(application: Application) -> list[Correction]:
    """What a verifier asked to put right and is not answered yet; none can exist before the first submission."""
    if application.submitted_at is None:
        return []
    return _in_page_order(Correction.objects.filter(application=application, answered_at=None))


def latest_corrections(application: Application) -> list[Correction]:
    """The corrections of the verifier's latest round (asked in one transaction, so at one moment), answered or not."""
    latest = Correction.objects.filter(application=application).order_by("-asked_at").values("asked_at")[:1]
    return _in_page_order(Correction.objects.filter(application=application, asked_at=latest))


def _in_page_order(corrections: Iterable[Correction]) -> list[Correction]:
    """As the person meets the fields in the wizard."""
    order = [name for step in STEPS.values() for name, _ in step.fields]
    return sorted(corrections, key=lambda each: order.index(each.field))


def step_with(field: str, application: Application | None = None) -> Step:
    """The step that has this field, of the application's own where it has one."""
    row: list[Step] = [*(of(application) if application else ()), *STEPS.values()]
    return next(step for step in row if step.has_field(field))


def is_ready(application: Application, corrections: list[Correction]) -> bool:
    """Whether the application can be submitted."""
    return not corrections and all(step.is_complete(application) for step in of(application))


def fingerprint(application: Application) -> str:
    """Of the answers as they stand: what was shown for checking is what is handed in, or it is shown again."""
    answers = [(name, shown_value(application, name)) for step in of(application) for name, _ in step.fields]
    files = [str(getattr(application, name)) for name in ("photo_id", "ktp_photo_id")]
    return hashlib.sha256(repr((answers, files)).encode()).hexdigest()[:32]


def shown_value(application: Application, field: str) -> str:
    """A field of the application as text for a page."""
    if field == "kind":
        return application.get_kind_display()
    if (
        step := next((each for each in STEPS.values() if each.upload and each.upload.field == field), None)
    ) is not None:
        return "Terlampir" if step.complete(application) else ""
    return str(getattr(application, field))
