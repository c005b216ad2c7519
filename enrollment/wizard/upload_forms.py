"""The form of a step that takes a file, and the consents that stand before the first one."""

from collections.abc import Sequence
from typing import Any

from django import forms

from enrollment.consents import Text
from enrollment.wizard import uploads
from enrollment.wizard.uploads import Upload
from tte_portal.forms import PortalForm


def consent_field(text: Text) -> forms.BooleanField:
    """The tick under one text."""
    missing = f"Centang “{text.tick}” sebelum berkas dikirim."
    return forms.BooleanField(
        label=text.tick,
        # The browser itself asks for the tick, in these words: a file that comes without it may not be kept, and would
        # be lost.
        widget=forms.CheckboxInput({"required": True, "data-missing": missing}),
        error_messages={"required": missing},
    )


class PhotoForm(PortalForm):
    """From the camera or from a file, and the consents that must stand before the first upload."""

    photo = forms.FileField(
        label="Ambil foto", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/*", "capture": "user"}),
    )  # fmt: skip
    photo_any = forms.FileField(
        label="Pilih dari galeri atau berkas", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/*"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, has_photo: bool, consents: Sequence[Text], upload: Upload = uploads.SELFIE,
        anew: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.has_photo, self.consents, self.upload, self.anew = has_photo, consents, upload, anew
        if upload.shape == "card":
            self.fields["photo"].widget.attrs["capture"] = "environment"
        if not upload.shape:
            del self.fields["photo_any"]
            self.fields["photo"].label = "Berkas gambar" if upload.is_picture else "Berkas PDF"
            self.fields["photo"].widget = forms.FileInput({"accept": upload.accept})
        self.fields.update({f"consent-{text.kind}": consent_field(text) for text in consents})

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if self.chosen() is None and not self.has_photo:
            self.add_error("photo", self.upload.missing_anew if self.anew else self.upload.missing)
        return answers

    def chosen(self) -> Any:
        """The uploaded file, whichever way it came; ``None`` when there is none."""
        return self.cleaned_data.get("photo") or self.cleaned_data.get("photo_any")
