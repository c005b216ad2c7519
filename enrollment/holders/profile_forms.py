"""The forms of a holder's profile: one item at a time, and the page that proves the dinas mailbox."""

from typing import Any

from django import forms

from enrollment import numbers
from enrollment.consents import Text
from enrollment.form_fields import NumberField
from enrollment.holders import changes, mailbox, papers
from enrollment.models import Holder, Paper
from tte_portal.forms import PortalForm

HINTS = {
    "ktp": "Hasil pindai atau foto KTP asli yang berwarna. JPG, JPEG, PNG, WEBP, atau HEIC.",
    "signature-specimen": "Tanda tangan Anda di atas kertas putih polos. JPG, JPEG, PNG, WEBP, atau HEIC.",
    "recommendation-letter": "Surat rekomendasi yang sudah ditandatangani atasan Anda, PDF.",
    "statement-letter": "Surat pernyataan yang sudah Anda tanda tangani, PDF.",
}


def consent_field(text: Text) -> forms.BooleanField:
    """The tick under one text; the browser itself asks for it, for what arrives without it may not be kept."""
    return forms.BooleanField(
        label=text.tick, widget=forms.CheckboxInput({"required": True}),
        error_messages={"required": f"Centang “{text.tick}” sebelum data dikirim."},
    )  # fmt: skip


class ItemForm(PortalForm):
    """One item of "Status Validitas Data"; with the consents that stand before a first upload."""

    def __init__(self, *args: Any, holder: Holder, consents: list[Text], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder, self.consents = holder, consents
        self.fields.update({f"consent-{text.kind}": consent_field(text) for text in consents})


class NikForm(ItemForm):
    value = NumberField(
        numbers.nik, label="NIK", help_text="16 angka pada KTP Anda.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": 20}),
    )  # fmt: skip
    evidence = forms.FileField(
        label="File Scan KTP", help_text=f"{HINTS['ktp']} Petugas mencocokkan NIK dengannya.",
        required=False, allow_empty_file=True, widget=forms.FileInput({"accept": "image/*"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if papers.newest(self.holder, Paper.Kind.KTP.value):
            del self.fields["evidence"]
        else:
            self.fields["evidence"].required = True
            self.fields["evidence"].error_messages["required"] = "Pilih File Scan KTP terlebih dahulu."


def mailbox_of(text: str, domains: list[str]) -> str:
    """A mailbox of one of these domains; raises ``ValidationError``."""
    found = text.strip().lower()
    if found.rpartition("@")[2] not in domains:
        allowed = " atau ".join(f"@{each}" for each in domains)
        raise forms.ValidationError(f"Surel dinas Anda harus berakhiran {allowed}.")
    return found


class MailboxForm(ItemForm):
    value = forms.EmailField(
        label="Email", widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Alamat surel tidak lengkap."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = " atau ".join(f"@{each}" for each in self.holder.institution.mailbox_domains)
        self.fields["value"].help_text = f"Surel dinas Anda, berakhiran {ends}."

    def clean_value(self) -> str:
        return mailbox_of(str(self.cleaned_data["value"]), self.holder.institution.mailbox_domains)


class PaperForm(ItemForm):
    """An upload, checked when it is kept."""

    value = forms.FileField(allow_empty_file=True, widget=forms.FileInput())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.label, field.help_text = changes.label_of(kind), HINTS[kind]
        field.error_messages["required"] = f"Pilih {field.label} terlebih dahulu."
        field.widget.attrs["accept"] = "image/*" if kind in papers.SCANS else "application/pdf"


def form_for(field: str, holder: Holder, consents: list[Text], *data: Any, **more: Any) -> ItemForm:
    if field in changes.KINDS:
        return PaperForm(*data, holder=holder, consents=consents, kind=field)
    form = NikForm if field == "nik" else MailboxForm
    return form(*data, holder=holder, consents=consents, **more)


TEL = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "size": 20}


class ContactForm(PortalForm):
    """How the person is reached; the dinas mailbox of it is then proven by mail."""

    phone = NumberField(
        numbers.phone, label="Nomor Telepon", help_text="Misalnya 0812 3456 7890.", widget=forms.TextInput(TEL)
    )
    whatsapp = NumberField(
        numbers.phone, label="Nomor Handphone (WhatsApp)", widget=forms.TextInput(TEL),
        help_text="Nomor yang terdaftar di WhatsApp: kode dan tautan dikirim ke sana.",
    )  # fmt: skip
    mailbox = forms.EmailField(
        label="Email Dinas", widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Alamat surel tidak lengkap."},
    )  # fmt: skip
    private_mailbox = forms.EmailField(
        label="Email Pribadi", help_text="Surel Anda sendiri; hanya untuk menghubungi Anda, bukan untuk tautan.",
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Alamat surel tidak lengkap."},
    )  # fmt: skip

    def __init__(self, *args: Any, holder: Holder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.employment = holder.record.employment if holder.record else ""
        self.domains = mailbox.domains_for(holder.institution, self.employment)
        ends = " atau ".join(f"@{each}" for each in self.domains)
        whose = f" untuk {self.employment}" if self.employment else ""
        self.fields["mailbox"].help_text = f"Surel dinas{whose} berakhiran {ends}."

    def clean_mailbox(self) -> str:
        found = mailbox_of(str(self.cleaned_data["mailbox"]), self.domains)
        record = self.holder.record
        if record and record.mailbox.lower() != found:
            raise forms.ValidationError(
                "Surel dinas yang tercatat untuk Anda di data kepegawaian bukan ini. Isi alamat yang tercatat, atau "
                "minta bagian kepegawaian memperbaruinya lebih dulu."
            )
        return found

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("mailbox") and answers.get("mailbox") == answers.get("private_mailbox"):
            self.add_error("private_mailbox", "Isi surel pribadi, bukan surel dinas.")
        return answers
