"""The room's forms: what to look for, why something is done, what becomes of a proposal, a complete list."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from enrollment.models import Institution
from passphrase import revocation, suspension
from tte_portal.forms import PortalForm
from verification.helpdesk.forms import Words
from verification.people.forms import refuse_cut_off


class FindForm(PortalForm):
    """One box for everything that may be known of a certificate or its holder."""

    q = forms.CharField(
        label="Cari sertifikat",
        help_text="Nomor seri, NIK, NIP / NRP, surel dinas, nomor tanda terima, atau awal nama pemegang.",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Tulis nomor, surel, atau nama yang dicari."},
    )


class CommentForm(PortalForm):
    comment = Words(
        label="Catatan untuk sesama petugas",
        help_text="Misalnya nomor tiket atau nomor surat. Tersimpan di jejak audit; pemegang tidak membacanya.",
    )


class RevokeForm(CommentForm):
    """Why, in the words that the holder reads, and a note."""

    field_order = ["reason"]
    reason = forms.ChoiceField(
        label="Mengapa dicabut?", widget=forms.RadioSelect,
        choices=[(each.code, each.words) for each in revocation.REASONS],
        error_messages={"required": "Pilih satu alasan."},
    )  # fmt: skip


class SuspendForm(CommentForm):
    """Why, in the words that the holder reads, and a note."""

    field_order = ["reason"]
    reason = forms.ChoiceField(
        label="Mengapa ditangguhkan?", widget=forms.RadioSelect, choices=list(suspension.REASONS.items()),
        help_text="Pemegang membaca kata-kata ini. “Anda” adalah pemegang sertifikat.",
        error_messages={"required": "Pilih satu alasan."},
    )  # fmt: skip


class DecideForm(PortalForm):
    comment = Words(
        label="Catatan", help_text="Apa yang sudah Anda pastikan, misalnya nomor SK. Tersimpan di jejak audit."
    )


class ListForm(PortalForm):
    """A complete list of one institution."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label="Instansi", empty_label=None)
    file = forms.FileField(
        label="Daftar pegawai lengkap (XLSX atau CSV)", allow_empty_file=True,
        help_text="Semua pegawai yang masih bekerja. Cukup kolom NIP; isi dan contohnya ada di bawah.",
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": "Pilih berkas XLSX atau CSV terlebih dahulu."},
    )  # fmt: skip

    def __init__(self, *args: Any, institutions: QuerySet[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["institution"]
        field.queryset, field.initial = institutions, institutions.first()
        if len(institutions) == 1:
            field.widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        return refuse_cut_off(self.cleaned_data["file"])
