"""What to put into an export, beside the institution, OPD and period that every report asks for."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from enrollment.models import Status
from tte_portal.forms import PortalForm
from verification.exports.models import Export

STORED = [each for each in Status if each != Status.NOT_REGISTERED]
CHOICES = [("", "Semua status"), *((each.value, str(each.label).capitalize()) for each in STORED)]


class ExportForm(PortalForm):
    status = forms.ChoiceField(label="Status pengajuan", required=False, choices=CHOICES)
    bentuk = forms.ChoiceField(
        label="Bentuk berkas", widget=forms.RadioSelect, initial=Export.Form.XLSX,
        choices=[
            (Export.Form.XLSX, "XLSX — Dibuka langsung dengan Excel"),
            (Export.Form.CSV, "CSV — Untuk data besar, atau untuk diolah program lain"),
        ],
    )  # fmt: skip
    nomor = forms.BooleanField(label="Sertakan NIK, NIP, dan nomor telepon", required=False)
    alasan = forms.CharField(
        label="Untuk apa nomor itu diperlukan?", required=False, max_length=300,
        help_text="Tercatat dalam jejak audit bersama nama Anda dan jumlah orangnya.",
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    shown_when: ClassVar[Mapping[str, tuple[str, str]]] = {"alasan": ("nomor", "on")}

    def __init__(self, data: Mapping[str, Any] | None, *, with_numbers: bool) -> None:
        super().__init__(data)
        if not with_numbers:
            del self.fields["nomor"], self.fields["alasan"]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("nomor") and len(answers.get("alasan", "").split()) < 2:
            self.add_error("alasan", ValidationError("Tulis alasannya, misalnya: pencocokan dengan data kepegawaian."))
        return answers
