"""Why a change of a profile is refused, in the words the person reads."""

from typing import Any

from django import forms

from verification import reasons
from verification.forms import ReasonField

READY = (
    "Berkas tidak terbaca jelas. Pindai ulang dengan terang dan tegak, lalu kirim lagi.",
    "Isian tidak sama dengan berkas pendukung. Periksa kembali, lalu kirim lagi.",
    "Berkas ini bukan berkas yang diminta. Kirim berkas yang benar.",
    "Surat rekomendasi belum ditandatangani atasan Anda.",
)


class RefusalForm(forms.Form):
    """A ready-made reason, free words, or both."""

    prefix = "reject"

    ready = forms.ChoiceField(
        label="Alasan", required=False, widget=forms.RadioSelect,
        choices=[*((text, text) for text in READY), ("", "Alasan lain, ditulis di bawah ini")],
    )  # fmt: skip
    free = ReasonField(label="Kata-kata sendiri")

    def reason(self) -> str:
        return " ".join(filter(None, (self.cleaned_data.get("ready"), self.cleaned_data.get("free"))))

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.reason():
            raise forms.ValidationError("Pilih atau tulis alasan penolakan.")
        if len(self.reason()) > reasons.LONGEST:
            self.add_error("free", f"Alasan seluruhnya paling panjang {reasons.LONGEST} huruf.")
        return answers
