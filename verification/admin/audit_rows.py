"""The audit trail of the administrator's institutions, to read. Personal detail shows only when it is asked for."""

import re
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from enrollment import receipts
from enrollment.models import Application, Institution
from tte_portal import audit
from tte_portal.encryption import Unreadable
from tte_portal.models import Account, AuditRow
from verification import roles
from verification.access import officer_of
from verification.admin import audit_words
from verification.admin.base import KeysetList, ScopedAdmin

ASK = mark_safe('<a href="?pribadi=1">Tampilkan (tercatat dalam audit)</a>')


def name_actors(rows: list[Any]) -> None:
    """Put the actors' names on the rows, in one query for all."""
    numbers = {row.actor.partition(":")[2] for row in rows if row.actor.startswith("account:")}
    names = dict(Account.objects.filter(pk__in=numbers).values_list("pk", "name"))
    for row in rows:
        kind, _, number = row.actor.partition(":")
        others = {"system": "sistem", "applicant": "pemohon"}
        row.actor_name = others.get(kind) or names.get(int(number or 0)) or row.actor


def name_subjects(rows: list[Any], officer: Account) -> None:
    """Put receipts and institutions on the rows, of what the officer reaches, in two queries for all."""
    mine = Application.objects.for_officer(officer, roles.ADMINISTRATOR)
    receipts_of = dict(mine.filter(pk__in={row.subject for row in rows if row.subject}).values_list("pk", "receipt"))
    places = {each.audit_chain: each.short_name for each in Institution.objects.for_officer(officer)}
    for row in rows:
        row.receipt, row.place = receipts_of.get(row.subject, ""), places.get(row.chain, row.chain)


class TrailList(KeysetList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        name_actors(rows)
        name_subjects(rows, officer_of(request))


@admin.register(AuditRow)
class AuditRowAdmin(ScopedAdmin):
    sees = (roles.ADMINISTRATOR,)
    list_display = ("at", "what", "who", "about", "where", "sequence")
    ordering = ("-pk",)
    fields = ("at", "what", "event", "who", "subject", "told", "chain", "sequence", "personal")
    readonly_fields = fields
    search_fields = ("subject",)
    search_help_text = "Nomor tanda terima (TTE-…) atau nama peristiwa, misalnya “Foto dilihat”."

    def rows_for(self, officer: Any, kinds: tuple[str, ...]) -> QuerySet[AuditRow]:
        institutions = Institution.objects.for_officer(officer, *kinds)
        return AuditRow.objects.filter(chain__in=[each.audit_chain for each in institutions])

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) == 36:
            try:
                return queryset.filter(subject=term), False
            except ValueError:
                return queryset.none(), False
        if re.fullmatch("TTE-?[A-Z0-9]{4}-?[A-Z0-9]{4}", term.upper()):
            number = term.upper().replace("-", "")
            mine = Application.objects.for_officer(officer_of(request), *self.sees)
            wanted = mine.filter(receipts.named(f"TTE-{number[3:7]}-{number[7:]}")).values_list("pk", flat=True)
            return queryset.filter(subject__in=list(wanted)), False
        return queryset.filter(event__in=audit_words.events_called(term) or [term]), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return TrailList

    @admin.display(description="peristiwa")
    def what(self, row: AuditRow) -> str:
        return audit_words.EVENTS.get(row.event, row.event)

    @admin.display(description="pelaku")
    def who(self, row: Any) -> str:
        if not hasattr(row, "actor_name"):
            name_actors([row])
        return str(row.actor_name)

    @admin.display(description="pengajuan")
    def about(self, row: Any) -> str:
        return getattr(row, "receipt", "") or "–"

    @admin.display(description="instansi")
    def where(self, row: Any) -> str:
        return str(getattr(row, "place", row.chain))

    @admin.display(description="keterangan")
    def told(self, row: AuditRow) -> str:
        return format_html_join("", "{}: {}<br>", ((key, _text(value)) for key, value in row.facts.items())) or "–"

    @admin.display(description="data pribadi")
    def personal(self, row: AuditRow) -> str:
        if row.detail is None:
            return "–"
        if not getattr(row, "show_personal", False):
            return ASK
        try:
            return format_html_join("", "{}: {}<br>", ((k, _text(v)) for k, v in audit.read_detail(row).items()))
        except Unreadable:
            return "Tidak dapat dibaca: data ini telah diubah."

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AuditRow | None:
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.GET.get("pribadi") == "1" and row.detail is not None:
            # Who reads personal detail out of the trail is in the trail.
            with transaction.atomic():
                audit.record(
                    "view_audit_detail", by=officer_of(request), chain=row.chain, subject=row.subject,
                    facts={"sequence": row.sequence},
                )  # fmt: skip
            row.show_personal = True
        return row


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key or '–'}: {each}" for key, each in value.items())
    return str(value)
