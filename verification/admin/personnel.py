"""The personnel registry: looked up by name or number, invited from, filled by the import."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from enrollment import actions, numbers
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application, PersonnelRecord, Status
from tte_portal.encryption import blind_index
from verification import roles
from verification.access import officer_of
from verification.admin.base import ScopedAdmin


@admin.register(PersonnelRecord)
class PersonnelRecordAdmin(ScopedAdmin):
    sees = (roles.ADMINISTRATOR, roles.VERIFIER)
    list_display = ("name", "position", "unit", "mailbox", "employment", "progress", "institution")
    list_select_related = ("institution",)
    ordering = ("name", "pk")
    search_fields = ("name",)
    search_help_text = "Awal nama, surel dinas, atau NIP / NRP lengkap."
    actions = ("invite",)
    fields = (
        "institution", "opd", "employee_number", "name", "front_title", "back_title", "unit", "position",
        "rank", "province", "mailbox", "employment", "imported_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        latest = Application.objects.filter(record=OuterRef("pk")).order_by("-created_at").values("status")[:1]
        rows: QuerySet[Any] = super().get_queryset(request).annotate(latest_status=Subquery(latest))
        return rows

    @admin.display(description="pengajuan")
    def progress(self, record: Any) -> str:
        return str(Status(record.latest_status).label) if record.latest_status else "belum diundang"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        term = " ".join(search_term.split())
        if not term:
            return queryset, False
        try:
            index = blind_index("employee-number", numbers.employee_number(term))
            return queryset.filter(employee_number_index=index), False
        except numbers.Malformed:
            pass
        if "@" in term:
            return queryset.filter(mailbox=term.lower()), False
        return queryset.filter(name__istartswith=term), False

    @admin.action(description="Kirim tautan aktivasi")
    def invite(self, request: HttpRequest, queryset: QuerySet[PersonnelRecord]) -> None:
        sent = held = closed = 0
        for record in queryset.select_related("institution"):
            if not record.institution.is_open:
                closed += 1
                continue
            try:
                application = actions.invite(record, by=officer_of(request))
            except NotPossible:
                closed += 1
                continue
            except NotAllowed:
                held += 1
                continue
            # Further on than the draft: left alone, nothing was sent.
            at_start = application.waiting_for == "applicant" and application.status == "NEW"
            sent, held = (sent + 1, held) if at_start else (sent, held + 1)
        _tell(request, sent, held, closed)


def _tell(request: HttpRequest, sent: int, held: int, closed: int) -> None:
    if sent:
        messages.success(request, f"Tautan aktivasi dikirim kepada {sent} pegawai.")
    if held:
        messages.info(
            request, f"{held} pegawai dilewati: pengajuannya sudah berjalan, atau data ini milik Anda sendiri."
        )
    if closed:
        messages.warning(
            request, f"{closed} pegawai dilewati: pendaftaran di instansinya belum dibuka, atau tidak lewat undangan."
        )
