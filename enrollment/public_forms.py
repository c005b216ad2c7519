"""The form with which anybody asks for a link: the dinas mailbox."""

from django import forms

from tte_portal.forms import PortalForm


class MailboxForm(PortalForm):
    """Asks for the dinas mailbox."""

    mailbox = forms.EmailField(
        label="Surel dinas",
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Surel dinas belum diisi.",
            "invalid": "Alamat surel tidak lengkap. Contoh: nama@instansi.example",
        },
    )

    def clean_mailbox(self) -> str:
        return str(self.cleaned_data["mailbox"]).strip().lower()
