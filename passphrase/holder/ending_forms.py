"""What is filled in to revoke, suspend or resume: why, which of two certificates, and the proof."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from passphrase import revocation
from passphrase.holder.pause import Two
from passphrase.holder.proof import ProofForm
from tte_portal.templatetags.moments import MONTHS

BOTH, NEW, OLD = "keduanya", "baru", "lama"
# Whoever says so means the one that was replaced.
REPLACED = "superseded"
WHICH_WHEN_REPLACED = "Dengan alasan “Diganti sertifikat baru”, yang dicabut hanya yang lama. Pilih “Hanya yang lama”."


class EndingForm(ProofForm):
    """The proof alone."""

    def __init__(self, *args: Any, two: Two | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if two is not None and "passphrase" in self.fields:
            # Either shows who it is.
            self.fields["passphrase"].label = "Passphrase Anda, yang lama atau yang baru"


class RevokeForm(EndingForm):
    """Why, in plain words; which, while there are two; and the proof."""

    field_order = ["reason", "which"]
    reason = forms.ChoiceField(
        label="Mengapa dicabut?", widget=forms.RadioSelect,
        choices=[(each.code, each.words) for each in revocation.OF_HOLDER],
        error_messages={"required": "Pilih satu alasan."},
    )  # fmt: skip
    which = forms.ChoiceField(
        label="Sertifikat mana yang dicabut?", widget=forms.RadioSelect,
        help_text="Bila Anda pindah, pensiun, berhenti, atau tidak memakainya lagi, keduanya selalu dicabut.",
        error_messages={"required": "Pilih sertifikat mana yang dicabut."},
    )  # fmt: skip

    def __init__(self, *args: Any, two: Two | None, **kwargs: Any) -> None:
        super().__init__(*args, two=two, **kwargs)
        if two is None:
            del self.fields["which"]
        else:
            # The field is declared as one of choices.
            self.fields["which"].choices = _which(two)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("reason") == REPLACED and answers.get("which") in (BOTH, NEW):
            self.add_error("which", WHICH_WHEN_REPLACED)
        return answers


def _which(two: Two) -> list[tuple[str, str]]:
    """Both stands first and is chosen beforehand: people type the same passphrase again, and whoever wants to end it
    all must not end the wrong one."""
    new, old = two.new_certificate.serial[-8:], two.old_certificate.serial[-8:]
    return [
        (BOTH, "Keduanya — Pilih ini bila orang lain mungkin tahu passphrase Anda, atau bila Anda ragu."),
        (NEW, f"Hanya yang baru, terbit {_told(two.issued_at)} — Nomor seri …{new}. Yang lama tetap dapat dipakai."),
        (OLD, f"Hanya yang lama, dipakai sampai {_told(two.until)} — Nomor seri …{old}. Yang baru tetap ada."),
    ]


def _told(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M}"
