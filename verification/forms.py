"""The officers' forms: what to put right and why, why to reject, which list to import."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from enrollment.models import Application
from enrollment.wizard import steps
from verification import reasons


def correctable(application: Application) -> list[tuple[str, str]]:
    """(field, label) of what the applicant can put right in this procedure."""
    return steps.correctable(application)


class ReasonField(forms.CharField):
    """Free words to the applicant: one line, at most 500 characters, no control characters."""

    def __init__(self, **kwargs: Any) -> None:
        too_long = f"Alasan paling panjang {reasons.LONGEST} huruf."
        widget = forms.Textarea({"rows": 2, "maxlength": reasons.LONGEST})
        super().__init__(required=False, widget=widget, error_messages={"max_length": too_long}, **kwargs)

    def to_python(self, value: Any) -> str:
        return reasons.clean(super().to_python(value) or "")


class CorrectionForm(forms.Form):
    """For each field a ready-made reason, free words, or both; a field without either is left as it is."""

    prefix = "correct"

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.labels = dict(correctable(application))
        offered = reasons.offered(application.institution, reasons.Kind.CORRECTION)
        for field, label in self.labels.items():
            ready = [("", "Tidak perlu diperbaiki"), *((text, text) for text in offered.get(field, ()))]
            self.fields[f"{field}_ready"] = forms.ChoiceField(
                label=f"Alasan untuk {label}", choices=ready, required=False
            )
            self.fields[f"{field}_free"] = ReasonField(label=f"Kata-kata sendiri untuk {label}")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Label, present answer and the two controls of each field."""
        for field, label in self.labels.items():
            shown = steps.shown_value(self.application, field)
            ready, free = self[f"{field}_ready"], self[f"{field}_free"]
            # Folded away until chosen: a procedure may ask for a dozen things.
            chosen = self.is_bound and bool(ready.value() or free.value() or free.errors)
            yield {"label": label, "value": shown, "ready": ready, "free": free, "open": chosen}

    def reasons(self) -> dict[str, str]:
        """Field → the words the applicant reads."""
        chosen = {f: (self.cleaned_data.get(f"{f}_ready"), self.cleaned_data.get(f"{f}_free")) for f in self.labels}
        return {field: " ".join(filter(None, parts)) for field, parts in chosen.items() if any(parts)}

    def told(self) -> list[tuple[str, str]]:
        """(label, words) as the applicant reads them."""
        return [(self.labels[field], text) for field, text in self.reasons().items()]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        found = self.reasons()
        if not self.errors and not found:
            raise forms.ValidationError("Pilih atau tulis alasan untuk paling sedikit satu isian.")
        for field, text in found.items():
            if len(text) > reasons.LONGEST:
                self.add_error(f"{field}_free", f"Alasan seluruhnya paling panjang {reasons.LONGEST} huruf.")
        return answers


class RejectionForm(forms.Form):
    """A ready-made reason, free words, or both."""

    prefix = "reject"

    free = ReasonField(label="Kata-kata sendiri")

    def __init__(self, *args: Any, ready: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [*((text, text) for text in ready), ("", "Alasan lain, ditulis di bawah ini")]
        self.fields["ready"] = forms.ChoiceField(
            label="Alasan", required=False, widget=forms.RadioSelect, choices=chosen
        )
        self.order_fields(["ready", "free"])

    def reason(self) -> str:
        return " ".join(filter(None, (self.cleaned_data.get("ready"), self.cleaned_data.get("free"))))

    def told(self) -> list[tuple[str, str]]:
        return [("", self.reason())]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.reason():
            raise forms.ValidationError("Pilih atau tulis alasan penolakan.")
        if len(self.reason()) > reasons.LONGEST:
            self.add_error("free", f"Alasan seluruhnya paling panjang {reasons.LONGEST} huruf.")
        return answers
