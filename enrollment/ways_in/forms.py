"""The forms for people whom nobody has invited: their data, their papers, their consent."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from enrollment import numbers
from enrollment.consents import Text
from enrollment.form_fields import LineField, NameField, NumberField, TitleField
from enrollment.models import Institution, Paper
from enrollment.ways_in import effort
from enrollment.ways_in.drafts import SCANS, Draft
from tte_portal.forms import PortalForm

FORMATS = "JPG, JPEG, PNG, WEBP, atau HEIC."
# The guide calls it "Spesimen Tanda Tangan"; what fits is said at the field.
PAPERS = {
    Paper.Kind.STATEMENT.value: "Surat Pernyataan yang sudah ditandatangani, dalam satu berkas PDF.",
    Paper.Kind.KTP.value: f"Hasil pindai atau foto KTP berwarna, seluruh kartu terlihat. {FORMATS}",
    Paper.Kind.SPECIMEN.value: f"Tanda tangan Anda di atas kertas putih polos. {FORMATS}",
    Paper.Kind.RECOMMENDATION.value: "Surat rekomendasi dari atasan, dalam satu berkas PDF.",
}
PICTURES = ".jpg,.jpeg,.png,.webp,.heic,.heif,image/jpeg,image/png,image/webp,image/heic,image/heif"
DOCUMENTS = ".pdf,application/pdf"


def employee_number() -> NumberField:
    return NumberField(
        numbers.employee_number, label="NIP / NRP", required=False,
        help_text="NIP 18 angka, atau NRP 8 angka. Kosongkan bila Anda bukan ASN atau anggota POLRI.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 22}),
    )  # fmt: skip


def line(label: str, **attributes: str) -> LineField:
    return LineField(label=label, max_length=150, widget=forms.TextInput({"autocomplete": "off", **attributes}))


class DinasForm(PortalForm):
    """A form that asks for the dinas mailbox: it has to lie in one of the institution's domains."""

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        endings = " atau ".join(f"@{domain}" for domain in institution.mailbox_domains)
        self.endings = endings or "@domain instansi"
        self.fields["mailbox"].help_text = f"Surel dinas Anda, yang berakhiran {self.endings}."

    def clean_mailbox(self) -> str:
        mailbox = str(self.cleaned_data["mailbox"]).strip().lower()
        if mailbox.rpartition("@")[2] not in self.institution.mailbox_domains:
            raise forms.ValidationError(
                f"Gunakan surel dinas yang berakhiran {self.endings}. Surel pribadi tidak dapat dipakai."
            )
        return mailbox


def mailbox() -> forms.EmailField:
    return forms.EmailField(
        label="Email",
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Alamat surel tidak lengkap. Contoh: nama@instansi.example"},
    )


class PersonForm(DinasForm):
    """Self-service, first page: who asks. The letter is filled in with it."""

    name = NameField(
        label="Nama", help_text="Seperti pada KTP, tanpa gelar.", max_length=150,
        widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false"}),
    )  # fmt: skip
    front_title = TitleField(
        label="Gelar Depan", help_text="Bila tidak ada, kosongkan atau isi “-”.", max_length=60, required=False,
        widget=forms.TextInput({"autocomplete": "honorific-prefix", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    back_title = TitleField(
        label="Gelar Belakang", help_text="Bila tidak ada, kosongkan atau isi “-”.", max_length=60, required=False,
        widget=forms.TextInput({"autocomplete": "honorific-suffix", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    employee_number = employee_number()
    position = line("Jabatan", autocomplete="organization-title")
    unit = line("Unit Kerja")
    mailbox = mailbox()


class QuestionField(forms.CharField):
    """Whether it may stay empty depends on the proof: :func:`enrollment.ways_in.effort.problem` decides."""

    def validate(self, value: Any) -> None:
        return


class SendingForm(PortalForm):
    """What every form has that is sent by a stranger: papers, consents, and the question for browsers without
    JavaScript. Papers are looked at by :meth:`enrollment.ways_in.hand_in.take_papers`."""

    def prepare(self, draft: Draft, papers: Sequence[str], consents: Sequence[Text]) -> None:
        self.draft, self.papers, self.consents, self.costs = draft, tuple(papers), tuple(consents), ""
        for kind in papers:
            self.fields[kind] = paper_field(kind, kept=kind in draft.papers)
        for text in consents:
            self.fields[f"consent-{text.kind}"] = forms.BooleanField(
                label=text.tick, error_messages={"required": f"Centang “{text.tick}” sebelum mengirim."}
            )
        self.fields["answer"] = QuestionField(
            label=effort.question(draft), max_length=30,
            help_text="Tulis hasilnya dengan angka. Ini menahan program otomatis.",
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": 6}),
        )  # fmt: skip

    def show_kept(self, kind: str, kept: bool = True) -> None:
        """Say at the field that this paper need not be chosen again, or that it has to be."""
        self.fields[kind] = paper_field(kind, kept=kept)

    def consent_rows(self) -> SafeString:
        return self._drawn(name for name in self.fields if name.startswith("consent-"))

    def sending_rows(self) -> SafeString:
        """The papers and the question."""
        return self._drawn([*self.papers, "answer"])

    def agreeing_rows(self) -> SafeString:
        """What stands under the texts: the ticks, then the question."""
        return self._drawn(name for name in self.fields if self._closes(name))

    def data_rows(self) -> SafeString:
        """Everything above the texts."""
        return self._drawn(name for name in self.fields if not self._closes(name))

    def _closes(self, name: str) -> bool:
        return name == "answer" or name.startswith("consent-")

    def has_consents(self) -> bool:
        return all(self.cleaned_data.get(f"consent-{text.kind}") for text in self.consents)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        self.costs = effort.problem(self.draft, self.data.get("proof", ""), answers.get("answer", ""))
        if self.costs:
            asks = self.costs in (effort.UNANSWERED, effort.WRONG)
            self.add_error("answer" if asks else None, self.costs)
        return answers


def paper_field(kind: str, *, kept: bool) -> forms.FileField:
    attributes: dict[str, Any] = {"accept": PICTURES if kind in SCANS else DOCUMENTS}
    hint = PAPERS[kind]
    if kept:
        attributes["data-kept"] = True
        hint = "✓ Berkas Anda sudah kami terima. Pilih lagi hanya bila ingin menggantinya."
    return forms.FileField(
        label=Paper.Kind(kind).label, required=False, allow_empty_file=True, help_text=hint,
        widget=forms.FileInput(attributes),
    )  # fmt: skip


class StatementForm(SendingForm):
    """Self-service, second page: the signed papers and the consents."""

    def __init__(self, *args: Any, draft: Draft, papers: Sequence[str], consents: Sequence[Text], **more: Any) -> None:
        super().__init__(*args, **more)
        self.prepare(draft, papers, consents)


class RegistrationForm(DinasForm, SendingForm):
    """The public form: data, papers and consents on one page."""

    ANSWERS = ("employee_number", "name", "position", "unit", "nik", "city", "mailbox", "phone")

    employee_number = employee_number()
    name = NameField(
        label="Nama", help_text="Seperti pada KTP, tanpa gelar.", max_length=150,
        widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false"}),
    )  # fmt: skip
    position = line("Jabatan", autocomplete="organization-title")
    unit = line("Unit Kerja")
    nik = NumberField(
        numbers.nik, label="NIK", help_text="16 angka, seperti pada KTP.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    city = line("Kab/Kota", autocomplete="address-level2")
    mailbox = mailbox()
    phone = NumberField(
        numbers.phone, label="Telp.", help_text="Nomor yang dapat dihubungi, misalnya 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "size": 20}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, institution: Institution, draft: Draft, papers: Sequence[str], consents: Sequence[Text],
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, institution=institution, **more)
        self.prepare(draft, papers, consents)
        # As the guide has it: the person's place first, then the papers, then the numbers and addresses.
        rest = [name for name in self.fields if name not in (*self.ANSWERS[:4], *papers)]
        self.order_fields([*self.ANSWERS[:4], *papers, *rest])

    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in self.ANSWERS}
