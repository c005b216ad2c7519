"""The form with which a new officer sets a password and an authenticator."""

from django import forms

from tte_portal.passwords import PasswordForm


class ActivationForm(PasswordForm):
    code = forms.CharField(
        label="Kode dari aplikasi autentikator", help_text="6 angka yang tampil setelah kode QR dipindai.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())
