"""The forms of the wizard's steps and of the public pages."""

from collections.abc import Sequence
from typing import Any

from django import forms

from enrollment import numbers
from enrollment.consents import Text
from enrollment.form_fields import LineField, NameField, NumberField, TitleField
from enrollment.models import Application, PersonnelRecord
from enrollment.provinces import PROVINCES
from tte_portal.forms import PortalForm


class StepForm(PortalForm):
    """A form over some fields of the application: shows the draft, writes what is valid back."""

    writes: tuple[str, ...] = ()

    @classmethod
    def shown(cls, application: Application, slug: str) -> "StepForm":
        """The form as the person left it: the raw draft of this step first, else what is stored."""
        left: dict[str, Any] = application.draft.get(slug, {})
        stored = {name: getattr(application, name) for name in cls.writes}
        return cls(application=application, initial={**stored, **left})

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.prepare()

    def prepare(self) -> None:
        """What the fields take from the application (fixed values, choices)."""

    def typed(self) -> dict[str, str]:
        """What was typed, as it was typed."""
        return {name: self.data[name] for name in self.writes if name in self.data}

    def write(self) -> None:
        """Put the valid answers on the application (unsaved)."""
        for name in self.writes:
            setattr(self.application, name, self.cleaned_data[name])


class PersonalForm(StepForm):
    """Data Diri."""

    writes = ("name", "nik", "front_title", "back_title", "phone")

    name = NameField(
        label="Nama Lengkap",
        help_text="Seperti tertulis pada KTP, tanpa gelar.",
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false"}),
    )
    nik = NumberField(
        numbers.nik,
        label="NIK",
        help_text="16 angka pada KTP Anda.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 20}),
    )
    front_title = TitleField(
        label="Gelar Depan", help_text="Isi “-” jika tidak ada.", max_length=60, required=False,
        widget=forms.TextInput({"autocomplete": "honorific-prefix", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    back_title = TitleField(
        label="Gelar Belakang", help_text="Isi “-” jika tidak ada.", max_length=60, required=False,
        widget=forms.TextInput({"autocomplete": "honorific-suffix", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    email = forms.EmailField(label="Email", help_text="Surel dinas Anda; tidak dapat diubah di sini.", disabled=True)
    phone = NumberField(
        numbers.phone,
        label="Nomor Telepon",
        help_text="Nomor yang dapat dihubungi, misalnya 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "size": 20}),
    )

    def prepare(self) -> None:
        self.fields["email"].initial = self.application.mailbox


class EmploymentForm(StepForm):
    """Data Kedinasan."""

    writes = ("kind", "employee_number", "unit", "position", "province")
    field_buttons = {"employee_number": ("check", "Cek NIP / NRP")}
    shown_when = {"employee_number": ("kind", Application.Kind.ASN.value)}

    institution = forms.CharField(label="Instansi", disabled=True)
    kind = forms.ChoiceField(
        label="Anda mendaftar sebagai",
        widget=forms.RadioSelect,
        choices=[
            (
                Application.Kind.ASN.value,
                (
                    "ASN dan Penyidik POLRI — Terintegrasi dengan sistem SI ASN (BKN) / "
                    "Sistem Informasi Personil POLRI (SIPP)"
                ),
            ),
            (Application.Kind.OTHER.value, "Lainnya — Selain ASN dan Penyidik POLRI"),
        ],
        error_messages={"required": "Pilih salah satu: ASN dan Penyidik POLRI, atau Lainnya."},
    )
    employee_number = NumberField(
        numbers.employee_number,
        label="NIP / NRP",
        help_text="NIP 18 angka, atau NRP 8 angka. Tekan “Cek NIP / NRP” agar bagian di bawah terisi sendiri.",
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 22}),
    )
    unit = LineField(label="Unit Organisasi", max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    position = LineField(
        label="Jabatan", max_length=200, widget=forms.TextInput({"autocomplete": "organization-title"})
    )
    province = forms.ChoiceField(
        label="Provinsi",
        help_text="Provinsi tempat instansi Anda berada.",
        choices=[("", "Pilih provinsi"), *((name, name) for name in PROVINCES)],
    )

    def prepare(self) -> None:
        self.fields["institution"].initial = self.application.institution.name

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("kind") == Application.Kind.OTHER:
            answers["employee_number"] = ""
            self.errors.pop("employee_number", None)
        elif answers.get("employee_number") == "":
            self.add_error("employee_number", "NIP / NRP belum diisi.")
        return answers

    def fill_from(self, record: PersonnelRecord) -> dict[str, str]:
        """What was typed, with unit, position and province as the registry has them."""
        return {**self.typed(), "unit": record.unit, "position": record.position, "province": record.province}


def consent_field(text: Text) -> forms.BooleanField:
    """The tick under one text."""
    return forms.BooleanField(
        label=text.tick,
        # The browser itself asks for the tick: a photo that arrives without it may not be kept, and would be lost.
        widget=forms.CheckboxInput({"required": True}),
        error_messages={"required": f"Centang “{text.tick}” sebelum foto dikirim."},
    )


class PhotoForm(PortalForm):
    """Foto Diri: from the camera or from a file, and the consent that must stand before the first upload."""

    photo = forms.FileField(
        label="Ambil foto", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/*", "capture": "user"}),
    )  # fmt: skip
    photo_any = forms.FileField(
        label="Pilih dari galeri atau berkas", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/*"}),
    )  # fmt: skip

    def __init__(self, *args: Any, has_photo: bool, consents: Sequence[Text], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_photo, self.consents = has_photo, consents
        self.fields.update({f"consent-{text.kind}": consent_field(text) for text in consents})

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if self.chosen() is None and not self.has_photo:
            self.add_error("photo", "Ambil foto diri dengan kamera, atau pilih satu berkas foto.")
        return answers

    def chosen(self) -> Any:
        """The uploaded file, whichever way it came; ``None`` when there is none."""
        return self.cleaned_data.get("photo") or self.cleaned_data.get("photo_any")


class MailboxForm(PortalForm):
    """Asks for the dinas mailbox."""

    mailbox = forms.EmailField(
        label="Surel dinas",
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Surel dinas belum diisi.",
            "invalid": "Alamat surel tidak lengkap. Contoh: nama@instansi.example",
        },
    )

    def clean_mailbox(self) -> str:
        return str(self.cleaned_data["mailbox"]).strip().lower()
