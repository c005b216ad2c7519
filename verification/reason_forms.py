"""The form of an institution's ready-made reasons: a box for each list, one reason on each line."""

from typing import Any

from django import forms

from enrollment.models import Institution, Paper
from enrollment.wizard import steps
from tte_portal.forms import PortalForm
from verification import reasons
from verification.reasons import Kind, Lists

WHOLE = "semua"


def fields_of(kind: Kind) -> dict[str, str]:
    """What reasons of this kind are about: field → label."""
    if kind != Kind.CORRECTION:
        return {"": "Alasan"}
    asked = [field for step in steps.STEPS.values() for field, _ in step.fields]
    papers = dict(Paper.Kind.choices)
    return {field: papers.get(field) or steps.label_of(field) for field in (*asked, *reasons.CORRECTIONS)}


class LinesField(forms.CharField):
    """Reasons, one on each line; twice the same counts once."""

    def to_python(self, value: Any) -> Any:
        lines = (reasons.clean(line) for line in str(value or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def validate(self, value: Any) -> None:
        if len(value) > reasons.MOST:
            raise forms.ValidationError(f"Paling banyak {reasons.MOST} alasan untuk satu isian.")
        if any(len(line) > reasons.LONGEST for line in value):
            raise forms.ValidationError(f"Satu alasan paling panjang {reasons.LONGEST} huruf.")

    def run_validators(self, value: Any) -> None:
        """Lines are judged one by one above."""


class ReasonsForm(PortalForm):
    """The lists of one kind, as they are offered now."""

    def __init__(self, *args: Any, institution: Institution, kind: Kind, **kwargs: Any) -> None:
        offered = reasons.offered(institution, kind)
        super().__init__(*args, **kwargs)
        for field, label in fields_of(kind).items():
            texts = offered.get(field, ())
            widget = forms.Textarea({"rows": max(3, len(texts) + 1)})
            self.fields[field or WHOLE] = LinesField(
                label=label, required=False, initial="\n".join(texts), widget=widget
            )

    def lists(self) -> Lists:
        """Field → reasons, without the empty lists."""
        return {("" if name == WHOLE else name): texts for name, texts in self.cleaned_data.items() if texts}

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean()
        if not self.errors and not self.lists():
            raise forms.ValidationError("Tulis paling sedikit satu alasan, atau pakai daftar bawaan lagi.")
        return answers
