"""What all tables of the admin share: rows by role and institution, pages without counting, nothing by superuser."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from enrollment.models import Institution, Opd
from tte_portal import audit
from tte_portal.models import Account
from verification import roles
from verification.access import officer_of
from verification.keyset import cursor_of, rows_after

# Django's own classes take no type parameter when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    ModelAdmin, StackedInline, ModelForm = admin.ModelAdmin, admin.StackedInline, forms.ModelForm
    BaseInlineFormSet = forms.BaseInlineFormSet

AFTER = "after"


def order_of(model_admin: Any) -> list[str]:
    """The one order of a list; it ends in the key, so that it is total."""
    return list(model_admin.ordering or ["pk"])


class KeysetList(ChangeList):
    """A list that walks an index from where the last page ended: no count, no offset, no page dearer than the first."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        found.pop(AFTER, None)
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return order_of(self.model_admin)

    def get_results(self, request: HttpRequest) -> None:
        order = order_of(self.model_admin)
        rows = list(rows_after(self.queryset, order, request.GET.get(AFTER, ""))[: self.list_per_page + 1])
        more, rows = len(rows) > self.list_per_page, rows[: self.list_per_page]
        self.next_url = self.get_query_string({AFTER: cursor_of(rows[-1], order)}) if more else ""
        self.first_url = self.get_query_string(remove=[AFTER]) if request.GET.get(AFTER) else ""
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(rows)
        self.paginator = Paginator(rows, self.list_per_page)


class ScopedAdmin(ModelAdmin):
    """Rights come from roles alone: ``sees`` and ``edits`` name the role kinds that give them."""

    sees: ClassVar[tuple[str, ...]] = ()
    edits: ClassVar[tuple[str, ...]] = ()
    can_add: ClassVar[bool] = False
    can_delete: ClassVar[bool] = False
    list_per_page = 50
    show_full_result_count = False
    sortable_by: ClassVar = ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:], **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows_for(request.user, self.sees).order_by(*order_of(self))

    def rows_for(self, officer: Any, kinds: tuple[str, ...]) -> QuerySet[Any]:
        """The rows that the officer reaches through roles of these kinds."""
        manager: Any = self.model._default_manager
        rows: QuerySet[Any] = manager.for_officer(officer, *kinds)
        return rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return roles.holds(request.user, *self.sees)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return roles.holds(request.user, *self.sees) and (obj is None or self._reaches(request, obj, self.sees))

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return roles.holds(request.user, *self.edits) and (obj is None or self._reaches(request, obj, self.edits))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and roles.holds(request.user, *self.edits)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.can_delete and self.has_change_permission(request, obj)

    def _reaches(self, request: HttpRequest, obj: Any, kinds: tuple[str, ...]) -> bool:
        return self.rows_for(request.user, kinds).filter(pk=obj.pk).exists()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices end where the officer's institutions end."""
        if rows := choices_for(db_field.remote_field.model, request, self.edits):
            kwargs["queryset"] = rows[0]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What changed stands in the audit chain; the admin keeps no log of its own."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("add", request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("change", request, obj, message)

    def _record(self, verb: str, request: HttpRequest, obj: Any, message: Any) -> None:
        """One audit row for each save, in its transaction: which row, which fields, never their content."""
        changed = [field for part in message for change in part.values() for field in change.get("fields", [])]
        facts = {"id": str(obj.pk), "fields": [str(field) for field in changed]}
        for chain in self.chains_of(obj):
            audit.record(f"{verb}_{self.opts.model_name}", by=officer_of(request), chain=chain, facts=facts)

    def chains_of(self, obj: Any) -> list[str]:
        """The audit chains that a change of this row belongs to."""
        return [obj.institution.audit_chain]


class ScopedInline(StackedInline):
    """Rows below a parent that the officer may change, so theirs to change as well."""

    extra = 0
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.holds(request.user, roles.ADMINISTRATOR)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.holds(request.user, roles.ADMINISTRATOR)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.holds(request.user, roles.ADMINISTRATOR)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if rows := choices_for(db_field.remote_field.model, request, (roles.ADMINISTRATOR,)):
            kwargs["queryset"] = rows[0]
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field


def choices_for(model: Any, request: HttpRequest, kinds: tuple[str, ...]) -> list[QuerySet[Any]]:
    """The rows of a scoped table that may be chosen; empty for a table that is not scoped."""
    if model not in (Institution, Opd) or not isinstance(request.user, Account):
        return []
    return [model.objects.for_officer(request.user, *kinds)]


def link_to(name: str, pk: Any) -> str:
    return reverse(f"admin:{name}", args=[pk])
