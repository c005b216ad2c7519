"""Connected applications: an administrator makes them, sees the secret once, gives a new one, reads what they asked."""

from ipaddress import ip_network
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from passphrase.esign import clients
from passphrase.esign.calls import Refused
from passphrase.esign.models import ApiCall, ApiClient
from verification import roles
from verification.access import officer_of
from verification.admin.base import ModelForm, ScopedAdmin

REFUSED: dict[str, str] = {each.value: str(each.label) for each in Refused}
ONCE = "Rahasia untuk {name}: {secret} — salin sekarang, tidak dapat ditampilkan lagi."


class NetworksField(forms.CharField):
    """Addresses and networks, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = str(super().clean(value) or "").replace(",", "\n").split()
        for line in lines:
            try:
                ip_network(line)
            except ValueError as error:
                raise forms.ValidationError(
                    f"{line} bukan alamat IP atau jaringan, misalnya 203.0.113.0/24."
                ) from error
        return lines


class ApiClientForm(ModelForm):
    allowlist = NetworksField(
        label="Alamat yang diizinkan", required=False,
        help_text="Satu alamat IP atau jaringan (CIDR) setiap baris. Kosong: boleh dari mana saja.",
    )  # fmt: skip

    class Meta:
        model = ApiClient
        fields = ("institution", "name", "login", "allowlist", "is_active")
        help_texts = {"login": "Nama masuk untuk Basic authentication: huruf kecil, angka, tanda hubung."}


@admin.register(ApiClient)
class ApiClientAdmin(ScopedAdmin):
    sees = edits = (roles.ADMINISTRATOR,)
    can_add = True
    form = ApiClientForm
    list_display = ("name", "login", "institution", "is_active")
    list_select_related = ("institution",)
    ordering = ("name", "pk")
    actions = ("renew_secret",)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> tuple[str, ...]:
        return () if obj is None else ("institution", "login")

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        secret = "" if change else clients.give_secret(obj)
        super().save_model(request, obj, form, change)
        if secret:
            messages.warning(request, ONCE.format(name=obj.name, secret=secret))

    @admin.action(description="Buat rahasia baru (yang lama langsung tidak berlaku)")
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[ApiClient]) -> None:
        for client in queryset.select_related("institution"):
            if self.has_change_permission(request, client):
                secret = clients.renew_secret(client, by=officer_of(request))
                messages.warning(request, ONCE.format(name=client.name, secret=secret))


@admin.register(ApiCall)
class ApiCallAdmin(ScopedAdmin):
    """What applications asked, newest first."""

    sees = (roles.ADMINISTRATOR,)
    list_display = ("at", "client", "act", "told")
    list_select_related = ("client",)
    ordering = ("-pk",)
    fields = readonly_fields = ("at", "client", "act", "told", "subject")

    @admin.display(description="jawaban")
    def told(self, call: ApiCall) -> str:
        """The answer's word or number as the application read it; of a refusal, why."""
        return REFUSED.get(call.answer, call.answer)
