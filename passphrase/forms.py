"""The passphrase page's forms. What is typed into them is never shown again, not even after a mistake."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enrollment import terms
from enrollment.models import Application
from passphrase import agreement, rule
from passphrase.score import score_of
from tte_portal.forms import PortalForm

AGREE = "Setujui perjanjian pemilik sertifikat elektronik untuk melanjutkan."


class PassphraseField(forms.CharField):
    """A passphrase: blanks kept as typed, Unicode composed."""

    def __init__(self, label: str, autocomplete: str, **more: Any) -> None:
        attributes = {"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        widget = forms.PasswordInput(attributes)
        too_long = {"max_length": f"Passphrase maksimal {rule.LONGEST} karakter."}
        super().__init__(
            label=label, strip=False, widget=widget, max_length=rule.LONGEST, error_messages=too_long, **more
        )
        # The sentence about the length says it; a box that stops taking letters unseen would cut the passphrase.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        return rule.composed(super().to_python(value) or "")


class NewPassphraseForm(PortalForm):
    """A new passphrase, twice, by the rule of the application's procedure."""

    passphrase = PassphraseField("Passphrase", "new-password")
    confirmation = PassphraseField("Konfirmasi Passphrase", "new-password")

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.rule = terms.of(application).passphrase
        self.score: int | None = None

    def clean_passphrase(self) -> str:
        passphrase: str = self.cleaned_data["passphrase"]
        if self.rule.shows_score:
            self.score = score_of(passphrase, self.application)
        if found := list(rule.faults(passphrase, self.rule, self.application)):
            raise ValidationError(found)
        return passphrase

    def clean_confirmation(self) -> str:
        confirmation: str = self.cleaned_data["confirmation"]
        # As typed, for a passphrase that was refused above is not among the cleaned ones.
        if confirmation != rule.composed(self.data.get(self.add_prefix("passphrase"), "")):
            raise ValidationError("Konfirmasi tidak sama dengan passphrase. Ketik ulang keduanya.")
        return confirmation


class SetPassphraseForm(NewPassphraseForm):
    """The first passphrase of a key, and the agreement under which the certificate is issued."""

    agreement = forms.BooleanField(error_messages={"required": AGREE})

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(application, *args, **kwargs)
        if self.rule.agreement_by == "page":
            # It was given on its own page.
            del self.fields["agreement"]
            return
        self.fields["agreement"].label = self.rule.agreement_label
        self.too_early = agreement.fault(application) if self.is_bound and agreement.must_be_opened(self.rule) else ""
        if self.too_early:
            self.fields["agreement"].error_messages["required"] = self.too_early

    def clean_agreement(self) -> bool:
        if self.too_early:
            raise ValidationError(self.too_early)
        return True


class ChangePassphraseForm(NewPassphraseForm):
    """The passphrase that holds now, and the one that is to hold from now on."""

    current = PassphraseField("Passphrase sekarang", "current-password")
    passphrase = PassphraseField("Passphrase baru", "new-password")
    confirmation = PassphraseField("Konfirmasi passphrase baru", "new-password")
    field_order = ("current", "passphrase", "confirmation")

    def clean_passphrase(self) -> str:
        passphrase = super().clean_passphrase()
        if passphrase == self.cleaned_data.get("current"):
            raise ValidationError("Passphrase baru sama dengan passphrase sekarang. Buat yang lain.")
        return passphrase


class TryPassphraseForm(PortalForm):
    """The passphrase once, to see whether one still knows it."""

    passphrase = PassphraseField("Passphrase", "current-password")
