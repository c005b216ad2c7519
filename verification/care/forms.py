"""The form that tells an absence."""

from typing import Any

from django import forms

from enrollment.models import Institution
from tte_portal.forms import PortalForm
from tte_portal.models import Account
from verification import roles
from verification.care import absences

DAY = {"type": "date"}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, account: Account) -> str:
        return account.name


class AbsenceForm(PortalForm):
    """Who is away, from when until when, who stands in. Whoever administers the institution may tell it of others."""

    account = PersonField(Account.objects.none(), label="Petugas yang berhalangan", empty_label=None)
    stand_in = PersonField(Account.objects.none(), label="Pengganti", empty_label="Pilih pengganti")
    first = forms.DateField(label="Hari pertama", widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    last = forms.DateField(
        label="Hari terakhir", help_text="Sampai akhir hari itu.", widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, officer: Account, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = absences.colleagues(institution)
        administers = Institution.objects.for_officer(officer, roles.ADMINISTRATOR).filter(pk=institution.pk).exists()
        people: Any = self.fields["account"]
        people.queryset = here if administers else here.filter(pk=officer.pk)
        people.initial = officer.pk
        if not administers:
            people.widget = forms.HiddenInput()
        stand_in: Any = self.fields["stand_in"]
        stand_in.queryset = here if administers else absences.stand_ins(officer, institution, officer)
        if not administers:
            stand_in.help_text = (
                "Petugas dengan peran yang sama, atau yang juga memutuskan sesuatu di sini. Untuk petugas lain, "
                "mintalah administrator mencatatnya."
            )
