"""The forms of the room: a file, one person, several people, one row put right."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from enrollment.models import Employment, Institution, Opd
from enrollment.provinces import PROVINCES
from enrollment.roster.cells import Reader
from enrollment.roster.columns import COLUMNS
from enrollment.roster.faults import Fault
from tte_portal.forms import PortalForm
from verification.people.models import PersonnelList

CHOICES = [
    (PersonnelList.Choice.INVITE.value, "Catat dan undang — Setiap orang menerima surel undangan di surel dinasnya."),
    (PersonnelList.Choice.KEEP.value, "Hanya catat di data pegawai — Tidak ada surel yang dikirim."),
]
FIELD_OF = {column.name: column.field for column in COLUMNS}
TYPED_ROWS = 20


class ChoiceForm(PortalForm):
    """What becomes of the people of a list."""

    choice = forms.ChoiceField(
        label="Sesudah dicatat", widget=forms.RadioSelect, choices=CHOICES, initial=PersonnelList.Choice.INVITE
    )


class ListForm(ChoiceForm):
    """Whose people they are, and what becomes of them."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label="Instansi", empty_label=None)

    def __init__(self, *args: Any, institutions: QuerySet[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["institution"]
        field.queryset, field.initial = institutions, institutions.first()
        if len(institutions) == 1:
            # Nothing to choose: said by the page, sent along unseen.
            field.widget = forms.HiddenInput()


def refuse_cut_off(file: Any) -> Any:
    """The upload handler reads no further than the limit: what passes it is a part of a file."""
    if file.size > settings.PHOTO_MAX_BYTES:
        raise forms.ValidationError(f"Berkas terlalu besar; paling besar {settings.PHOTO_MAX_BYTES // 2**20} MB.")
    return file


class UploadForm(ListForm):
    """A list as a file."""

    file = forms.FileField(
        label="Berkas XLSX atau CSV", allow_empty_file=True,
        help_text="Paling banyak 10.000 baris. Urutan kolom bebas; nama kolom yang lazim dikenali.",
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip
    field_order = ("institution", "file", "choice")

    def clean_file(self) -> Any:
        return refuse_cut_off(self.cleaned_data["file"])


class AddForm(PortalForm):
    """The corrected rows of a list."""

    file = forms.FileField(
        label="Berkas yang sudah diperbaiki", allow_empty_file=True,
        help_text="Biarkan kolom Baris apa adanya: dari situ setiap perbaikan dikenali.",
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        return refuse_cut_off(self.cleaned_data["file"])


def _text(column: Any, **attrs: str) -> forms.Field:
    return forms.CharField(
        label=column.name, required=column.needed, help_text=column.hint, strip=False,
        widget=forms.TextInput({"autocomplete": "off", **attrs}),
    )  # fmt: skip


def _moved() -> forms.BooleanField:
    return forms.BooleanField(label="Orang ini pindah ke instansi kami; catat juga di sini", required=False)


class PersonFields(PortalForm):
    """A field for each column. What is typed is judged by the reader of lists, so that all ways in have one rule."""

    def _add_fields(self, institution: Institution, typed: Sequence[str] = ()) -> None:
        choices = {
            "employment": [("", "Pilih jenis pegawai"), *Employment.choices],
            "province": [("", f"Provinsi instansi ({institution.province})"), *((name, name) for name in PROVINCES)],
            "opd": [
                ("", "Tanpa OPD"),
                *((each.code, f"{each.code} – {each.name}") for each in Opd.objects.filter(institution=institution)),
            ],
        }
        reader = Reader(institution)
        for place, column in enumerate(COLUMNS):
            if column.field not in choices:
                attrs = {"inputmode": "numeric"} if column.field == "employee_number" else {}
                self.fields[column.field] = _text(column, **attrs)
                if column.field == "mailbox":
                    domains = " atau ".join(f"@{each}" for each in institution.mailbox_domains)
                    self.fields["mailbox"].help_text = f"Berakhiran {domains}; satu surel untuk satu orang."
                continue
            options = choices[column.field]
            written = typed[place].strip() if typed else ""
            if written and written not in dict(options):
                # What stands in the list stays in sight: as what it means (an OPD's name is its code), else as it is.
                same = reader.settled(column, written)
                options = options if same is not None else [(written, f"{written} (tidak dikenal)"), *options]
                written = written if same is None else same
            self.fields[column.field] = forms.ChoiceField(
                label="OPD" if column.field == "opd" else column.name, required=column.needed, choices=options,
                initial=written,
            )  # fmt: skip

    def cells(self) -> list[str]:
        """What was typed, in the order of COLUMNS."""
        return [self.data.get(column.field, "") for column in COLUMNS]

    def judged(self, faults: Sequence[Fault]) -> None:
        """Show the reader's faults at their fields, in place of what the form would say itself."""
        self.is_valid()
        self.errors.clear()
        for fault in faults:
            # The summary stands apart from the field: there "not filled in" has to say what.
            text = f"{fault.column} belum diisi." if fault.text == "Belum diisi." else fault.text
            self.add_error(FIELD_OF.get(fault.column), text)


class RowForm(PersonFields):
    """One row put right. ``may_move``: the number stands in another institution's registry."""

    def __init__(
        self, *args: Any, institution: Institution, typed: Sequence[str], may_move: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._add_fields(institution, typed)
        for column, text in zip(COLUMNS, typed, strict=True):
            if isinstance(self.fields[column.field], forms.CharField):
                self.fields[column.field].initial = text
        if may_move:
            self.fields["moved"] = _moved()


class PersonForm(ListForm, PersonFields):
    """One person."""

    def __init__(self, *args: Any, institutions: QuerySet[Institution], may_move: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, institutions=institutions, **kwargs)
        chosen = self.data.get("institution", "") if self.is_bound else ""
        own = institutions.filter(pk=chosen).first() if chosen.isdigit() else None
        if (first := own or institutions.first()) is not None:
            self._add_fields(first)
        if may_move or "moved" in self.data:
            self.fields["moved"] = _moved()
        self.order_fields(["institution", *FIELD_OF.values(), "moved", "choice"])


class SeveralForm(ListForm):
    """What several people have in common, or lines pasted from a sheet."""

    pasted = forms.CharField(
        label="Tempel dari Excel", required=False, strip=False,
        help_text="Salin baris di Excel beserta judul kolomnya, lalu tempel di sini.",
        widget=forms.Textarea({"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    unit = forms.CharField(
        label="Unit Organisasi", max_length=200,
        help_text="Berlaku untuk semua baris tabel di bawah. Lewati bila Anda menempel dari Excel.",
        error_messages={"required": "Unit Organisasi belum diisi: berlaku untuk semua baris tabel."},
    )  # fmt: skip
    employment = forms.ChoiceField(label="Jenis Pegawai", required=False, choices=Employment.choices)
    opd = forms.CharField(label="OPD", required=False, max_length=200, help_text="Kode atau nama OPD.")
    field_order = ("institution", "pasted", "unit", "employment", "opd", "choice")

    def __init__(self, *args: Any, typed: bool = True, **kwargs: Any) -> None:
        """``typed``: something stands in the table."""
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["unit"].required = typed and not self.data.get("pasted", "").strip()
