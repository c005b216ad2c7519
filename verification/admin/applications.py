"""Applications, to look up and read: for the help desk and the verifiers."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from enrollment import numbers, receipts
from enrollment.actions import RESENDABLE, can_resend, send_link_again
from enrollment.models import Application
from tte_portal.encryption import blind_index
from verification import roles
from verification.access import officer_of
from verification.admin.base import ScopedAdmin, link_to


@admin.register(Application)
class ApplicationAdmin(ScopedAdmin):
    sees = (roles.HELP_DESK, roles.VERIFIER)
    list_display = ("receipt", "name", "mailbox", "status", "waiting_for", "since", "institution")
    list_select_related = ("institution",)
    ordering = ("-created_at", "-pk")
    fields = (
        "receipt", "place", "mailbox", "name", "front_title", "back_title", "kind", "unit", "position",
        "province", "status", "waiting_for", "since", "created_at", "submitted_at", "reason", "person",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("receipt",)
    search_help_text = "Nomor tanda terima, surel dinas, NIK, NIP / NRP, atau awal nama."
    actions = ("resend",)

    @admin.display(description="instansi")
    def place(self, application: Application) -> str:
        """As text: its own page is for administrators alone."""
        return str(application.institution)

    @admin.display(description="alasan penolakan")
    def reason(self, application: Application) -> str:
        return application.rejection_reason

    @admin.display(description="meja bantuan")
    def person(self, application: Application) -> SafeString:
        """The page that tells everything about the person."""
        return format_html('<a href="{}">Buka halaman orang ini</a>', link_to("helpdesk-person", application.pk))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        term = " ".join(search_term.split())
        return (queryset.filter(_look_up(term)) if term else queryset), False

    @admin.action(description="Kirim tautan lagi")
    def resend(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        officer, sent, told, rest = officer_of(request), 0, 0, 0
        for application in queryset:
            purpose = next((each for each in RESENDABLE if can_resend(application, each)), "status")
            went = send_link_again(application, purpose, by=officer)
            sent, told = sent + (went and purpose != "status"), told + (went and purpose == "status")
            rest += not went
        if sent:
            messages.success(request, f"Tautan baru dikirim ke {sent} surel dinas.")
        if told:
            messages.success(
                request, f"{told} pengajuan tidak sedang menunggu pemohon: yang dikirim tautan untuk melihat status."
            )
        if rest:
            messages.warning(request, f"{rest} pengajuan dilewati: keadaannya sudah berubah.")


def _look_up(term: str) -> Q:
    """By receipt, mailbox or number exactly (numbers through their blind index), else by the beginning of the name."""
    if "@" in term:
        return Q(mailbox=term.lower())
    if term.upper().startswith("TTE-"):
        return receipts.named(term.upper())
    for kind, read, field in (
        ("nik", numbers.nik, "nik_index"),
        ("employee-number", numbers.employee_number, "employee_number_index"),
    ):
        try:
            return Q(**{field: blind_index(kind, read(term))})
        except numbers.Malformed:
            continue
    return Q(name__istartswith=term)
