"""The form with which a new officer sets a password and an authenticator."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from tte_portal.forms import PortalForm
from tte_portal.models import Account


class ActivationForm(PortalForm):
    password = forms.CharField(
        label="Kata sandi", strip=False,
        help_text="Paling sedikit 12 huruf atau angka. Beberapa kata yang tidak berhubungan lebih mudah diingat.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    repeated = forms.CharField(
        label="Ulangi kata sandi", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    code = forms.CharField(
        label="Kode dari aplikasi autentikator", help_text="6 angka yang tampil setelah kode QR dipindai.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8}),
    )  # fmt: skip

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.account)
        return password

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = answers.get("password"), answers.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", "Kedua kata sandi tidak sama.")
        return answers
