"""What the forms of the wizard's steps have in common: the draft they show and write, the phone they have proven."""

from typing import Any

from django import forms

from enrollment import numbers, terms
from enrollment.models import Application
from enrollment.provinces import PROVINCES
from enrollment.wizard import phone_codes
from tte_portal.forms import PortalForm


class StepForm(PortalForm):
    """A form over some fields of the application: shows the draft, writes what is valid back."""

    writes: tuple[str, ...] = ()

    @classmethod
    def shown(cls, application: Application, slug: str) -> "StepForm":
        """The form as the person left it: the raw draft of this step first, else what is stored."""
        left: dict[str, Any] = application.draft.get(slug, {})
        return cls(application=application, initial={**cls.stored(application), **left})

    @classmethod
    def stored(cls, application: Application) -> dict[str, Any]:
        """What is known already, field by field."""
        return {name: getattr(application, name) for name in cls.writes}

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


class PhoneForm(StepForm):
    """A step with the person's phone number; where the procedure asks for it, proven by a code."""

    number = ""
    asks_proof = False

    def prepare(self) -> None:
        self.asks_proof = terms.of(self.application).wizard.proves_phone
        if self.asks_proof:
            self._ask_proof()

    def is_proven(self) -> bool:
        """Whether the number that the form holds is the one that was proven."""
        if self.application.phone_proven_at is None:
            return False
        try:
            return numbers.phone(str(self["phone"].value())) == self.application.phone
        except numbers.Malformed:
            return False

    def _ask_proof(self) -> None:
        phone = self.fields["phone"]
        if self.is_proven():
            phone.help_text = "Nomor terverifikasi. Bila Anda menggantinya, nomor baru perlu dibuktikan lagi."
            return
        sent = bool(self.application.phone) and phone_codes.was_sent(self.application)
        phone.help_text = "Nomor WhatsApp Anda. Kode 6 angka dikirim ke sana untuk membuktikan nomor ini milik Anda."
        again = "Kirim ulang" if sent else "Kirim Kode OTP"
        buttons = {"phone": ("send-code", again)}
        if sent:
            self.fields["code"] = code_field()
            buttons["code"] = ("verify-code", "Verifikasi OTP")
        self.field_buttons = {**self.field_buttons, **buttons}

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        self.number = answers.get("phone", "")
        # Judged where it is used; what is wrong with it is said there.
        self.errors.pop("code", None)
        if self.asks_proof and self.number and not self.is_proven():
            self.add_error(
                "phone",
                "Nomor ini belum terverifikasi. Tekan “Kirim Kode OTP”, isi kodenya, lalu tekan “Verifikasi OTP”.",
            )
        return answers

    def has_code(self) -> bool:
        """Whether a code was typed for a number that is still to be proven."""
        return self.asks_proof and bool(self.data.get("code")) and not self.is_proven()

    def ask_again(self) -> None:
        """Draw the buttons for what stands now: a code may just have been sent."""
        if self.asks_proof:
            self._ask_proof()

    def say(self, field: str, sentence: str) -> None:
        """One sentence at one field instead of all others: only this was asked now."""
        self.errors.clear()
        self.add_error(field if field in self.fields else "phone", sentence)


def code_field() -> forms.CharField:
    return forms.CharField(
        label="Kode OTP", max_length=20,
        help_text="6 angka dari pesan WhatsApp. Berlaku 5 menit.",
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "size": 8}
        ),
    )  # fmt: skip


def province_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Provinsi",
        help_text="Provinsi tempat instansi Anda berada.",
        choices=[("", "Pilih provinsi"), *((name, name) for name in PROVINCES)],
    )
