"""The officers' sign-in: login name, password and code in one form, with one answer to all faults."""

from typing import Any

import django_otp
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed


class SignInForm(AdminAuthenticationForm):
    """Whichever of the three is wrong, the answer and the count of failures are the same."""

    code = forms.CharField(
        label="Kode autentikator",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": "Kode autentikator belum diisi."},
    )
    error_messages = {
        "invalid_login": "Nama masuk, kata sandi, atau kode tidak cocok. Periksa ketiganya, lalu coba lagi dengan kode "
        "terbaru di aplikasi autentikator Anda. Sesudah beberapa kali keliru, tunggu kira-kira satu menit.",
    }
    required_css_class = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Nama masuk"
        self.fields["username"].error_messages["required"] = "Nama masuk belum diisi."
        self.fields["password"].label = "Kata sandi"
        self.fields["password"].error_messages["required"] = "Kata sandi belum diisi."
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Called once the password is known to be right. Raises ``ValidationError``.

        A wrong code counts as a failed sign-in like a wrong password, so neither can be guessed apart.
        """
        device = django_otp.match_token(user, self.cleaned_data.get("code", "")) if self._may_try(user) else None
        if device is None:
            user_login_failed.send(__name__, credentials={"username": user.get_username()}, request=self.request)
            raise self.get_invalid_login_error()
        user.otp_device = device  # type: ignore[attr-defined]

    def _may_try(self, user: AbstractBaseUser) -> bool:
        return bool(user.is_active and getattr(user, "is_staff", False) and self.cleaned_data.get("code"))
