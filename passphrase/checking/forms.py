"""What the public check asks: a document, or a serial number."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from passphrase.checking import reading, serials
from passphrase.checking.reading import Refused, Signature
from tte_portal.forms import PortalForm


class DocumentForm(PortalForm):
    """Reads the document's signatures into ``found``."""

    document = forms.FileField(
        label="Dokumen PDF",
        help_text="Berkas PDF aslinya, paling besar 10 MB. Berkas Anda tidak disimpan.",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": "application/pdf"}),
        error_messages={"required": "Dokumen belum dipilih."},
    )
    found: list[Signature]

    def clean_document(self) -> "UploadedFile[bytes]":
        document: UploadedFile[bytes] = self.cleaned_data["document"]
        try:
            self.found = reading.signatures(document.read())
        except Refused as error:
            raise forms.ValidationError(str(error)) from error
        return document


class SerialForm(PortalForm):
    serial = forms.CharField(
        label="Nomor seri sertifikat",
        help_text="Tertulis pada surel “Sertifikat Elektronik Terbit” dan pada keterangan tanda tangan di pembaca PDF.",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": "Nomor seri belum diisi."},
    )

    def clean_serial(self) -> str:
        serial = serials.tidy(str(self.cleaned_data["serial"]))
        if not serial:
            raise forms.ValidationError("Nomor seri hanya terdiri atas angka dan huruf A sampai F.")
        return serial
