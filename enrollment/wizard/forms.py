"""The forms of the wizard's steps."""

from typing import Any

from django import forms

from enrollment import comparisons, numbers, terms
from enrollment.form_fields import LineField, NameField, NumberField, TitleField
from enrollment.models import Application, PersonnelRecord
from enrollment.wizard.step_forms import PhoneForm, StepForm, province_field


class PersonalForm(PhoneForm):
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
        label="Gelar Depan", help_text="Bila tidak ada, kosongkan atau isi “-”.", max_length=60, required=False,
        widget=forms.TextInput({"autocomplete": "honorific-prefix", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    back_title = TitleField(
        label="Gelar Belakang", help_text="Bila tidak ada, kosongkan atau isi “-”.", max_length=60, required=False,
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
        super().prepare()
        self.fields["email"].initial = self.application.mailbox


class RegistrationForm(PhoneForm):
    """One form with everything but the pictures; who the person is and where stands already."""

    writes = ("nik", "employee_number", "position", "unit", "city", "province", "phone", "kind")

    name = forms.CharField(label="Nama", disabled=True, required=False)
    email = forms.EmailField(label="E-Mail", disabled=True, required=False)
    institution = forms.CharField(label="Organisasi", disabled=True, required=False)
    nik = NumberField(
        numbers.nik,
        label="NIK",
        help_text="16 angka pada KTP Anda.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 20}),
    )
    employee_number = NumberField(
        numbers.employee_number,
        label="NIP",
        help_text="NIP 18 angka, atau NRP 8 angka. Kosongkan bila Anda bukan ASN atau Penyidik POLRI.",
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 22}),
    )
    position = LineField(
        label="Jabatan", max_length=200, widget=forms.TextInput({"autocomplete": "organization-title"})
    )
    unit = LineField(label="Unit Organisasi", max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    city = LineField(label="Kota", help_text="Kabupaten atau kota tempat instansi Anda berada.", max_length=100)
    province = province_field()
    phone = NumberField(
        numbers.phone,
        label="Nomor Handphone",
        help_text="Nomor yang dapat dihubungi, misalnya 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "size": 20}),
    )

    @classmethod
    def stored(cls, application: Application) -> dict[str, Any]:
        """The registration's answers first, then what the registry and the institution know."""
        found, record = super().stored(application), application.record
        known = {"province": application.institution.province}
        if record is not None:
            more = {name: getattr(record, name) for name in ("employee_number", "position", "unit", "province")}
            known |= {name: value for name, value in more.items() if value}
        return {**found, **{name: value for name, value in known.items() if not found[name]}}

    def prepare(self) -> None:
        super().prepare()
        for name, value in (
            ("name", self.application.name),
            ("email", self.application.mailbox),
            ("institution", self.application.institution.name),
        ):
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        # Who has a NIP or NRP is an ASN or of the POLRI; everybody else is "Lainnya".
        answers["kind"] = (Application.Kind.ASN if answers.get("employee_number") else Application.Kind.OTHER).value
        return answers


# Whoever has no NIP has no employee's account to begin from.
OTHERS_APART = (
    "Bukan ASN, tetapi punya kontrak kerja? Pengajuan Anda lewat Diskominfo (pengelola TTE instansi): pilih “Lainnya”."
)


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
    province = province_field()

    def prepare(self) -> None:
        self.fields["institution"].initial = self.application.institution.name
        if terms.of(self.application).contract_apart:
            self.fields["kind"].help_text = OTHERS_APART
        if comparisons.is_as_recorded(self.application):
            self.fields["unit"].help_text = "Diisi dari data kepegawaian instansi. Ubah bila tidak sesuai."

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
