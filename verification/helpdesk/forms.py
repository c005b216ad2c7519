"""The help desk's forms: what to look for, what to change and why, why to look, what to write down."""

from typing import Any

from django import forms
from django.core.validators import validate_email

from enrollment import numbers
from tte_portal.forms import PortalForm
from verification import reasons
from verification.helpdesk import looks
from verification.helpdesk.acts import CORRECTABLE
from verification.helpdesk.models import ChangeRequest

Kind = ChangeRequest.Kind


class Words(forms.CharField):
    """Free words for colleagues: one paragraph without control characters, of a bearable length."""

    def __init__(self, *, rows: int = 2, longest: int = reasons.LONGEST, **kwargs: Any) -> None:
        self.longest = longest
        widget = forms.Textarea({"rows": rows, "maxlength": longest})
        super().__init__(widget=widget, max_length=longest, **kwargs)
        self.error_messages["max_length"] = f"Paling panjang {longest} huruf."

    def to_python(self, value: Any) -> str:
        return reasons.clean(super().to_python(value) or "")


class SearchForm(PortalForm):
    """One box for everything that may be known of a person."""

    q = forms.CharField(
        label="Cari orang",
        help_text="NIK, NIP / NRP, surel dinas, nomor telepon, nomor tanda terima, atau nama mulai dari nama depan.",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Tulis nomor, surel, atau nama yang dicari."},
    )


class ChangeForm(PortalForm):
    """What is to be changed, why, and what was seen that proves it. ``kind`` decides which box there is."""

    mailbox = forms.CharField(
        label="Surel dinas baru", max_length=254, widget=forms.EmailInput({"autocomplete": "off"}),
        help_text="Tautan baru dikirim ke alamat ini setelah petugas kedua menyetujui.",
    )  # fmt: skip
    phone = forms.CharField(
        label="Nomor telepon baru", max_length=30,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text="Nomor lama dianggap tidak terbukti lagi; nomor baru dibuktikan orangnya sendiri.",
    )  # fmt: skip
    reason = Words(label="Mengapa perlu diubah")
    evidence = Words(
        label="Bukti yang sudah Anda periksa",
        help_text="Misalnya: datang sendiri dan menunjukkan KTP; surat OPD nomor 12/2026. Petugas kedua membaca ini.",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for other in (Kind.MAILBOX.value, Kind.PHONE.value):
            if other != kind:
                del self.fields[other]

    def clean_mailbox(self) -> str:
        typed = str(self.cleaned_data["mailbox"]).strip().lower()
        try:
            validate_email(typed)
        except forms.ValidationError as error:
            raise forms.ValidationError("Alamat surel ini tidak lengkap. Contoh: nama@instansi.go.id.") from error
        return typed

    def clean_phone(self) -> str:
        try:
            return numbers.phone(str(self.cleaned_data["phone"]))
        except numbers.Malformed as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def new(self) -> str:
        return str(self.cleaned_data.get(self.kind, ""))


class LookForm(PortalForm):
    """Why somebody looks at what is personal: a short choice, and words of one's own."""

    reason = forms.ChoiceField(label="Mengapa Anda perlu melihatnya?", choices=looks.REASONS, widget=forms.RadioSelect)
    words = Words(
        label="Keterangan", help_text="Misalnya nomor tiket atau siapa yang menelepon. Tersimpan di jejak audit.",
    )  # fmt: skip


class ReasonForm(PortalForm):
    """Why something is done or refused."""

    reason = Words(label="Alasan")


class NoteForm(PortalForm):
    text = Words(
        label="Catatan baru", rows=3, longest=1000,
        help_text="Untuk sesama petugas. Jangan tulis NIK, nomor telepon, atau kata sandi di sini.",
    )  # fmt: skip


class CorrectForm(PortalForm):
    """Typing errors in a draft that the person asks to have put right."""

    name = forms.CharField(label=CORRECTABLE["name"], max_length=200)
    unit = forms.CharField(label=CORRECTABLE["unit"], max_length=200, required=False)
    position = forms.CharField(label=CORRECTABLE["position"], max_length=200, required=False)
    reason = Words(label="Mengapa diperbaiki petugas")

    def answers(self) -> dict[str, str]:
        return {field: reasons.clean(str(self.cleaned_data[field])) for field in CORRECTABLE}
