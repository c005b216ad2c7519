"""The forms of a bulk decision: which cases, what the applicants read or the officer notes, and the number typed."""

from typing import Any

from django import forms

from enrollment import procedure
from enrollment.models import Institution, Opd
from tte_portal.forms import PortalForm
from tte_portal.models import Account
from verification import reasons
from verification.bulk import select
from verification.bulk.models import BulkRun
from verification.bulk.select import DESKS
from verification.desks import Desk
from verification.forms import ReasonField

AGES = ((0, "Berapa pun"), (1, "Sedikitnya 1 hari"), (3, "Sedikitnya 3 hari"), (7, "Sedikitnya 7 hari"))


class SearchForm(PortalForm):
    """What is decided, at which desk and institution, and which of the waiting cases."""

    kind = forms.ChoiceField(label="Keputusan", choices=BulkRun.Kind.choices, widget=forms.RadioSelect)
    desk = forms.ChoiceField(label="Meja")
    institution = forms.ModelChoiceField(Institution.objects.none(), label="Instansi", empty_label=None)
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", required=False, empty_label="Semua OPD")
    procedure = forms.ChoiceField(label="Prosedur", required=False)
    days = forms.TypedChoiceField(
        label="Sudah menunggu", choices=AGES, coerce=int, required=False
    )  # fmt: skip
    name = forms.CharField(label="Awal nama pemohon", required=False, max_length=100)
    sound = forms.BooleanField(label="Hanya yang tanpa peringatan", required=False)

    def __init__(self, *args: Any, officer: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        mine = [desk for desk in DESKS if Institution.objects.for_officer(officer, desk.queue.role).exists()]
        kinds = {desk.queue.role for desk in mine}
        fields: dict[str, Any] = self.fields
        fields["desk"].choices = [(desk.slug, desk.title) for desk in mine]
        fields["institution"].queryset = Institution.objects.for_officer(officer, *kinds).order_by("name")
        fields["opd"].queryset = Opd.objects.for_officer(officer, *kinds).order_by("institution__name", "name")
        self._offer_procedures(select.procedures_of(fields["institution"].queryset))
        # Where there is but one institution, nobody has to choose it.
        fields["institution"].initial = fields["institution"].queryset.first()
        fields["kind"].initial, fields["sound"].initial = BulkRun.Kind.APPROVE, True

    def _offer_procedures(self, slugs: list[str]) -> None:
        """Those of these institutions alone; where there is but one, nobody has to choose it."""
        fields: dict[str, Any] = self.fields
        if len(slugs) < 2:
            del fields["procedure"]
            return
        named = [(slug, procedure.find(slug).name if slug in procedure.names() else slug) for slug in slugs]
        fields["procedure"].choices = [("", "Semua prosedur"), *named]

    def clean_name(self) -> str:
        return reasons.clean(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        desk = next((each for each in DESKS if each.slug == answers.get("desk")), None)
        institution, opd = answers.get("institution"), answers.get("opd")
        if desk and institution:
            here = Institution.objects.for_officer(self.officer, desk.queue.role)
            if not here.filter(pk=institution.pk).exists():
                self.add_error("institution", "Anda tidak bertugas di meja ini untuk instansi itu.")
        if opd and institution and opd.institution_id != institution.pk:
            self.add_error("opd", "OPD ini bukan bagian dari instansi yang dipilih.")
        return answers


class NoteForm(forms.Form):
    """Why so many are approved without a look at each: for the record, nobody else reads it."""

    prefix = "note"
    free = ReasonField(label="Catatan untuk arsip (misalnya nomor surat)")

    def reason(self) -> str:
        return str(self.cleaned_data.get("free", ""))

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.reason():
            self.add_error("free", "Tulis satu catatan, misalnya nomor surat yang menjadi dasar.")
        return answers


def done_of(desk: Desk | None, kind: str) -> str:
    """What was done to each, in words: "disetujui", "ditolak"."""
    if desk is None:
        return "disetujui" if kind == BulkRun.Kind.APPROVE else "ditolak"
    return desk.agreed if kind == BulkRun.Kind.APPROVE else desk.refused


def title_of(desk: Desk, kind: str) -> str:
    """The decision in words: "Setujui", "Terima pendaftaran"; "Tolak"."""
    return desk.button if kind == BulkRun.Kind.APPROVE else "Tolak"
