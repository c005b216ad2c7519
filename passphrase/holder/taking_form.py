"""What is asked before the key leaves: the passphrase, and a password of its own for the file, twice."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enrollment.models import Application
from passphrase import rule
from passphrase.forms import PassphraseField
from passphrase.score import score_of
from tte_portal.forms import PortalForm

SHORTEST, LONGEST = 14, 100
# Whoever copies the file guesses without anybody counting: of zxcvbn's marks only the best is good enough.
LEAST_SCORE = 4
OTHER_LETTERS = "Pakai huruf A–Z, angka, spasi, dan tanda biasa saja. Tanda lain sering gagal dibuka di program lain."
GUESSABLE = "Kata sandi ini mudah ditebak. Pakai beberapa kata yang tidak berhubungan, misalnya empat kata acak."
SAME = "Kata sandi berkas harus lain dari passphrase, karena berkasnya keluar dari portal ini."


class PasswordField(forms.CharField):
    """A password for a file: as typed, blanks and all."""

    def __init__(self, label: str, **more: Any) -> None:
        attributes = {"autocomplete": "new-password", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(label=label, strip=False, max_length=LONGEST, widget=forms.PasswordInput(attributes), **more)
        # The sentence about the length says it; a box that stops taking letters unseen would cut the password.
        self.widget.attrs.pop("maxlength", None)


class TakeKeyForm(PortalForm):
    """For the file with the key."""

    passphrase = PassphraseField("Passphrase Anda sekarang", "current-password")
    password = PasswordField(
        "Kata sandi baru untuk berkas ini",
        help_text=f"Paling sedikit {SHORTEST} karakter, lain dari passphrase; empat kata acak mudah diingat. Tanpa "
        "kata sandi ini berkas tidak dapat dibuka, dan kami tidak menyimpannya.",
    )  # fmt: skip
    repeated = PasswordField("Ulangi kata sandi berkas")

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if len(password) < SHORTEST:
            raise ValidationError(f"Kata sandi berkas minimal {SHORTEST} karakter.")
        if not (password.isascii() and password.isprintable()):
            raise ValidationError(OTHER_LETTERS)
        if password == rule.composed(self.data.get(self.add_prefix("passphrase"), "")):
            raise ValidationError(SAME)
        if score_of(password, self.application) < LEAST_SCORE:
            raise ValidationError(GUESSABLE)
        return password

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        # As typed, for a password that was refused above is not among the cleaned ones.
        if repeated != self.data.get(self.add_prefix("password"), ""):
            raise ValidationError("Kedua kata sandi tidak sama. Ketik ulang keduanya.")
        return repeated
