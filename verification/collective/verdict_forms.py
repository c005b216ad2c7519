"""What an administrator types about one person: the address, and ready-made words to refuse with."""

from typing import Any

from django import forms

from tte_portal.forms import PortalForm

REASONS: tuple[str, ...] = (
    "NIP tidak sama dengan yang tertulis pada SK. Perbaiki, lalu ajukan lagi.",
    "Nama tidak tercantum dalam SK yang dilampirkan. Lampirkan SK orang ini.",
    "SK yang dilampirkan bukan SK pangkat dan jabatan terakhir.",
    "SK tidak terbaca. Pindai ulang, lalu ajukan lagi.",
    "Orang ini bukan lagi pegawai OPD yang mengajukan.",
    "Orang ini sudah memiliki surel dinas.",
)


class AcceptForm(PortalForm):
    """The mailbox that somebody gets."""

    mailbox = forms.CharField(
        label="Alamat surel dinas", max_length=200,
        help_text="Usulan dari nama; boleh diubah. Alamat yang sudah dipakai di instansi mana pun ditolak.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "email", "size": 34}),
    )  # fmt: skip

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].required = needed
