"""Institutions and their agencies, for their administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from enrollment import retention
from enrollment.models import Institution, KnownProblem, Opd, VerifierContact
from verification import roles
from verification.admin.base import ModelForm, ScopedAdmin, ScopedInline
from verification.care.models import Reminders

LEAST_DAYS = 14
MOST_DAYS = retention.ABANDONED_AFTER.days


class DomainsField(forms.CharField):
    """Mailbox domains, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip().lower().lstrip("@") for line in str(value or "").splitlines()]
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for domain in value:
            if "." not in domain or " " in domain or "@" in domain:
                raise forms.ValidationError(f"“{domain}” bukan domain surel.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class InstitutionForm(ModelForm):
    mailbox_domains = DomainsField(
        label="Domain surel dinas", help_text="Satu domain pada setiap baris.", widget=forms.Textarea({"rows": 3})
    )

    class Meta:
        model = Institution
        fields = (
            "name", "short_name", "mailbox_domains", "organization", "province", "helpdesk_email", "lapses_after_days",
        )  # fmt: skip

    def clean_lapses_after_days(self) -> int:
        """A week after the start nobody is to be reminded yet, and what was never handed in is erased after 90 days
        (the privacy policy)."""
        days = int(self.cleaned_data["lapses_after_days"])
        if days and not LEAST_DAYS <= days <= MOST_DAYS:
            raise forms.ValidationError(
                f"Isi 0 (tidak pernah), atau {LEAST_DAYS} sampai {MOST_DAYS} hari. Isian yang tidak pernah dikirim "
                f"dihapus setelah {MOST_DAYS} hari menurut kebijakan privasi."
            )
        return days


class ContactInline(ScopedInline):
    model = VerifierContact


class ProblemInline(ScopedInline):
    model = KnownProblem


class RemindersInline(ScopedInline):
    """When officers are reminded of what waits."""

    model = Reminders
    extra = max_num = 1
    can_delete = False


@admin.register(Institution)
class InstitutionAdmin(ScopedAdmin):
    """Names, domains, contacts and known problems. The procedure and the looks have pages of their own."""

    sees = edits = (roles.ADMINISTRATOR,)
    form = InstitutionForm
    inlines = (RemindersInline, ContactInline, ProblemInline)
    list_display = ("name", "province", "helpdesk_email")
    ordering = ("name", "pk")

    change_form_template = "verification/institution-form.html"

    def get_urls(self) -> list[Any]:
        """The pages reached from the institution's own."""
        from verification import branding_views, procedure_views, reason_views

        view = self.admin_site.admin_view
        return [
            path("<int:institution_id>/prosedur/", view(procedure_views.edit), name="institution-procedure"),
            path("<int:institution_id>/tampilan/", view(branding_views.edit), name="institution-branding"),
            path("<int:institution_id>/alasan/<slug:kind>/", view(reason_views.edit), name="institution-reasons"),
            *super().get_urls(),
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def chains_of(self, obj: Any) -> list[str]:
        return [obj.audit_chain]


@admin.register(Opd)
class OpdAdmin(ScopedAdmin):
    sees = edits = (roles.ADMINISTRATOR,)
    can_add = True
    list_display = ("name", "code", "institution")
    list_select_related = ("institution",)
    ordering = ("name", "pk")
    fields = ("institution", "code", "name")
    search_fields = ("name__istartswith", "code__istartswith")
    search_help_text = "Awal nama atau kode OPD."
