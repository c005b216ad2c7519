"""The form of an institution's looks: colour, logo, sender, prefix."""

import base64
from typing import Any

from django import forms
from django.core import signing

from enrollment import colours, logos
from enrollment.form_fields import LineField
from enrollment.models import Institution
from tte_portal.forms import PortalForm
from verification.institution_actions import Looks

SALT = "institution.logo"
KEPT_SECONDS = 24 * 3600


class BrandingForm(PortalForm):
    """What is typed, looked at before it is saved. A logo chosen for the preview travels along, signed."""

    colour = forms.CharField(
        label="Warna", required=False, max_length=30, widget=forms.TextInput({"size": 9, "spellcheck": "false"}),
        help_text="Misalnya #0b5cab. Tulisan putih harus terbaca di atasnya. Kosong: warna portal.",
    )  # fmt: skip
    logo = forms.FileField(
        label="Logo", required=False, allow_empty_file=True, max_length=200,
        help_text="PNG, JPG, atau WEBP. Diperkecil dan disimpan di atas latar putih.",
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    no_logo = forms.BooleanField(label="Hapus logo", required=False)
    mail_sender = LineField(
        label="Nama pengirim surel", required=False, max_length=100,
        help_text="Misalnya Diskominfo Kota Contoh. Alamatnya tetap alamat portal.",
    )  # fmt: skip
    subject_prefix = LineField(
        label="Awalan subjek surel", required=False, max_length=20, widget=forms.TextInput({"size": 20}),
        help_text="Misalnya [TTE]. Kosong: awalan portal.",
    )  # fmt: skip
    kept_logo = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, institution: Institution, now: Looks) -> None:
        initial = {name: getattr(now, name) for name in ("colour", "mail_sender", "subject_prefix")}
        # What was sent cannot be written to; the chosen logo joins a copy of it.
        self.typed: Any = data.copy() if data is not None else {}
        super().__init__(None if data is None else self.typed, files, initial=initial)
        self.salt, self.now = f"{SALT}.{institution.pk}", now

    def clean_colour(self) -> str:
        typed = self.cleaned_data["colour"].strip()
        try:
            return colours.read(typed) if typed else ""
        except colours.Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit

    def clean_logo(self) -> bytes | None:
        chosen = self.cleaned_data["logo"]
        if chosen is None:
            return None
        try:
            return logos.take(chosen.read())
        except logos.Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit

    def clean_mail_sender(self) -> str:
        name: str = self.cleaned_data["mail_sender"]
        if any(sign in name for sign in "@<>"):
            raise forms.ValidationError("Tulis nama saja, tanpa alamat surel dan tanpa tanda @ < >.")
        return name

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("logo"):
            told = base64.b64encode(answers["logo"]).decode()
            self.typed["kept_logo"] = signing.dumps(told, salt=self.salt)
        return answers

    def looks(self) -> Looks:
        """What was typed, and the logo: the one chosen now, else the one of the preview, else the present one."""
        answers = self.cleaned_data
        logo = answers.get("logo") or self._kept() or self.now.logo
        return Looks(
            answers["colour"], b"" if answers["no_logo"] else logo, answers["mail_sender"], answers["subject_prefix"]
        )

    def _kept(self) -> bytes:
        try:
            told = signing.loads(self.cleaned_data.get("kept_logo") or "", salt=self.salt, max_age=KEPT_SECONDS)
        except signing.BadSignature:
            return b""
        return base64.b64decode(told)
