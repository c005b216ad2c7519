"""Passwords of accounts: how one is chosen, and what it must withstand besides its length."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tte_portal.forms import PortalForm
from tte_portal.models import Account

# zxcvbn's scale: 3 withstands 10^8 guesses, 4 withstands 10^10.
LEAST_SCORE = 3
# zxcvbn takes time with the square of the length, and what is longer is not weaker.
LOOKED_AT = 72


class GuessableValidator:
    """Refuses what somebody who knows how people choose guesses quickly: repetitions, rows of keys, names, dates."""

    def validate(self, password: str, user: Any = None) -> None:
        # Its lists of words take a tenth of a second to read: only where a password is chosen.
        from zxcvbn import zxcvbn

        known = [str(part) for part in (getattr(user, "login", ""), getattr(user, "name", "")) if part]
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < LEAST_SCORE:
            raise ValidationError(
                "Kata sandi ini mudah ditebak. Gunakan beberapa kata yang tidak berhubungan.", code="guessable"
            )

    def get_help_text(self) -> str:
        return "Beberapa kata yang tidak berhubungan mudah diingat dan sulit ditebak."


class PasswordForm(PortalForm):
    """A new password, typed twice."""

    password = forms.CharField(
        label="Kata sandi baru", strip=False, max_length=1000,
        help_text="Paling sedikit 12 huruf atau angka. Beberapa kata yang tidak berhubungan lebih mudah diingat.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    repeated = forms.CharField(
        label="Ulangi kata sandi baru", strip=False, max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = answers.get("password"), answers.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", "Kedua kata sandi tidak sama.")
        return answers
