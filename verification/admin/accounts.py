"""Officers' accounts: an administrator makes them, gives roles in the own institution, sends the link anew."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse

from enrollment.models import Institution, Role
from enrollment.scoping import in_force
from tte_portal import audit
from tte_portal.models import Account
from verification import officers, roles
from verification.access import officer_of
from verification.admin.base import BaseInlineFormSet, KeysetList, ModelForm, ScopedAdmin, ScopedInline
from verification.care import absences, sign_ins
from verification.care.models import Absence


class AccountForm(ModelForm):
    class Meta:
        model = Account
        fields = ("login", "name", "mailbox", "is_active")
        help_texts = {"login": "Nama yang diketik saat masuk, huruf kecil. Tidak dapat diubah kemudian."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "mailbox" in self.fields:
            self.fields["mailbox"].required = True

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"]).strip().lower()
        if " " in login:
            raise forms.ValidationError("Nama masuk tidak boleh memuat spasi.")
        return login

    def clean_mailbox(self) -> str:
        return str(self.cleaned_data["mailbox"]).strip().lower()


class RoleForm(ModelForm):
    class Meta:
        model = Role
        fields = ("institution", "kind", "opd")

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        opd, institution = answers.get("opd"), answers.get("institution")
        if answers.get("kind") == Role.Kind.OPD_OPERATOR and opd is None:
            self.add_error("opd", "Operator OPD harus punya OPD.")
        if opd is not None and institution is not None and opd.institution_id != institution.pk:
            self.add_error("opd", "OPD ini bukan bagian dari instansi yang dipilih.")
        return answers


class RoleFormSet(BaseInlineFormSet):
    """An account without a role in any institution would be seen by nobody, and its login name be lost."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        elsewhere = Role.objects.filter(account_id=self.instance.pk).exclude(pk__in=shown)
        if any(self.errors) or kept or elsewhere.exists():
            return
        raise forms.ValidationError(
            "Beri sedikitnya satu peran. Untuk menghentikan akun, hilangkan centang “Aktif” dan biarkan perannya."
        )


class RoleInline(ScopedInline):
    """The roles in the administrator's own institutions; others stay unseen and untouched."""

    model = Role
    fk_name = "account"
    form = RoleForm
    formset = RoleFormSet
    verbose_name_plural = "peran di instansi Anda (sedikitnya satu; akun dihentikan lewat centang “Aktif”)"
    min_num = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "institution" and field.queryset.count() == 1:
            # Nothing to choose from is nothing to ask.
            field.initial = field.queryset.get().pk
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A stand-in's role ends by itself; it is given and taken where the absence is told.
        return Role.objects.for_officer(request.user, roles.ADMINISTRATOR).filter(stands_in_for=None)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class OfficerList(KeysetList):
    """Each with their roles and absence in the administrator's institutions, in two queries for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        administrator, rows = officer_of(request), {row.pk: row for row in self.result_list}
        for row in rows.values():
            row.held, row.away = [], ""
        held = Role.objects.for_officer(administrator, roles.ADMINISTRATOR).filter(in_force(), account__in=rows)
        for role in held.order_by("kind"):
            words = role.get_kind_display() + (" (menggantikan)" if role.stands_in_for_id else "")
            if words not in rows[role.account_id].held:
                rows[role.account_id].held.append(words)
        away = Absence.objects.for_officer(administrator, roles.ADMINISTRATOR).filter(account__in=rows)
        for absence in away.filter(absences.going_on()).select_related("institution"):
            rows[absence.account_id].away = f"sampai {absence.told_ends}"


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    """Nobody changes the own account here, nor one that has a role where the administrator has no say."""

    sees = edits = (roles.ADMINISTRATOR,)
    can_add = True
    form = AccountForm
    inlines = (RoleInline,)
    list_display = ("name", "login", "kinds", "absence", "mailbox", "is_active")
    ordering = ("name", "pk")
    search_fields = ("name__istartswith", "login__istartswith")
    search_help_text = "Awal nama atau nama masuk."
    actions = ("send_link", "sign_out_everywhere")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return OfficerList

    @admin.display(description="peran")
    def kinds(self, row: Any) -> str:
        return ", ".join(getattr(row, "held", ())) or "–"

    @admin.display(description="tidak hadir")
    def absence(self, row: Any) -> str:
        return getattr(row, "away", "") or "–"

    def rows_for(self, officer: Any, kinds: tuple[str, ...]) -> QuerySet[Account]:
        held = Role.objects.for_officer(officer, *kinds)
        return Account.objects.filter(Exists(held.filter(account=OuterRef("pk"))), is_staff=True)

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(officer_of(request), obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> tuple[str, ...]:
        return () if obj is None else ("login",)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        account = super().save_form(request, form, change)
        if not change:
            account.is_staff = True
            account.set_unusable_password()
        return account

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            return
        officers.invite(form.instance, by=officer_of(request))
        messages.info(request, f"Tautan untuk menyiapkan akun dikirim ke {form.instance.mailbox}.")

    def chains_of(self, obj: Any) -> list[str]:
        institutions = Institution.objects.filter(pk__in=Role.objects.filter(account=obj).values("institution"))
        return [each.audit_chain for each in institutions.order_by("pk")] or [audit.PORTAL_CHAIN]

    @admin.action(description="Kirim tautan akun baru (kata sandi dan autentikator lama dihapus)")
    def send_link(self, request: HttpRequest, queryset: QuerySet[Account]) -> HttpResponse | None:
        administrator, sent = officer_of(request), 0
        for account in queryset.filter(is_active=True):
            if may_manage(administrator, account):
                with transaction.atomic():
                    officers.invite(account, by=administrator)
                sent += 1
        if sent:
            messages.success(request, f"Tautan akun baru dikirim kepada {sent} petugas.")
        if left := queryset.count() - sent:
            messages.warning(request, f"{left} akun dilewati: akun Anda sendiri, nonaktif, atau di luar wewenang Anda.")
        return None

    @admin.action(description="Keluarkan dari semua perangkat")
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        administrator = officer_of(request)
        managed = [account for account in queryset if may_manage(administrator, account)]
        ended = sum(sign_ins.end_all(account, by=administrator) for account in managed)
        if managed:
            told = f"{len(managed)} petugas dikeluarkan dari {ended} perangkat."
            messages.success(request, f"{told} Mereka dapat masuk lagi dengan kata sandi dan kode.")
        if left := queryset.count() - len(managed):
            messages.warning(request, f"{left} akun dilewati: akun Anda sendiri, atau di luar wewenang Anda.")


def may_manage(administrator: Account, account: Account) -> bool:
    """Not oneself, and every role of the account lies in institutions that the administrator administers."""
    if account.pk == administrator.pk:
        return False
    mine = Institution.objects.for_officer(administrator, roles.ADMINISTRATOR)
    return not Role.objects.filter(account=account).exclude(institution__in=mine).exists()
