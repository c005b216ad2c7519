"""What an OPD types: one person of the list, and which files come along."""

from typing import Any

from django import forms

from enrollment import numbers
from enrollment.collective import names
from enrollment.collective.models import CollectiveRequest
from enrollment.form_fields import LineField, NameField, NumberField
from tte_portal.forms import PortalForm

PAPERS = ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/*"


class PersonForm(PortalForm):
    """One line: Nama, NIP, Jabatan, Nomor Kontak."""

    name = NameField(
        label="Nama", help_text="Boleh dengan gelar. Contoh: Dr. Ayu Contoh, S.Kom.", max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    nip = NumberField(
        names.nip, label="NIP", help_text="18 angka, PNS atau PPPK.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    position = LineField(label="Jabatan", max_length=150, widget=forms.TextInput({"autocomplete": "off"}))
    phone = NumberField(
        numbers.phone, label="Nomor Kontak", help_text="Misalnya 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip


class ListForm(PortalForm):
    """A list as CSV or XLSX."""

    list = forms.FileField(
        label="Berkas CSV atau XLSX", allow_empty_file=True,
        help_text="Baris pertama berisi judul kolom: Nama, NIP, Jabatan, Nomor Kontak.",
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )  # fmt: skip


class PaperForm(PortalForm):
    """One paper, as PDF or as a picture."""

    paper = forms.FileField(
        label="Berkas", allow_empty_file=True, help_text="PDF, JPG, atau PNG, paling besar 10 MB.",
        widget=forms.FileInput({"accept": PAPERS}),
    )  # fmt: skip

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].label = label
        self.fields["paper"].error_messages["required"] = f"Pilih berkas {label} terlebih dahulu."


class DecreeForm(PortalForm):
    """One file for all, or one for each."""

    decree = forms.ChoiceField(
        label="SK dikirim sebagai", choices=CollectiveRequest.Decree.choices, widget=forms.RadioSelect
    )
