"""The wizard's steps as a table over the draft row: which form, whether it is complete, what it shows back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from enrollment import terms
from enrollment.forms import EmploymentForm, PersonalForm, StepForm
from enrollment.models import Application, Correction

# Shown but not typed: the mailbox is the one the link went to, the institution the one that invited.
FIXED = ("mailbox", "institution")


@dataclass(frozen=True)
class Step:
    """One step. ``form`` is None for the photo, which has a page of its own kind."""

    slug: str
    title: str
    form: type[StepForm] | None
    complete: Callable[[Application], bool]
    fields: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return reverse("wizard-step", args=[self.slug])

    def is_complete(self, application: Application) -> bool:
        return self.slug not in application.draft and self.complete(application)

    def has_field(self, field: str) -> bool:
        return any(field == name for name, _ in self.fields)


STEPS = {
    step.slug: step
    for step in (
        Step(
            "data-diri", "Data Diri", PersonalForm,
            lambda each: bool(each.name and each.nik and each.phone),
            (
                ("name", "Nama Lengkap"), ("nik", "NIK"), ("front_title", "Gelar Depan"),
                ("back_title", "Gelar Belakang"), ("mailbox", "Email"), ("phone", "Nomor Telepon"),
            ),
        ),
        Step(
            "data-kedinasan", "Data Kedinasan", EmploymentForm,
            lambda each: bool(each.kind and each.unit and each.position and each.province),
            (
                ("institution", "Instansi"), ("kind", "Jenis pemohon"), ("employee_number", "NIP / NRP"),
                ("unit", "Unit Organisasi"), ("position", "Jabatan"), ("province", "Provinsi"),
            ),
        ),
        Step("foto-diri", "Foto Diri", None, lambda each: each.photo_id is not None, (("photo", "Foto Diri"),)),
    )
}  # fmt: skip


def of(application: Application) -> list[Step]:
    """The steps of this application's procedure, in their order."""
    return [STEPS[slug] for slug in terms.of(application).wizard.steps]


def label_of(field: str) -> str:
    """What people call a field of the application."""
    return next((label for step in STEPS.values() for name, label in step.fields if name == field), field)


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


def step_with(field: str) -> Step:
    return next(step for step in STEPS.values() if step.has_field(field))


def is_ready(application: Application, corrections: list[Correction]) -> bool:
    """Whether the application can be submitted."""
    return not corrections and all(step.is_complete(application) for step in of(application))


def shown_value(application: Application, field: str) -> str:
    """A field of the application as text for a page."""
    if field == "kind":
        return application.get_kind_display()
    if field == "photo":
        return "Foto terlampir" if application.photo_id else ""
    return str(getattr(application, field))
