"""The forms of signing in: login name, password, authenticator, recovery codes."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.holders import accounts, recovery
from enrollment.models import Holder
from tte_portal.forms import PortalForm
from tte_portal.models import Account
from tte_portal.passwords import PasswordForm

NO_MATCH = (
    "Nama masuk, kata sandi, atau kode tidak cocok. Periksa ketiganya, lalu coba lagi dengan kode terbaru di aplikasi "
    "autentikator Anda."
)


class CodeField(forms.CharField):
    """What the authenticator shows, or (with ``recovery``) a recovery code; blanks in it are forgiven."""

    def __init__(self, *, recovery: bool = False, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "spellcheck": "false", "size": 18}
        if not recovery:
            attributes["inputmode"] = "numeric"
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attributes), **kwargs})

    def clean(self, value: Any) -> str:
        return "".join(str(super().clean(value)).split())


class SignInForm(PortalForm):
    """Whichever of the three is wrong, the answer and the count of failures are the same."""

    username = forms.CharField(
        label="Nama masuk", help_text="Surel dinas Anda, atau NIP / NRP Anda.", max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label="Kata sandi", strip=False, max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip
    code = CodeField(
        label="Kode autentikator", recovery=True,
        help_text="Kode OTP 6 angka di aplikasi autentikator Anda. Ponsel hilang? Isi satu kode pemulihan.",
    )  # fmt: skip

    account: Account
    device: TOTPDevice

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return answers
        given = {"username": accounts.login_of(answers["username"]), "password": answers["password"]}
        account = authenticate(self.request, **given)
        if account is None:
            raise forms.ValidationError(NO_MATCH)
        device = recovery.prove(account, answers["code"]) if self._is_holder(account) else None
        if device is None:
            # A wrong code counts like a wrong password, so neither can be guessed apart.
            user_login_failed.send(__name__, credentials={"username": account.get_username()}, request=self.request)
            raise forms.ValidationError(NO_MATCH)
        self.account, self.device = account, device
        return answers

    def _is_holder(self, account: Account) -> bool:
        return account.is_active and not account.is_staff and Holder.objects.filter(account=account).exists()


PROOF = "Kode OTP 6 angka di aplikasi autentikator Anda, atau satu kode pemulihan."


class ForgottenPasswordForm(PasswordForm):
    """A new password for an account that has its authenticator already."""

    code = CodeField(label="Kode autentikator", help_text=PROOF, recovery=True)


class ChangePasswordForm(PasswordForm):
    """A new password for somebody who is signed in."""

    present = forms.CharField(
        label="Kata sandi sekarang", strip=False, max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip

    field_order = ("present", "password", "repeated")

    def clean_present(self) -> str:
        if not self.account.check_password(self.cleaned_data["present"]):
            raise forms.ValidationError("Kata sandi sekarang tidak cocok.")
        return ""


class AuthenticatorForm(PortalForm):
    """The code that a new authenticator shows."""

    code = CodeField(label="Kode dari aplikasi autentikator", help_text="6 angka yang tampil setelah kode QR dipindai.")


class NewAuthenticatorForm(AuthenticatorForm):
    """Another authenticator in place of the present one."""

    present = CodeField(
        label="Kode dari autentikator lama", help_text="Ponsel lama hilang? Isi satu kode pemulihan.", recovery=True
    )

    field_order = ("code", "present")


class ProofForm(PortalForm):
    """The second factor once more, before something that weighs."""

    code = CodeField(label="Kode autentikator", help_text=PROOF, recovery=True)
